/* The page of `detente serve`: takes texts, asks the server, and hands articles to detente.show. Text goes
 * to the page as text alone, never as markup; nothing is stored. */
"use strict";

(() => {
  const at = id => document.getElementById(id);

  const KINDS = {
    txt: "text/plain", text: "text/plain", md: "text/markdown", markdown: "text/markdown",
    html: "text/html", htm: "text/html", csv: "text/csv", jsonl: "application/x-ndjson", ndjson: "application/x-ndjson",
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

  /** Several articles as a table. */
  function list() {
    const box = at("listed");
    box.hidden = articles.length < 2;
    box.replaceChildren();
    if (box.hidden) return;
    const targets = Object.keys(articles[0].article.article);
    const head = ["Article", "Date", "Statements", ...targets].map((name, place) => make("th", { scope: "col", class: place > 1 ? "number" : "" }, name));
    const body = make("tbody", {});
    articles.forEach((entry, index) => {
      const { article } = entry;
      const button = make("button", { type: "button" }, article.title || article.id);
      button.addEventListener("click", () => open(index).then(() => at("article").focus()));
      const row = make("tr", {}, make("th", { scope: "row" }, button), make("td", {}, article.date || ""),
        make("td", { class: "number" }, String(article.statements.length)));
      for (const target of targets) {
        const share = article.article[target];
        const cell = make("td", { class: "number" }, said(share));
        cell.dataset.order = share.score ?? (share.shares ? Math.max(...Object.values(share.shares)) : "");
        row.append(cell);
      }
      entry.row = row;
      body.append(row);
    });
    const table = make("table", {}, make("thead", {}, make("tr", {}, ...head)), body);
    box.append(table);
    detente.sortable(table);
  }

  /** The score of an article in a word. */
  function said(share) {
    if (typeof share.score === "number") {
      return (share.score < 0 ? "\u2212" : "+") + Math.abs(share.score).toFixed(2).replace(/^0/, "");
    }
    if (!share.shares) return "\u2013";
    const [label, p] = Object.entries(share.shares).reduce((a, b) => b[1] > a[1] ? b : a);
    return label + " " + p.toFixed(2).replace(/^0/, "");
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
        explained = await explain(article, input);
        articles[index].explained = explained;
      } catch (failure) {
        // The labels are here already; what is missing is why.
        tell([failure.message]);
        explained = article;
      }
    }
    if (mine === round) detente.show(at("article"), explained, { level: 2 });
  }

  async function explain(article, input) {
    const isSeveral = input.kind === LINES || input.kind === "text/csv";
    // A row stands for itself; a file is read again as what it is.
    const apart = article.statements.find(statement => statement.title && statement.start === null);
    const body = !isSeveral ? input.body : JSON.stringify({
      text: article.full_text, id: article.id, title: apart && article.title, date: article.date || undefined,
    });
    const kind = isSeveral ? "application/json" : input.kind;
    const answer = await ask("/v1/explain" + query({ id: input.name, full: true }), {
      method: "POST", body, headers: { "Content-Type": kind, Accept: LINES },
    });
    return JSON.parse(linesOf(await answer.text())[0]);
  }

  /** Hands a file to the reader. */
  function save(name, kind, text) {
    const address = URL.createObjectURL(new Blob([text], { type: kind }));
    make("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
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
      else failures.push(file.name + ": only txt, md, html, csv and jsonl are read");
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
