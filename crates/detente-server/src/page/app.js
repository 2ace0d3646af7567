/* The page of `detente serve`: takes texts, asks the server, and hands articles to detente.show. Text goes
 * to the page as text alone, never as markup; nothing is stored. */
"use strict";

(() => {
  const at = id => document.getElementById(id);

  const KINDS = {
    txt: "text/plain", text: "text/plain", md: "text/markdown", markdown: "text/markdown",
    html: "text/html", htm: "text/html", csv: "text/csv", jsonl: "application/x-ndjson", ndjson: "application/x-ndjson",
    pdf: "application/pdf", rtf: "application/rtf", epub: "application/epub+zip",
    docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    odt: "application/vnd.oasis.opendocument.text",
    xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ods: "application/vnd.oasis.opendocument.spreadsheet",
  };
  const LINES = "application/x-ndjson";
  const EXAMPLE = " date 2025-05-18 Ministers Meet After Border Clashes\n" +
    "We welcome the ceasefire that both governments announced on Friday. The ministers agreed to reopen the " +
    "crossing and to resume trade next month.\n\n" +
    "The opposition does not support the accord. \u201cShelling of our villages will be answered,\u201d its leader " +
    "warned. The committee met behind closed doors. Observers will monitor the line of contact, and a second round " +
    "of talks is planned for the autumn.\n";

  let token = "";
  /** What was given: a name, a media type and a body each; and what came back of it. */
  let inputs = [];
  let articles = [];
  /** Counts what is asked, so that an answer that comes too late shows nothing. */
  let round = 0;

  const plural = (n, noun) => n + " " + noun + (n === 1 ? "" : "s");

  function make(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  /** Asks the server; a failure has its sentence as message. */
  async function ask(path, options = {}) {
    const headers = { ...options.headers };
    if (token) headers.Authorization = "Bearer " + token;
    let answer;
    try {
      answer = await fetch(path, { ...options, headers });
    } catch {
      throw new Error("the server does not answer");
    }
    if (answer.ok) return answer;
    const told = await answer.json().catch(() => ({}));
    const failure = new Error(told.error || "the server answered " + answer.status);
    failure.isLocked = answer.status === 401;
    throw failure;
  }

  /** The options that are set, as the query of an address. */
  function query(more) {
    const set = new URLSearchParams(more);
    const add = (name, value) => { if (value) set.set(name, value); };
    add("model", at("model").value);
    add("mention", at("mention").value.trim());
    add("max_risk", at("risk").value);
    return "?" + set;
  }

  async function score(input, accept, more = {}) {
    return ask("/v1/score" + query({ id: input.name, ...more }), {
      method: "POST", body: input.body, headers: { "Content-Type": input.kind, Accept: accept },
    });
  }

  const linesOf = text => text.split("\n").filter(line => line !== "");

  /** Reads every input and shows what came of it; `failures` are told with those of reading. */
  async function read(given, failures = []) {
    const mine = ++round;
    inputs = given;
    const found = [];
    at("results").hidden = true;
    at("locked").hidden = true;
    for (const [place, input] of given.entries()) {
      at("status").textContent = given.length > 1
        ? `Reading ${place + 1} of ${given.length}: ${input.name}` : "Reading\u2026";
      try {
        const answer = await score(input, LINES, { full: true });
        for (const line of linesOf(await answer.text())) found.push({ article: JSON.parse(line), input });
      } catch (failure) {
        if (mine !== round) return;
        if (failure.isLocked) {
          at("status").textContent = "";
          at("locked").hidden = false;
          at("token").focus();
          return;
        }
        const isNamed = given.length === 1 || failure.message.startsWith(input.name + ":");
        failures.push((isNamed ? "" : input.name + ": ") + failure.message);
      }
      if (mine !== round) return;
    }
    at("status").textContent = "";
    tell(failures);
    articles = found;
    if (found.length === 0) return;
    at("results").hidden = false;
    const n = found.reduce((sum, { article }) => sum + article.statements.length, 0);
    at("counted").textContent = (found.length > 1 ? plural(found.length, "article") + ", " : "") + plural(n, "statement");
    list();
    await open(0);
    at("results").scrollIntoView({ block: "start" });
  }

  function tell(failures) {
    at("failures").replaceChildren(...failures.map(text => make("li", {}, text)));
    at("failures").hidden = failures.length === 0;
  }

  const signed = value => {
    const text = Math.abs(value).toFixed(2).replace(/^0/, "");
    return (value < 0 && text !== ".00" ? "\u2212" : "+") + text;
  };
  const share = value => value.toFixed(2).replace(/^0/, "");
  const between = ([low, high], write) => write(low) + " to " + write(high);

  /** Whether no statement speaks to a target, so that it has no score. */
  const isSilent = found => ("favor" in found ? found.favor + found.against === 0 : !found.shares);

  /** The label of a class with the largest share. */
  const mostOf = shares => Object.keys(shares).reduce((a, b) => (shares[b] > shares[a] ? b : a));

  /** What is shown of an article on a target: its score, below it the interval and what it rests on. */
  function cellOf(target, found) {
    const cell = make("td", { class: "score", "data-target": target, "data-name": target, "data-order": "" });
    const add = (score, side, order, notes) => {
      if (side) cell.classList.add(side);
      cell.dataset.order = order;
      cell.append(make("b", {}, score), ...notes.filter(Boolean).map(note => make("small", {}, note)));
      return cell;
    };
    if (isSilent(found)) return add("\u2013", null, "", ["no statement speaks to this"]);
    if ("favor" in found) {
      const score = signed(found.score);
      const side = score === "+.00" ? "plain" : found.score < 0 ? "against" : "for";
      const counts = found.favor + " favor \u00b7 " + found.against + " against of " + found.n_scored;
      return add(score, side, found.score, [found.interval && between(found.interval, signed), counts]);
    }
    const most = mostOf(found.shares), p = found.shares[most];
    const ends = found.intervals && found.intervals[most];
    const counts = Object.entries(found.counts).map(([label, n]) => n + " " + label).join(" \u00b7 ");
    return add(most + " " + share(p), null, most + " " + p.toFixed(6), [ends && between(ends, share), counts]);
  }

  /** A date in its order, where it is one. */
  function orderOf(date) {
    const time = Date.parse(date || "");
    return isNaN(time) ? date || "" : new Date(time).toISOString();
  }

  /** Several articles as a table. */
  function list() {
    const box = at("listed");
    at("listing").hidden = articles.length < 2;
    at("filter").value = "";
    box.replaceChildren();
    if (articles.length < 2) return;
    const targets = Object.keys(articles[0].article.article);
    const head = (name, kind) => make("th", { scope: "col", class: "th " + kind }, name);
    const heads = [head("Article", ""), head("Date", "date"), head("Statements", "number"), ...targets.map(target => head(target, "score"))];
    const body = make("tbody", {});
    articles.forEach((entry, index) => {
      const { article } = entry;
      const button = make("button", { type: "button" }, article.title || article.id);
      button.addEventListener("click", () => open(index).then(() => at("article").focus()));
      const row = make("tr", {}, make("th", { scope: "row" }, button),
        make("td", { class: article.date ? "date" : "date empty", "data-order": orderOf(article.date) }, article.date || ""),
        make("td", { class: "number", "data-name": "statements" }, String(article.statements.length)),
        ...targets.map(target => cellOf(target, article.article[target])));
      entry.row = row;
      body.append(row);
    });
    box.append(make("table", { "aria-label": "Articles with their scores" }, make("thead", {}, make("tr", {}, ...heads)), body));
    detente.listing(at("listing"));
  }

  /** Shows one article; what moved its labels is asked for only now. */
  async function open(index) {
    const mine = round;
    const { article, input } = articles[index];
    for (const { row } of articles) row?.removeAttribute("aria-current");
    articles[index].row?.setAttribute("aria-current", "true");
    let explained = articles[index].explained;
    if (!explained) {
      try {
        const answer = await explain(article, input);
        explained = JSON.parse(linesOf(await answer.text())[0]);
        Object.assign(articles[index], { explained, foreign: foreignOf(answer) });
      } catch (failure) {
        // The labels are here already; what is missing is why.
        tell([failure.message]);
        explained = article;
      }
    }
    if (mine !== round) return;
    const box = at("article");
    told(box, "foreign", articles[index].foreign);
    told(box, "markup", input.kind === "text/markdown" ? markupOf(explained.full_text || "") : "");
    detente.show(box, explained, { level: 2 });
  }

  /** What the page of an article is told beside the article; see page.js. */
  function told(box, name, value) {
    if (value) box.dataset[name] = value;
    else delete box.dataset[name];
  }

  /** The signs of Markdown in a text, as stretches of bytes: they are no words and are not drawn. */
  function markupOf(text) {
    const found = [];
    const code = [...text.matchAll(/^(```|~~~)[^]*?(^\1|(?![^]))/gm)].map(({ 0: all, index }) => [index, index + all.length]);
    const signs = /^ {0,3}#{1,6}[ \t]+|^ {0,3}> ?|[ \t]+#+[ \t]*$|!?\[(?=[^\]\n]*\]\()|\]\([^)\n]*\)|<\/?[a-z][^<>\n]*>|(\*{1,3}|~~|`+|\b_{1,3}|_{1,3}\b)(?=\S)|(?<=\S)(\*{1,3}|~~|`+|_{1,3}(?!\w))/gim;
    const size = part => new TextEncoder().encode(part).length;
    let at = 0, byte = 0;
    for (const { 0: sign, index } of text.matchAll(signs)) {
      if (index < at || code.some(([from, to]) => index >= from && index < to)) continue;
      const from = byte + size(text.slice(at, index));
      at = index + sign.length;
      byte = from + size(sign);
      found.push(from + "-" + byte);
    }
    return found.join(" ");
  }

  /** Words below which a text is too short to tell its language, and the share of known words below which it is unknown. */
  const FEWEST_WORDS = 4, KNOWN = 0.5;

  /** What is said of a text whose language the model does not know. */
  function foreignOf(answer) {
    const [known, words] = (answer.headers.get("Detente-Known-Words") || "").split("/").map(Number);
    return words >= FEWEST_WORDS && known < KNOWN * words
      ? `The language is unknown to the model: it knows ${known} of the ${words} words of this text. Its scores say nothing here.`
      : "";
  }

  async function explain(article, input) {
    const isSeveral = [LINES, "text/csv", KINDS.xlsx, KINDS.ods].includes(input.kind);
    // A row stands for itself; a file is read again as what it is.
    const apart = article.statements.find(statement => statement.title && statement.start === null);
    const body = !isSeveral ? input.body : JSON.stringify({
      text: article.full_text, id: article.id, title: apart && article.title, date: article.date || undefined,
    });
    const kind = isSeveral ? "application/json" : input.kind;
    return ask("/v1/explain" + query({ id: input.name, full: true }), {
      method: "POST", body, headers: { "Content-Type": kind, Accept: LINES },
    });
  }

  /** Hands a file to the reader. */
  function save(name, kind, text) {
    const address = URL.createObjectURL(new Blob([text], { type: kind }));
    make("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  }

  /** A text as a cell that a spreadsheet takes for text, not for a formula. */
  function cell(text) {
    const plain = /^[=+\-@\t\r]/.test(text) ? "'" + text : text;
    return /[",\r\n]/.test(plain) ? '"' + plain.replaceAll('"', '""') + '"' : plain;
  }

  /** The articles as CSV, a row each: the score of each target, its interval, and the statements that it rests on. */
  function articlesCsv() {
    const number = value => (typeof value === "number" ? value.toFixed(6) : "");
    const columns = ["id", "title", "date", "statements", "scored", "unknown"];
    for (const [target, found] of Object.entries(articles[0].article.article)) {
      if ("favor" in found) {
        for (const name of ["score", "score_low", "score_high", "favor", "against", "relevant"]) columns.push(target + "_" + name);
      } else {
        for (const label of Object.keys(found.counts)) {
          for (const [before, after] of [["p_", ""], ["p_", "_low"], ["p_", "_high"], ["n_", ""]]) columns.push(target + "_" + before + label + after);
        }
      }
    }
    const rows = articles.map(({ article }) => {
      const nKnown = article.statements.filter(statement => statement.has_known_features).length;
      const cells = [cell(article.id), cell(article.title || ""), cell(article.date || ""), article.statements.length, nKnown,
        article.statements.length - nKnown];
      for (const found of Object.values(article.article)) {
        if ("favor" in found) {
          const isGiven = !isSilent(found);
          cells.push(...[found.score, found.interval?.[0], found.interval?.[1]].map(value => (isGiven ? number(value) : "")),
            found.favor, found.against, found.relevant);
        } else {
          for (const label of Object.keys(found.counts)) {
            const ends = found.intervals?.[label];
            cells.push(number(found.shares?.[label]), number(ends?.[0]), number(ends?.[1]), found.counts[label]);
          }
        }
      }
      return cells.join(",");
    });
    // A byte order mark, without which spreadsheets take the letters for others.
    return "\ufeff" + [columns.map(cell).join(","), ...rows].join("\n") + "\n";
  }

  async function download(kind) {
    try {
      const parts = [];
      for (const input of inputs) {
        const answer = await score(input, kind === "csv" ? "text/csv" : LINES);
        parts.push(await answer.text());
      }
      if (kind === "csv") {
        // Each part begins with the same head.
        const head = parts[0].slice(0, parts[0].indexOf("\n") + 1);
        save("scores.csv", "text/csv", head + parts.map(part => part.slice(head.length)).join(""));
      } else {
        const lines = parts.flatMap(linesOf);
        save("scores.json", "application/json", "[\n" + lines.join(",\n") + "\n]\n");
      }
    } catch (failure) {
      tell([failure.message]);
    }
  }

  function ofFiles(files) {
    const known = [], failures = [];
    for (const file of files) {
      const kind = KINDS[file.name.split(".").pop().toLowerCase()];
      if (kind) known.push({ name: file.name, kind, body: file });
      else failures.push(file.name + ": only txt, md, html, pdf, docx, odt, rtf, epub, csv, jsonl, xlsx and ods are read");
    }
    if (known.length > 0) read(known, failures);
    else tell(failures);
  }

  at("ask").addEventListener("submit", event => {
    event.preventDefault();
    token = at("token").value.trim() || token;
    const text = at("text").value;
    if (!at("locked").hidden && inputs.length > 0) read(inputs);
    else if (text.trim() === "") at("text").focus();
    else read([{ name: "pasted text", kind: "text/plain", body: text }]);
  });
  at("text").addEventListener("keydown", event => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) at("ask").requestSubmit();
  });
  at("example").addEventListener("click", () => {
    at("text").value = EXAMPLE;
    at("ask").requestSubmit();
  });
  at("files").addEventListener("change", event => {
    ofFiles([...event.target.files]);
    event.target.value = "";
  });
  at("articles").addEventListener("click", () => save("articles.csv", "text/csv", articlesCsv()));
  at("csv").addEventListener("click", () => download("csv"));
  at("json").addEventListener("click", () => download("json"));

  const hasFiles = event => [...(event.dataTransfer?.types || [])].includes("Files");
  addEventListener("dragover", event => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    at("drop").hidden = false;
  });
  addEventListener("dragleave", event => { if (event.relatedTarget === null) at("drop").hidden = true; });
  addEventListener("drop", event => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    at("drop").hidden = true;
    ofFiles([...event.dataTransfer.files]);
  });

  // One model needs no choice. A locked server says so once it is asked for something.
  ask("/v1/models").then(answer => answer.json()).then(models => {
    at("model").replaceChildren(...models.map(({ name }) => make("option", { value: name }, name)));
    at("models").hidden = models.length < 2;
  }).catch(() => {});
})();
