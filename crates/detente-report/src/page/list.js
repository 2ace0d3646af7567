/* What a list of articles can do beside being sorted; see page.js.
 *
 *   detente.listing(box)
 *
 * `box`  an element of the class `listing` that holds a table, an `input`, and a `span` for how many articles are
 *        shown. The input leaves the rows whose text has all of its words; in narrow windows, and with many targets,
 *        rows become blocks. Calling again on the same element is of no harm.
 */
"use strict";

(() => {
  /** Room that columns need, in letters of the page's size: for the title and what is not a score, and for each score. */
  const OTHERS = 27, SCORE = 8.2;

  detente.listing = box => {
    const table = box.querySelector("table"), input = box.querySelector(".find input"), told = box.querySelector(".find span");
    const rows = [...table.tBodies[0].rows];
    const all = rows.length + (rows.length === 1 ? " article" : " articles");
    const words = new Map(rows.map(row => [row, [...row.querySelectorAll("th, .date")].map(cell => cell.textContent).join(" ").toLowerCase()]));
    const filter = () => {
      const sought = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let n = 0;
      for (const row of rows) {
        row.hidden = !sought.every(word => words.get(row).includes(word));
        n += !row.hidden;
      }
      told.textContent = sought.length ? n + " of " + all : all;
    };
    input.oninput = filter;
    filter();
    detente.sortable(table);
    const nScores = table.tHead.querySelectorAll(".score").length;
    const fit = () => {
      const letter = parseFloat(getComputedStyle(document.documentElement).fontSize);
      box.classList.toggle("blocks", box.clientWidth < letter * (OTHERS + SCORE * nScores));
    };
    new ResizeObserver(fit).observe(box);
    fit();
  };
})();
