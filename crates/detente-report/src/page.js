/* Shows a scored article: its text with the statements marked, and why each got its label.
 *
 *   detente.show(element, article)
 *   detente.show(element, article, { target: "peace", level: 2 })
 *
 * `element`  an element in the document. What is in it is replaced; it gets the class `detente`, under
 *            which every rule of page.css stands. Calling again on the same element shows another
 *            article. Nothing outside the element is touched or listened to, so several can be shown
 *            side by side.
 * `article`  the object that `detente score --format json --explain --full` prints for an article:
 *            id, title, date, statements, article and, with `--full`,
 *              full_text                        the input as it was; `start` and `end` of statements are
 *                                               offsets into its UTF-8 bytes
 *              article.TARGET.interval          [low, high] of a score, or null
 *              article.TARGET.intervals         {label: [low, high] or null} of shares
 *            All that a flag adds may be missing: without full_text the statements stand as
 *            paragraphs, without explanations there are probabilities alone, without interval none is
 *            shown, and `prediction_set` and `deferred` mark what is left to a person (`--max-risk`).
 *            The statements may be packed, as a page of a long text has them: see page/packed.rs.
 *            Where parties were looked for, statements have `holder`, `counterpart`, `speaker` and `relation`: the
 *            explanation says who takes the stance toward whom, and a list of parties shows the statements of one.
 * `target`   the target to begin with; default the one on which most statements are marked, of equals the
 *            first. After that the reader chooses.
 * `level`    the level of the article's heading; default 1.
 *
 *   detente.sortable(table)
 *
 * Lets a table with a head be sorted by its columns.
 *
 * The element may say of its text, in `data-foreign`, that its language is unknown, which is shown above it,
 * and in `data-markup` which stretches of it are markup, in bytes as `3-5 12-14`: they are not drawn.
 *
 * When the reader chooses another target, `element` gets the event `detente:target` with
 * `detail.target`.
 *
 * Needs page.css and nothing else. It works under `script-src 'self'; style-src 'self'`: no markup is
 * ever parsed (text goes in as text alone) and no style attribute is written as text.
 */
"use strict";

