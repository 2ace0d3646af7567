// Draws the page of relations from its JSON. It asks for nothing and parses no markup.
(() => {
  "use strict";
  const data = JSON.parse(document.getElementById("data").textContent);
  const root = document.getElementById("relations");
  const SVG = "http://www.w3.org/2000/svg";
  const el = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) if (value !== undefined) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };
  const svg = (name, attributes) => {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const signed = (x) => (x === null || x === undefined ? "\u2013" : (x < 0 ? "\u2212" : "+") + Math.abs(x).toFixed(2));
  const shown = data.pairs.filter((pair) => pair.series.length > 0 || pair.statements.length > 0);
  if (shown.length === 0) return;
  root.hidden = false;
  const state = { holder: shown[0].holder.id, counterpart: shown[0].counterpart.id, period: null };
  const names = new Map();
  for (const pair of shown) for (const party of [pair.holder, pair.counterpart]) names.set(party.id, party.name);
  const byName = (a, b) => names.get(a).localeCompare(names.get(b), "en");

  const holder = el("select", { id: "holder" });
  const counterpart = el("select", { id: "counterpart" });
  const swap = el("button", { type: "button" }, "\u21c4 Other way round");
  const bar = el("div", { class: "pick" }, el("label", {}, "Holder", holder), el("label", {}, "Toward", counterpart), swap);
  const plots = el("div", { class: "plots" });
  const list = el("section", { "aria-live": "polite" });
  const heat = el("section", {});
  root.append(bar, plots, list, heat);

  const fill = (select, ids, chosen) => {
    select.replaceChildren(...ids.map((id) => el("option", id === chosen ? { value: id, selected: "" } : { value: id }, names.get(id))));
  };
  const find = () => shown.find((pair) => pair.holder.id === state.holder && pair.counterpart.id === state.counterpart);

  function choose(holderId, counterpartId) {
    state.holder = holderId;
    const toward = shown.filter((pair) => pair.holder.id === holderId).map((pair) => pair.counterpart.id);
    state.counterpart = toward.includes(counterpartId) ? counterpartId : toward[0];
    state.period = null;
    fill(holder, [...new Set(shown.map((pair) => pair.holder.id))].sort(byName), state.holder);
    fill(counterpart, toward.sort(byName), state.counterpart);
    swap.disabled = !shown.some((pair) => pair.holder.id === state.counterpart && pair.counterpart.id === state.holder);
    draw();
  }

  const WIDTH = 420, HEIGHT = 190, LEFT = 34, RIGHT = 8, TOP = 10, BOTTOM = 24;
  function plot(pair, measure) {
    const ends = pair.series.flatMap((one) => { const found = one.scores[measure]; return found ? [found.score, ...(found.interval || [])] : []; });
    const reach = measure !== "event" ? 1 : ends.some((end) => Math.abs(end) > 5) ? 10 : 5;
    const points = pair.series.filter((one) => one.scores[measure] && one.scores[measure].score !== null);
    const whole = pair.scores[measure];
    const range = whole.interval ? ` (${signed(whole.interval[0])} to ${signed(whole.interval[1])})` : "";
    const figure = el("figure", {}, el("figcaption", {}, el("h3", {}, measure), el("span", {}, signed(whole.score) + range)));
    if (points.length === 0) { figure.append(el("p", { class: "note" }, "No dated statement speaks to this.")); return figure; }
    const from = pair.series[0].year, to = pair.series[pair.series.length - 1].year;
    const step = { month: 1 / 12, quarter: 0.25, year: 1, decade: 10 }[data.period];
    const x = (year) => LEFT + ((year - from + step / 2) / (to - from + step)) * (WIDTH - LEFT - RIGHT);
    const y = (score) => TOP + ((reach - score) / (2 * reach)) * (HEIGHT - TOP - BOTTOM);
    const label = `${measure}, ${names.get(state.holder)} toward ${names.get(state.counterpart)}: ` +
      points.map((one) => `${one.period} ${signed(one.scores[measure].score)}`).join("; ");
    const drawing = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "group", "aria-label": label });
    for (const value of [-reach, 0, reach]) {
      drawing.append(svg("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: y(value), y2: y(value), class: value === 0 ? "zero" : "axis" }));
      const text = svg("text", { x: LEFT - 4, y: y(value) + 4, "text-anchor": "end" });
      text.textContent = value === 0 ? "0" : (value < 0 ? "\u2212" : "+") + reach;
      drawing.append(text);
    }
    const first = pair.series[0], last = pair.series[pair.series.length - 1];
    for (const [one, anchor, at] of [[first, "start", LEFT], [last, "end", WIDTH - RIGHT]]) {
      if (one === last && first === last) continue;
      const text = svg("text", { x: at, y: HEIGHT - 6, "text-anchor": anchor });
      text.textContent = one.period;
      drawing.append(text);
    }
    // Runs of neighbouring periods; a gap is a gap.
    const runs = [];
    for (const one of points) {
      const run = runs[runs.length - 1];
      if (run && one.year - run[run.length - 1].year < 1.5 * step) run.push(one); else runs.push([one]);
    }
    for (const run of runs) {
      const banded = run.filter((one) => one.scores[measure].interval);
      if (banded.length > 1) {
        const low = banded.map((one) => `${x(one.year)},${y(one.scores[measure].interval[0])}`);
        const high = banded.map((one) => `${x(one.year)},${y(one.scores[measure].interval[1])}`).reverse();
        drawing.append(svg("polygon", { points: [...low, ...high].join(" "), class: "band" }));
      }
      for (const one of banded) {
        const [low, high] = one.scores[measure].interval;
        drawing.append(svg("line", { x1: x(one.year), x2: x(one.year), y1: y(low), y2: y(high), class: "whisker" }));
      }
      const smooth = run.filter((one) => one.scores[measure].smoothed !== undefined);
      if (smooth.length > 1) {
        drawing.append(svg("polyline", { points: smooth.map((one) => `${x(one.year)},${y(one.scores[measure].smoothed)}`).join(" "), class: "smooth" }));
      }
    }
    const turns = pair.turning_points.filter((turn) => turn.measure === measure);
    for (const turn of turns) drawing.append(svg("line", { x1: x(turn.year), x2: x(turn.year), y1: TOP, y2: HEIGHT - BOTTOM, class: "turn" }));
    for (const one of points) {
      const score = one.scores[measure];
      const chosen = one.period === state.period ? " chosen" : "";
      const dot = svg("circle", { cx: x(one.year), cy: y(score.score), r: 5, class: "dot" + chosen, tabindex: 0, role: "button" });
      const title = svg("title", {});
      title.textContent = `${one.period}: ${signed(score.score)}` + (score.interval ? ` (${signed(score.interval[0])} to ${signed(score.interval[1])})` : "") +
        `, ${one.n_statements} statements in ${one.n_articles} articles`;
      dot.setAttribute("aria-label", title.textContent);
      dot.append(title);
      const pick = () => { state.period = state.period === one.period ? null : one.period; draw(); };
      dot.addEventListener("click", pick);
      dot.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); pick(); } });
      drawing.append(dot);
    }
    figure.append(drawing);
    if (turns.length > 0) {
      figure.append(el("ul", { class: "turns" }, ...turns.map((turn) =>
        el("li", {}, `turns on ${turn.date}: ${signed(turn.before)} \u2192 ${signed(turn.after)} (p ${turn.p.toFixed(3)})`))));
    }
    return figure;
  }

  // The names of both parties and of the speaker are marked where they stand.
  function marked(statement) {
    const wanted = [names.get(statement.holder), names.get(statement.counterpart), statement.speaker].filter((one) => one && one.length > 2);
    const spans = [];
    for (const word of wanted) {
      let at = statement.text.indexOf(word);
      while (at >= 0) { spans.push([at, at + word.length]); at = statement.text.indexOf(word, at + word.length); }
    }
    spans.sort((a, b) => a[0] - b[0]);
    const parts = [];
    let end = 0;
    for (const [from, to] of spans) {
      if (from < end) continue;
      parts.push(statement.text.slice(end, from), el("mark", {}, statement.text.slice(from, to)));
      end = to;
    }
    parts.push(statement.text.slice(end));
    return parts;
  }

  function periodOf(date) {
    if (!date) return null;
    const [year, month] = date.split("-").map(Number);
    if (data.period === "decade") return `${Math.floor(year / 10) * 10}s`;
    if (data.period === "quarter") return `${year}-Q${Math.floor((month - 1) / 3) + 1}`;
    return data.period === "month" ? date.slice(0, 7) : String(year);
  }

  const MOST = 30;
  function statements(pair) {
    const some = pair.statements.filter((one) => state.period === null || periodOf(one.date) === state.period);
    const heading = state.period === null ? "The strongest statements of each period" : `The strongest statements of ${state.period}`;
    const items = some.slice(0, MOST).map((one) => {
      const chips = [];
      if (one.relation) chips.push(el("span", { class: "chip" }, `${one.relation} ${signed(one.relation_score)}`));
      for (const [target, label] of Object.entries(one.labels)) {
        if (label !== "none") chips.push(el("span", { class: "chip" }, `${target}: ${label} ${signed(one.scores[target])}`));
      }
      if (one.event && one.event !== "none") chips.push(el("span", { class: "chip" }, `${one.event} (${one.root})`));
      const where = [one.date, one.title || one.article, one.speaker ? `said by ${one.speaker}` : null].filter((part) => part).join(" \u00b7 ");
      return el("li", { class: one.relation || "" }, el("div", {}, ...marked(one)), el("div", {}, ...chips), el("div", { class: "meta" }, where));
    });
    const rest = some.length > MOST ? [el("p", { class: "note" }, `${some.length - MOST} more; choose a point to see those of its period.`)] : [];
    list.replaceChildren(el("h2", {}, heading), items.length ? el("ul", { class: "statements" }, ...items) : el("p", { class: "note" }, "None was kept."), ...rest);
  }

  function draw() {
    const pair = find();
    if (!pair) return;
    plots.replaceChildren(...Object.keys(pair.scores).map((measure) => plot(pair, measure)));
    statements(pair);
  }

  const SIDE = 14;
  function heatMap() {
    const weight = new Map();
    for (const pair of data.pairs) for (const id of [pair.holder.id, pair.counterpart.id]) {
      weight.set(id, (weight.get(id) || 0) + pair.n_statements);
      if (!names.has(id)) names.set(id, (pair.holder.id === id ? pair.holder : pair.counterpart).name);
    }
    const ids = [...weight.keys()].sort((a, b) => weight.get(b) - weight.get(a) || byName(a, b)).slice(0, SIDE);
    if (ids.length < 3) return;
    const cells = new Map(data.pairs.map((pair) => [`${pair.holder.id} ${pair.counterpart.id}`, pair]));
    const head = el("tr", {}, el("th", {}, "holder \\ toward"), ...ids.map((id) => el("th", { class: "top", scope: "col" }, names.get(id))));
    const rows = ids.map((from) => el("tr", {}, el("th", { scope: "row" }, names.get(from)), ...ids.map((to) => {
      const pair = cells.get(`${from} ${to}`);
      const score = pair && pair.scores.relation ? pair.scores.relation.score : null;
      if (score === null || score === undefined) return el("td", {}, "");
      const cell = el("td", { class: "cell", title: `${names.get(from)} toward ${names.get(to)}: ${pair.n_statements} statements` }, signed(score));
      const share = Math.round(Math.min(1, Math.abs(score)) * 55);
      cell.style.background = `color-mix(in srgb, var(${score < 0 ? "--bad" : "--good"}) ${share}%, transparent)`;
      if (shown.includes(pair)) {
        cell.tabIndex = 0;
        const pick = () => { choose(from, to); bar.scrollIntoView({ block: "start" }); };
        cell.addEventListener("click", pick);
        cell.addEventListener("keydown", (event) => { if (event.key === "Enter") pick(); });
      }
      return cell;
    })));
    heat.append(el("h2", {}, "Who toward whom"), el("p", { class: "note" }, "Mean relation over all time: \u22121 hostile, +1 friendly."),
      el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Who toward whom" }, el("table", { class: "heat" }, el("thead", {}, head), el("tbody", {}, ...rows))));
  }

  holder.addEventListener("change", () => choose(holder.value, state.counterpart));
  counterpart.addEventListener("change", () => choose(state.holder, counterpart.value));
  swap.addEventListener("click", () => choose(state.counterpart, state.holder));
  heatMap();
  choose(state.holder, state.counterpart);
})();
