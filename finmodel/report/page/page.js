"use strict";
// Charts: drawn from the specifications of this file, as SVG so that they print sharply.
const drawn = Object.entries(CHARTS).map(([name, spec]) =>
  vegaEmbed(`#chart-${CSS.escape(name)}`, spec, { actions: false, renderer: "svg", tooltip: { sanitize: (value) => escaped(value) } })
    .then((result) => {
      const svg = result.view.container().querySelector("svg");
      svg.setAttribute("role", "img");
      svg.setAttribute("aria-label", spec.description);
      svg.querySelectorAll("[aria-roledescription], [role]").forEach((part) => {
        part.removeAttribute("role");
        part.removeAttribute("aria-roledescription");
        part.removeAttribute("aria-label");
      });
    }));
Promise.all(drawn).then(() => document.body.setAttribute("data-charts", "drawn"));

function escaped(value) {
  const box = document.createElement("div");
  box.textContent = String(value);
  return box.innerHTML;
}

// Tables: a click on a heading sorts the rows of each group; totals stay where they are.
function numberOf(text) {
  const clean = text.replace(/±.*/, "").replace(/,/g, "").trim();
  const below = clean.match(/^<\s*([\d.]+)\/(\d+)/);
  if (below) return Number(below[1]) / Number(below[2]) * 99;
  const found = clean.match(/[-−]?\d+(\.\d+)?/);
  return found ? Number(found[0].replace("−", "-")) : NaN;
}
for (const button of document.querySelectorAll("thead button")) {
  button.addEventListener("click", () => {
    const head = button.closest("th");
    const place = [...head.parentNode.children].indexOf(head);
    const rising = head.getAttribute("aria-sort") !== "ascending";
    for (const other of head.parentNode.children) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", rising ? "ascending" : "descending");
    for (const body of head.closest("table").tBodies) {
      const rows = [...body.rows].filter((row) => !row.matches(".group, .total"));
      const key = (row) => row.children[place]?.textContent ?? "";
      rows.sort((one, other) => {
        const a = numberOf(key(one)), b = numberOf(key(other));
        const order = place > 0 && !Number.isNaN(a) && !Number.isNaN(b) ? a - b : key(one).localeCompare(key(other));
        return rising ? order : -order;
      });
      const totals = body.querySelector(".total");
      for (const row of rows) body.insertBefore(row, totals);
    }
  });
}