globalThis.detente = (() => {
  const SVG = "http://www.w3.org/2000/svg";
  let count = 0;

  /** An element with attributes and children; strings become text, never markup. */
  function make(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value !== null && value !== undefined && value !== false) made.setAttribute(key, value);
    }
    made.append(...children.filter(child => child !== null));
    return made;
  }

  function draw(name, attributes, ...children) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  /** +.84, −.42: as the tables of the program have it, with a true minus. */
  function signed(value) {
    const text = Math.abs(value).toFixed(2).replace(/^0/, "");
    return (value < 0 && text !== ".00" ? "\u2212" : "+") + text;
  }

  const share = value => value.toFixed(2).replace(/^0/, "");
  const percent = value => Math.round(100 * value) + "\u202f%";
  const plural = (n, noun) => n + " " + noun + (n === 1 ? "" : "s");
  const between = ([low, high], write) => write(low) + " to " + write(high);

  /** Whether a label speaks for or against, says nothing, or is a class like any other. */
  function sideOf(label, labels) {
    if (label === "favor" || label === "positive") return "for";
    if (label === "against" || label === "negative") return "against";
    if (label === "none" || label === "neutral") return "plain";
    return "class" + (labels.indexOf(label) % 6 + 1);
  }

  /** What is drawn of a statement on a target: its side, and how strong it is from 0 to 1. */
  function reading(statement, target) {
    const found = statement.targets[target];
    const labels = Object.keys(found.probabilities);
    const stands = found.score !== null && found.score !== undefined;
    const p = found.probabilities[found.label];
    const side = sideOf(found.label, labels);
    const rise = stands ? found.score
      : labels.includes("positive") && labels.includes("negative")
        ? found.probabilities.positive - found.probabilities.negative
        : null;
    const number = stands ? signed(found.score) : share(p);
    const deferred = statement.has_known_features && found.deferred === true;
    let tag = found.label + " " + number;
    if (statement.unknown_language) tag = "not scored";
    else if (!statement.has_known_features) tag = "unknown";
    else if (deferred) tag = ("deferred: " + (found.prediction_set || []).join(" or ")).replace(/: $/, "");
    const strength = stands ? Math.abs(found.score) : p;
    return {
      found, labels, side, rise, number, deferred, tag, strength,
      // Five shades: more cannot be told apart.
      shade: Math.min(5, 1 + Math.floor(5 * Math.min(strength, 0.999))),
      isShown: !statement.has_known_features || deferred || side !== "plain",
    };
  }

  /** Offsets in UTF-8 bytes as offsets in a string, for offsets that rise. */
  function places(text) {
    let byte = 0, at = 0;
    return offset => {
      while (byte < offset && at < text.length) {
        const code = text.codePointAt(at);
        byte += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
        at += code < 0x10000 ? 1 : 2;
      }
      return at;
    };
  }

  /** Stretches of a text by offsets in UTF-8 bytes, in any order. */
  function slicer(text) {
    if (!/[^\0-\x7f]/.test(text)) return (from, to) => text.slice(from, to);
    const bytes = new TextEncoder().encode(text);
    const reader = new TextDecoder("utf-8", { ignoreBOM: true });
    return (from, to) => reader.decode(bytes.subarray(from, to));
  }

  const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

  /** The article with the statements that page/packed.rs packed; one that is not packed as it is. */
  function unpacked(article) {
    const { packed, ...rest } = article;
    if (!packed) return article;
    const { targets, terms, views, texts } = packed;
    const whole = slicer(article.full_text || "");
    let at = 0, end = 0, nText = 0;
    const next = () => {
      let number = 0, place = 1, digit;
      do {
        digit = DIGITS.indexOf(packed.statements[at++]);
        number += (digit & 31) * place;
        place *= 32;
      } while (digit & 32);
      return number % 2 ? -(number - 1) / 2 : number / 2;
    };
    const times = (n, read) => Array.from({ length: n }, read);
    const logOdds = () => next() / 100;
    const explained = (labels, spans) => {
      const label = labels[next()], margin = logOdds(), intercept = logOdds();
      const words = spans.map(span => ({ ...span, contribution: logOdds() }));
      const elsewhere = logOdds();
      const features = times(next(), () => ({ feature: terms[next()], contribution: logOdds() }));
      const n_remaining = next(), remainder = logOdds();
      const remaining = times(next(), () => ({ view: views[next()], n: next(), contribution: logOdds() }));
      return { label, margin, intercept, features, remainder, n_remaining, remaining, words, elsewhere };
    };
    const answer = ({ labels, sides, sets }, spans) => {
      const found = { label: labels[next()] };
      const moved = next();
      if (moved) found.moved_from = labels[moved - 1];
      found.score = sides ? next() / 10000 : null;
      found.probabilities = Object.fromEntries(labels.map(label => [label, next() / 10000]));
      if (sets) {
        const bits = next();
        found.prediction_set = labels.filter((_, place) => Math.floor(bits / 2 ** place) % 2);
        found.deferred = next() === 1;
      }
      if (spans) found.explanation = explained(labels, spans);
      return found;
    };
    const statements = times(next(), (_, place) => {
      const flags = next();
      const statement = { start: null, end: null, title: (flags & 1) > 0, has_known_features: (flags & 2) > 0 };
      if (flags & 4) {
        statement.start = end + next();
        end = statement.end = statement.start + next();
      }
      statement.text = flags & 8 ? texts[nText++] : whole(statement.start, statement.end);
      let spans = null;
      if (flags & 16) {
        const part = slicer(statement.text);
        let before = 0;
        spans = times(next(), () => {
          const start = before + next();
          before = start + next();
          return { word: part(start, before), start, end: before };
        });
      }
      statement.targets = Object.fromEntries(targets.map(target => [target.name, answer(target, spans)]));
      Object.assign(statement, { language: rest.language ?? null }, (packed.who || [])[place]);
      return statement;
    });
    for (const [place, language, isUnknown] of packed.languages || []) {
      Object.assign(statements[place], { language }, isUnknown ? { unknown_language: true } : {});
    }
    return { ...rest, statements };
  }

  /** Whether a statement is marked on a target: it is known, answered, and not plain. */
  function isMarked(statement, target) {
    const { side, deferred } = reading(statement, target);
    return statement.has_known_features && !deferred && side !== "plain";
  }

  /** Whether no statement speaks to a target, so that there is no score to draw. */
  const isSilent = found => ("favor" in found ? found.favor + found.against === 0 : found.n_scored === 0);

  /** The side of a score, which has none where it is written as 0. */
  const sideOfScore = value => (/\.00$/.test(signed(value)) && Math.abs(value) < 0.5 ? "plain" : value < 0 ? "against" : "for");

  /** The text as pieces in order: `{ text, from, index }`, without index between statements. */
  function pieces(article) {
    const text = article.full_text;
    const place = places(text);
    const found = [];
    let end = 0;
    // The title of Markdown may stand below other statements.
    const inside = article.statements.map((statement, index) => ({ statement, index }))
      .filter(({ statement }) => statement.start !== null)
      .sort((a, b) => a.statement.start - b.statement.start);
    inside.forEach(({ statement, index }) => {
      const from = place(statement.start), to = place(statement.end);
      if (from > end) found.push({ text: text.slice(end, from), from: end });
      found.push({ text: text.slice(from, to), from, index });
      end = to;
    });
    if (end < text.length) found.push({ text: text.slice(end), from: end });
    return found;
  }

  class View {
    constructor(element, article, options) {
      this.element = element;
      this.article = article = unpacked(article);
      this.targets = Object.keys(article.article);
      const nMarked = target => article.statements.filter(statement => isMarked(statement, target)).length;
      const counts = this.targets.map(nMarked);
      const most = this.targets[counts.indexOf(Math.max(...counts))];
      this.target = this.targets.includes(options.target) ? options.target : most;
      this.markup = this.stretches();
      this.level = options.level || 1;
      this.key = "detente-" + ++count;
      this.active = null;
      this.pinned = false;
      this.party = null;
      this.nodes = [];
    }

    // ------------------------------------------------------------------ the parties

    /** The parties that hold a stance, or that one is taken toward: a list that shows the statements of one. */
    parties() {
      const found = new Map();
      for (const statement of this.article.statements) {
        for (const role of [statement.holder, statement.counterpart]) {
          if (!role) continue;
          const known = found.get(role.id) || { name: role.name, n: 0 };
          known.n += 1;
          found.set(role.id, known);
        }
      }
      if (found.size === 0) return null;
      const list = make("div", { class: "parties", role: "group", "aria-label": "Parties" });
      const sorted = [...found].sort((a, b) => b[1].n - a[1].n || (a[1].name < b[1].name ? -1 : 1));
      for (const [id, { name, n }] of sorted.slice(0, 12)) {
        const button = make("button", { type: "button", class: "party", "data-party": id, "aria-pressed": "false" },
          name, make("small", {}, " " + n));
        button.addEventListener("click", () => this.chooseParty(this.party === id ? null : id));
        list.append(button);
      }
      return list;
    }

    /** Shows the statements of a party; the others stand back. Without a party none does. */
    chooseParty(id) {
      this.party = id;
      const isOf = statement => [statement.holder, statement.counterpart].some(role => role && role.id === id);
      for (const { node, index } of this.nodes) {
        node.classList.toggle("apart", id !== null && !isOf(this.article.statements[index]));
      }
      for (const button of this.element.querySelectorAll(".parties .party")) {
        button.setAttribute("aria-pressed", String(button.dataset.party === id));
      }
    }

    /** Who takes the stance of a statement, toward whom, and how the two stand to each other. */
    who(statement) {
      const { holder, counterpart, speaker, relation, event } = statement;
      if (!holder && !counterpart && !speaker) return null;
      const role = (found, without) => {
        if (!found) return make("span", { class: "faint" }, without);
        const button = make("button", { type: "button", class: "party", "data-party": found.id, title: "rule: " + found.rule },
          found.name, found.inferred ? make("small", {}, " inferred") : null);
        button.addEventListener("click", () => this.chooseParty(this.party === found.id ? null : found.id));
        return button;
      };
      const side = relation && { friendly: "for", hostile: "against" }[relation.label];
      return make("div", { class: "who" },
        make("p", {}, role(holder, "somebody unnamed"), " \u2192 ", role(counterpart, "nobody named")),
        speaker ? make("p", { class: "note" }, "Said by ", make("q", { dir: "auto" }, speaker), ".") : null,
        relation ? make("p", { class: "note" }, "Relation: ", make("span", { class: side || "plain" }, relation.label + " " + signed(relation.score)),
          event && event.class !== "none" ? "; event: " + event.class + " (" + event.root + ")." : ".") : null);
    }

    show() {
      const nUnknown = this.article.statements.filter(statement => !statement.has_known_features).length;
      const foreign = this.element.dataset.foreign || this.article.language_note || (nUnknown > 1 && 2 * nUnknown > this.article.statements.length
        ? "The language is unknown to the model: it knows no word in " + nUnknown + " of "
          + plural(this.article.statements.length, "statement") + ". Its scores say nothing here." : null);
      const isInside = this.article.full_text !== undefined && this.article.full_text !== null;
      this.why = make("section", { class: "why", id: this.key + "-why", "aria-label": "Why", tabindex: "-1" });
      this.text = make("div", { class: "text", lang: this.article.language, id: this.key + "-text", role: "tabpanel" });
      this.flow = make("figure", { class: "flow" });
      this.legend = make("p", { class: "legend" });
      this.text.append(...(isInside ? this.wholeText() : this.listed()));
      const head = make("header", { class: "head" });
      const title = this.article.statements.findIndex(statement => statement.title);
      const isTitleInside = isInside && title >= 0 && this.article.statements[title].start !== null;
      if (!isTitleInside) {
        const heading = make("h" + this.level, { class: "title", dir: "auto" });
        if (title >= 0) {
          heading.append(this.statement(title, [this.article.statements[title].text]));
          this.nodes.unshift(this.nodes.pop());
        }
        else heading.append(this.article.title || this.article.id);
        head.append(heading);
      }
      const dateline = this.text.querySelector(".dateline");
      const isDated = dateline && dateline.textContent.includes(this.article.date);
      const isNamed = title >= 0 || this.article.title;
      const facts = [isDated ? null : this.article.date, isNamed ? this.article.id : null].filter(Boolean);
      head.append(make("p", { class: "facts" }, facts.join(" \u00b7 ")));
      this.element.classList.add("detente");
      // What stood here before the script ran.
      this.element.classList.remove("static");
      this.element.replaceChildren(
        ...(foreign ? [make("p", { class: "banner", role: "note" }, foreign)] : []), this.tabs(), this.flow,
        ...[this.parties()].filter(Boolean),
        make("div", { class: "body" },
          make("div", { class: "sheet" }, head, this.legend, this.text), this.why));
      this.listen();
      this.paint();
    }

    // ------------------------------------------------------------------ the targets

    tabs() {
      const list = make("div", { class: "targets", role: "tablist", "aria-label": "Targets" });
      this.tabNodes = this.targets.map(target => {
        const tab = make("button", {
          class: "target", role: "tab", type: "button", id: this.key + "-tab-" + this.targets.indexOf(target),
          "aria-controls": this.key + "-text", "data-target": target,
        }, make("span", { class: "name" }, target), ...this.summary(target));
        tab.addEventListener("click", () => this.choose(target));
        list.append(tab);
        return tab;
      });
      list.addEventListener("keydown", event => {
        const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
        const n = this.targets.length;
        let next = this.targets.indexOf(this.target);
        if (step) next = (next + step + n) % n;
        else if (event.key === "Home") next = 0;
        else if (event.key === "End") next = n - 1;
        else return;
        event.preventDefault();
        this.choose(this.targets[next]);
        this.tabNodes[next].focus();
      });
      return list;
    }

    /** The article's score on a target: number, interval, how many statements carry it. */
    summary(target) {
      const found = this.article.article[target];
      const lines = [];
      if (isSilent(found)) {
        lines.push(make("span", { class: "silent" }, "no statement speaks to this"));
      } else if ("score" in found) {
        const has = found.score !== null;
        lines.push(make("span", { class: "score" }, has ? signed(found.score) : "\u2013"));
        if (has) lines.push(this.range(found.score, found.interval, -1, 1));
        if (has && found.interval) {
          lines.push(make("span", { class: "note" }, "95\u202f% " + between(found.interval, signed)));
        }
        lines.push(make("span", { class: "note" },
          make("span", { class: "for" }, found.favor + "\u00a0favor"), " \u00b7 ",
          make("span", { class: "against" }, found.against + "\u00a0against"), " of\u00a0" + found.n_scored));
      } else if (found.shares) {
        const labels = Object.keys(found.shares);
        const most = labels.reduce((a, b) => (found.shares[b] > found.shares[a] ? b : a));
        const interval = found.intervals && found.intervals[most];
        lines.push(make("span", { class: "score" }, share(found.shares[most]), make("small", {}, " " + most)));
        lines.push(this.parts(found.shares, labels));
        if (interval) lines.push(make("span", { class: "note" }, "95\u202f% " + between(interval, share)));
        const counts = labels.map(label =>
          make("span", { class: sideOf(label, labels) }, found.counts[label] + "\u00a0" + label));
        lines.push(make("span", { class: "note" },
          ...counts.flatMap((node, at) => (at ? [" \u00b7 ", node] : [node]))));
      } else {
        lines.push(make("span", { class: "score" }, "\u2013"));
      }
      if (found.n_deferred) {
        lines.push(make("span", { class: "note" }, found.n_deferred + " deferred to a person"));
      }
      return lines;
    }

    /** A number with its interval on a line from `low` to `high`. */
    range(value, interval, low, high) {
      const at = x => (100 * (x - low)) / (high - low);
      const line = draw("svg", { class: "range", viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" },
        draw("rect", { class: "axis", x: 0, y: 3.5, width: 100, height: 1 }),
        draw("rect", { class: "axis", x: 49.75, y: 1, width: 0.5, height: 6 }));
      const side = sideOfScore(value);
      if (interval) {
        const [from, to] = interval.map(at);
        line.append(draw("rect", { class: "spread " + side, x: from, y: 2, width: Math.max(to - from, 0.5), height: 4 }));
      }
      line.append(draw("rect", { class: "point " + side, x: at(value) - 1, y: 0, width: 2, height: 8 }));
      return line;
    }

    /** Shares as parts of a line. */
    parts(shares, labels) {
      const line = draw("svg", { class: "range", viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" });
      let from = 0;
      for (const label of labels) {
        const width = 100 * shares[label];
        line.append(draw("rect", {
          class: "part " + sideOf(label, labels), x: from, y: 1, width: Math.max(width - 0.6, 0), height: 6,
        }));
        from += width;
      }
      return line;
    }

    choose(target) {
      if (target === this.target) return;
      this.target = target;
      this.paint();
      this.element.dispatchEvent(new CustomEvent("detente:target", { bubbles: true, detail: { target } }));
    }

    // ------------------------------------------------------------------ the text

    statement(index, parts) {
      const { language } = this.article.statements[index];
      // A statement of another language has a direction of its own.
      const own = language && language !== this.article.language ? { lang: language, dir: "auto" } : {};
      const node = make("span", {
        ...own,
        class: "statement", role: "button", tabindex: "-1", "data-index": index,
        "aria-controls": this.key + "-why", "aria-expanded": "false",
      }, ...parts);
      this.nodes.push({ index, node });
      return node;
    }

    /** The stretches of the text that are markup, as offsets in the string. */
    stretches() {
      const place = places(this.article.full_text || "");
      const written = (this.element.dataset.markup || "").split(" ").filter(Boolean);
      return written.map(stretch => stretch.split("-").map(offset => place(Number(offset))));
    }

    /** A part of the text that begins at `from`: its markup is there and not drawn; `wrap` makes a node of the rest. */
    drawn(text, from, wrap) {
      const end = from + text.length;
      const parts = [];
      const add = (to, isMarkup) => {
        const part = text.slice(before - from, to - from);
        if (part) parts.push(isMarkup ? make("span", { class: "markup" }, part) : wrap ? wrap(part) : part);
        before = to;
      };
      let before = from;
      // The first stretch that ends behind this place.
      let at = 0;
      for (let high = this.markup.length; at < high;) {
        const middle = (at + high) >> 1;
        if (this.markup[middle][1] > from) high = middle;
        else at = middle + 1;
      }
      for (; at < this.markup.length && this.markup[at][0] < end; at++) {
        const [first, last] = this.markup[at];
        add(Math.max(first, before), false);
        add(Math.min(last, end), true);
      }
      add(end, false);
      return parts;
    }

    /** The whole text, byte for byte, in paragraphs; the title inside it as its heading. */
    wholeText() {
      const found = pieces(this.article);
      // Where lines are cut inside statements, single line ends are no ends of paragraphs.
      const isWrapped = found.some(piece => piece.index !== undefined
        && !this.article.statements[piece.index].title && piece.text.trim().includes("\n"));
      const ending = isWrapped ? /\s*\n[^\S\n]*\n\s*/ : /\s*\n\s*/;
      const blocks = [];
      let block = null;
      // Markup, code and what else is no statement stands back.
      const unread = text => (/[\p{L}\p{N}\p{P}\p{S}]/u.test(text) ? make("span", { class: "unread" }, text) : text);
      const open = () => (block ||= blocks[blocks.push(make("p", { class: "paragraph", dir: "auto" })) - 1]);
      for (const { text, from, index } of found) {
        if (index !== undefined && this.article.statements[index].title) {
          // What stands before a title on its line is no paragraph of the text.
          if (block && !block.querySelector(".statement")) block.classList.add("dateline");
          block = null;
          blocks.push(make("h" + this.level, { class: "title", dir: "auto" }, this.statement(index, this.drawn(text, from))));
          continue;
        }
        if (index !== undefined) {
          open().append(this.statement(index, this.drawn(text, from)));
          continue;
        }
        let rest = text;
        const at = () => from + text.length - rest.length;
        for (let end; (end = ending.exec(rest)); rest = rest.slice(end.index + end[0].length)) {
          const before = rest.slice(0, end.index);
          if (before) open().append(...this.drawn(before, at(), unread));
          // White space between blocks is kept in the document and not drawn.
          (block || blocks[blocks.length - 1] || open()).append(make("span", { class: "gap" }, end[0]));
          block = null;
        }
        if (rest.trim() === "" && !block) {
          if (rest) (blocks[blocks.length - 1] || open()).append(make("span", { class: "gap" }, rest));
        } else if (rest) {
          open().append(...this.drawn(rest, at(), unread));
        }
      }
      return blocks;
    }

    /** Without the text: the statements alone, each a paragraph. */
    listed() {
      return this.article.statements.flatMap((statement, index) =>
        statement.title ? [] : [make("p", { class: "paragraph", dir: "auto" }, this.statement(index, [statement.text]))]);
    }

    /** Draws everything that depends on the target. */
    paint() {
      this.tabNodes.forEach((tab, at) => {
        const isChosen = this.targets[at] === this.target;
        tab.setAttribute("aria-selected", isChosen);
        tab.tabIndex = isChosen ? 0 : -1;
        if (isChosen) this.text.setAttribute("aria-labelledby", tab.id);
      });
      this.element.dataset.target = this.target;
      for (const { index, node } of this.nodes) {
        const statement = this.article.statements[index];
        const { side, shade, tag, isShown, deferred } = reading(statement, this.target);
        const look = !statement.has_known_features ? "unknown" : deferred ? "deferred" : side + " shade" + shade;
        node.className = "statement " + look + (index === this.active ? " active" : "");
        if (isShown) node.dataset.tag = tag;
        else delete node.dataset.tag;
      }
      if (this.nodes.length && !this.nodes.some(({ node }) => node.tabIndex === 0)) this.nodes[0].node.tabIndex = 0;
      this.legend.replaceChildren(...this.legendOf());
      this.drawFlow();
      this.explain();
    }

    legendOf() {
      const first = this.article.statements[0];
      if (!first) return ["There is no statement in this text."];
      const labels = Object.keys(first.targets[this.target].probabilities);
      const marks = labels.map(label => [sideOf(label, labels), label])
        .filter(([side]) => side !== "plain")
        .map(([side, label]) => make("span", { class: "mark " + side + " shade3" }, label));
      const some = test => this.article.statements.some(test);
      const plain = labels.filter(label => sideOf(label, labels) === "plain");
      const said = [];
      marks.forEach((mark, at) => said.push(at ? " " : "", mark));
      said.push(" the darker, the stronger.");
      if (plain.length) said.push(" Unmarked: " + plain.join(", ") + ".");
      if (some(s => s.has_known_features && s.targets[this.target].deferred)) {
        said.push(" ", make("span", { class: "mark deferred" }, "deferred"), " left to a person.");
      }
      if (some(s => !s.has_known_features)) {
        said.push(" ", make("span", { class: "mark unknown" }, "unknown"), " no word the model knows.");
      }
      if (this.text.querySelector(".paragraph:not(.dateline) .unread")) said.push(" Gray: not scored.");
      return said;
    }

    // ------------------------------------------------------------------ the flow

    drawFlow() {
      const all = this.article.statements;
      const n = Math.max(all.length, 1);
      const read = all.map(statement => reading(statement, this.target));
      const hasSides = read.some(({ rise }) => rise !== null);
      const base = hasSides ? 50 : 100;
      const picture = draw("svg", {
        viewBox: "0 0 " + 10 * n + " 100", preserveAspectRatio: "none", role: "img",
        "aria-label": "Flow of " + this.target + " through " + plural(all.length, "statement") + ": "
          + read.map(({ tag }) => tag).join(", "),
      });
      picture.append(draw("rect", { class: "axis", x: 0, y: base - 0.6, width: 10 * n, height: 1.2 }));
      read.forEach(({ side, rise, deferred, strength }, index) => {
        const height = hasSides ? 48 * Math.abs(rise) : 98 * strength;
        const isUp = !hasSides || rise >= 0;
        const look = !all[index].has_known_features ? "unknown" : deferred ? "deferred" : side;
        picture.append(
          draw("rect", { class: "column" + (index === this.active ? " active" : ""), x: 10 * index, y: 0, width: 10, height: 100, "data-index": index }),
          draw("rect", {
            class: "bar " + look + (look === "plain" && hasSides ? (isUp ? " up" : " down") : ""),
            x: 10 * index + 1, width: 8, y: isUp ? base - height : base, height: Math.max(height, 0.8),
            "data-index": index,
          }));
      });
      const [up, down] = "score" in this.article.article[this.target] ? ["favor", "against"] : ["positive", "negative"];
      const caption = hasSides
        ? ["The statements in order: above the line ", make("span", { class: "for" }, up), ", below ",
          make("span", { class: "against" }, down), ", as far as they lean."]
        : ["The statements in order, each as high as its label is probable."];
      this.flow.replaceChildren(picture, make("figcaption", {}, ...caption));
    }

    // ------------------------------------------------------------------ why

    listen() {
      const indexOf = event => {
        const node = event.target.closest && event.target.closest("[data-index]");
        return node && this.element.contains(node) ? Number(node.dataset.index) : null;
      };
      for (const part of [this.text, this.flow, this.element.querySelector(".head")]) {
        part.addEventListener("pointerover", event => {
          const index = indexOf(event);
          if (index !== null && event.pointerType === "mouse" && !this.pinned) this.activate(index);
        });
        part.addEventListener("click", event => {
          const index = indexOf(event);
          // Marking text with the mouse is not choosing a statement.
          if (index === null || !document.getSelection().isCollapsed) return;
          this.pinned = !(this.pinned && index === this.active);
          this.activate(index);
          // Out from under the explanation, where that covers a part of the window.
          this.nodeOf(index).scrollIntoView({ block: "nearest" });
        });
        part.addEventListener("focusin", event => {
          const index = indexOf(event);
          if (index !== null && index !== this.active) this.activate(index);
        });
        part.addEventListener("keydown", event => this.press(event, indexOf(event)));
      }
      this.why.addEventListener("keydown", event => {
        if (event.key === "Escape") this.close();
      });
    }

    press(event, index) {
      if (index === null) return;
      const at = this.nodes.findIndex(entry => entry.index === index);
      const last = this.nodes.length - 1;
      const next = {
        ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: last,
      }[event.key];
      if (next !== undefined) {
        event.preventDefault();
        this.pinned = false;
        this.nodes[Math.min(Math.max(next, 0), last)].node.focus();
      } else if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        this.pinned = true;
        this.activate(index);
        this.why.focus();
      } else if (event.key === "Escape") {
        this.close();
      }
    }

    nodeOf(index) {
      return this.nodes.find(entry => entry.index === index).node;
    }

    activate(index) {
      this.active = index;
      for (const entry of this.nodes) {
        const isActive = entry.index === index;
        entry.node.tabIndex = isActive ? 0 : -1;
        entry.node.classList.toggle("active", isActive);
        entry.node.setAttribute("aria-expanded", isActive);
      }
      for (const column of this.flow.querySelectorAll(".column")) {
        column.classList.toggle("active", Number(column.dataset.index) === index);
      }
      this.explain();
    }

    /** Back to the text, with nothing explained. */
    close() {
      const before = this.active;
      this.pinned = false;
      this.active = null;
      for (const { node } of this.nodes) {
        node.classList.remove("active");
        node.setAttribute("aria-expanded", "false");
      }
      for (const column of this.flow.querySelectorAll(".column.active")) column.classList.remove("active");
      if (before !== null && this.why.contains(document.activeElement)) {
        const node = this.nodeOf(before);
        node.focus();
        // The focus opens what was just closed.
        if (this.active !== null) return this.close();
      }
      this.explain();
    }

    explain() {
      this.why.classList.toggle("open", this.active !== null);
      if (this.active === null) {
        this.why.replaceChildren(
          make("h2", {}, "Why?"),
          make("p", { class: "note" }, "Point at a statement, tap it, or go to it with the tab and arrow keys: here stand its \
probabilities and the words that moved it. Enter goes into the explanation, Esc back to the text."));
        return;
      }
      const statement = this.article.statements[this.active];
      const read = reading(statement, this.target);
      const { found, labels } = read;
      const shut = make("button", { class: "shut", type: "button", "aria-label": "Close" }, "\u00d7");
      shut.addEventListener("click", () => this.close());
      const head = make("h2", {}, make("span", { class: "faint" }, this.target + " "),
        make("span", { class: statement.has_known_features ? read.side : "plain" }, statement.has_known_features ? found.label : read.tag),
        statement.has_known_features ? make("span", { class: "number" }, " " + read.number) : null);
      const parts = [shut, head, ...[this.who(statement)].filter(Boolean)];
      if (!statement.has_known_features) {
        parts.push(make("p", { class: "note" }, (statement.unknown_language
          ? "The model does not know the language of this statement" : "The model knows no word of this statement") + "; the probabilities are those \
of its training, and the statement has no part in the article's score."));
      } else if (read.deferred) {
        const set = (found.prediction_set || []).join(" or ");
        parts.push(make("p", { class: "note" }, "Left to a person: at the risk asked for, "
          + (set ? "the label may be " + set + "." : "no label is plain enough.")));
      }
      if (found.moved_from && statement.has_known_features && !read.deferred) {
        parts.push(make("p", { class: "note" }, "A threshold moved the label: " + found.moved_from
          + " is more probable, but " + found.label + " is rare, and given sooner so that it is found at all."));
      }
      parts.push(this.probabilities(found, labels));
      if (found.explanation && statement.has_known_features) parts.push(...this.reasons(found.explanation, statement.text, read.side));
      this.why.replaceChildren(...parts);
    }

    probabilities(found, labels) {
      const body = make("tbody");
      for (const label of labels) {
        const p = found.probabilities[label];
        const bar = draw("svg", { viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" },
          draw("rect", { class: "part " + sideOf(label, labels), x: 0, y: 1, width: Math.max(100 * p, 0.6), height: 8 }));
        body.append(make("tr", { class: label === found.label ? "given" : null },
          make("th", { scope: "row" }, label), make("td", { class: "picture" }, bar),
          make("td", { class: "number" }, percent(p))));
      }
      return make("table", { class: "probabilities" }, make("caption", {}, "Probability"), body);
    }

    /** Why: the statement with its words tinted, what each word contributes, and behind it each feature. */
    reasons(explanation, text, side) {
      const byFeature = this.bars(explanation, side, "features", featureRows(explanation),
        "By feature", "what the model counts: words and pairs of words as stems, pieces of words, and kinds of words");
      if (!explanation.words) return [byFeature];
      return [
        traced(explanation, text, side),
        this.bars(explanation, side, "words", wordRows(explanation), "What moved it toward " + explanation.label,
          "log-odds against the mean of all labels, before calibration; the parts add up to the margin"),
        make("details", {}, make("summary", {}, "By feature"), byFeature),
      ];
    }

    /** Each part of the margin as a bar that begins where the one before it ended. */
    bars(explanation, side, kind, rows, caption, note) {
      let sum = 0;
      const ends = rows.map(({ value }) => (sum += value));
      const low = Math.min(0, ...ends), high = Math.max(0, ...ends);
      const scale = x => (100 * (x - low)) / (high - low || 1);
      const body = make("tbody");
      const row = (entry, from, to) => {
        // The hue of the label for what speaks for it, an outline for what speaks against it.
        const look = entry.value < 0 ? "away" : side;
        const bar = draw("svg", { viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" },
          draw("rect", { class: "axis", x: Math.min(scale(0), 99.3), y: 0, width: 0.7, height: 10 }),
          draw("rect", {
            class: "part " + (entry.is === "margin" ? "whole" : look), x: Math.min(scale(from), scale(to)), y: 1.5,
            width: Math.max(Math.abs(scale(to) - scale(from)), 0.6), height: 7,
          }));
        const kind = entry.kind in KINDS ? KINDS[entry.kind] : entry.kind;
        const name = entry.is === "feature" ? make("code", {}, entry.name)
          : entry.is === "word" ? make("q", { dir: "auto" }, entry.name) : entry.name;
        return make("tr", { class: entry.is, "data-part": entry.is, "data-value": entry.value },
          make("th", { scope: "row" }, name, kind ? make("small", {}, " " + kind) : null),
          make("td", { class: "picture" }, bar), make("td", { class: "number" }, signed(entry.value)));
      };
      rows.forEach((entry, at) => body.append(row(entry, at ? ends[at - 1] : 0, ends[at])));
      const margin = { kind: "", name: "margin", value: explanation.margin, is: "margin" };
      const foot = make("tfoot", {}, row(margin, 0, explanation.margin));
      return make("table", { class: "contributions " + kind },
        make("caption", {}, caption, make("small", {}, " " + note)), body, foot);
    }
  }

  /** The parts of a margin by feature: the listed ones, then the others by their kind. */
  function featureRows(explanation) {
    const rows = [{ kind: "", name: "intercept", value: explanation.intercept, is: "intercept" }];
    for (const { feature, contribution } of explanation.features) {
      const cut = feature.indexOf(":");
      rows.push({ kind: feature.slice(0, cut), name: feature.slice(cut + 1), value: contribution, is: "feature" });
    }
    if (explanation.remaining) {
      for (const { view, n, contribution } of explanation.remaining) {
        const [one, many] = REMAINING[view] || ["other " + view, "other " + view];
        rows.push({ kind: "", name: n + " " + (n === 1 ? one : many), value: contribution, is: "remainder" });
      }
    } else if (explanation.n_remaining) {
      rows.push({
        kind: "", name: plural(explanation.n_remaining, "other feature"), value: explanation.remainder, is: "remainder",
      });
    }
    return rows;
  }

  /** How many words are listed one by one. */
  const N_WORDS = 9;

  /** The parts of a margin by word, equal words together: the strongest, then the others as one. */
  function wordRows(explanation) {
    const found = new Map();
    for (const { word, contribution } of explanation.words) {
      const key = word.toLowerCase();
      const known = found.get(key) || { kind: "", name: word, value: 0, n: 0, is: "word" };
      known.value += contribution;
      known.n += 1;
      known.kind = known.n > 1 ? "\u00d7\u2009" + known.n : "";
      found.set(key, known);
    }
    const words = [...found.values()].sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
    const others = words.length > N_WORDS + 1 ? words.splice(N_WORDS) : [];
    const rows = [{ kind: "", name: "intercept", value: explanation.intercept, is: "intercept" }, ...words];
    if (others.length) {
      const value = others.reduce((sum, word) => sum + word.value, 0);
      rows.push({ kind: "", name: others.length + " other words", value, is: "remainder" });
    }
    if (explanation.elsewhere) {
      rows.push({ kind: "", name: "form and place of the mention", value: explanation.elsewhere, is: "remainder" });
    }
    return rows;
  }

  /** A statement with its words tinted by what they contribute: five shades, the strongest word the darkest. */
  function traced(explanation, text, side) {
    const place = places(text);
    const strongest = Math.max(...explanation.words.map(({ contribution }) => Math.abs(contribution)));
    const shown = make("p", { class: "traced" });
    let end = 0;
    for (const { start, end: byteEnd, contribution } of explanation.words) {
      const from = place(start), to = place(byteEnd);
      if (from < end) continue;
      const shade = Math.ceil((5 * Math.abs(contribution)) / (strongest || 1) - 0.5);
      const look = contribution < 0 ? "away" : "mark " + side;
      shown.append(text.slice(end, from), shade < 1 ? text.slice(from, to)
        : make("span", { class: look + " shade" + shade, title: signed(contribution) }, text.slice(from, to)));
      end = to;
    }
    shown.append(text.slice(end));
    return shown;
  }

  /** What the views of features are called beside a feature's name. */
  const KINDS = {
    "": "", word: "", char: "letters", lexicon: "lexicon", mention: "mention",
    "near-word": "near", "near-char": "letters near", "near-lexicon": "lexicon near",
  };

  /** What the features are called that are not listed one by one. */
  const REMAINING = {
    word: ["other word", "other words and pairs"],
    char: ["piece of words", "pieces of words"],
    lexicon: ["other category", "other categories"],
    mention: ["other of the mention", "others of the mention"],
    "near-word": ["other word near", "other words near"],
    "near-char": ["piece of words near", "pieces of words near"],
    "near-lexicon": ["other category near", "other categories near"],
  };

  return {
    /** Shows an article in an element; see the head of this file. */
    show(element, article, options = {}) {
      new View(element, article, options).show();
    },

    /** Lets the columns of a table be sorted by their heads; cells may say their order in data-order. */
    sortable(table) {
      const body = table.tBodies[0];
      const keyOf = (row, at) => {
        const cell = row.cells[at];
        const text = cell.dataset.order === undefined ? cell.textContent.trim() : cell.dataset.order;
        const number = text === "" ? NaN : Number(text);
        return { text, number };
      };
      const compare = (a, b) => {
        if (a.text === "" || b.text === "") return (a.text === "") - (b.text === "");
        if (!isNaN(a.number) && !isNaN(b.number)) return a.number - b.number;
        return isNaN(a.number) - isNaN(b.number) || a.text.localeCompare(b.text);
      };
      [...table.tHead.rows[0].cells].forEach((head, at) => {
        const button = make("button", { type: "button" }, ...head.childNodes);
        head.replaceChildren(button);
        button.addEventListener("click", () => {
          const isRising = head.getAttribute("aria-sort") !== "ascending";
          for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
          head.setAttribute("aria-sort", isRising ? "ascending" : "descending");
          const rows = [...body.rows].map(row => ({ row, key: keyOf(row, at) }));
          // What is missing stays last in either direction.
          rows.sort((a, b) => (a.key.text === "" || b.key.text === "" || isRising ? 1 : -1) * compare(a.key, b.key));
          body.append(...rows.map(({ row }) => row));
        });
      });
    },
  };
})();
