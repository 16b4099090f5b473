// Draws the page's charts from their JSON; colours come from the stylesheet, so dark mode holds.
(() => {
  "use strict";
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const palette = () => [1, 2, 3, 4, 5, 6, 7, 8].map((n) => colour(`--c${n}`));

  function layout(figure, box) {
    const axis = { gridcolor: colour("--line"), zerolinecolor: colour("--line-strong"), automargin: true, fixedrange: true };
    const value = { ...axis, title: { text: figure.unit, standoff: 8 }, separatethousands: true, exponentformat: "none", rangemode: "tozero" };
    const label = { ...axis, type: "category", showgrid: false, ...(figure.ranked ? { autorange: "reversed" } : { nticks: Math.max(2, Math.floor(box.clientWidth / 76)), tickangle: 0 }) };
    return {
      barmode: figure.stacked ? "stack" : "group", bargap: (figure.data[0]?.x ?? figure.data[0]?.y ?? []).length < 5 && !figure.ranked ? 0.6 : 0.25,
      margin: { l: 8, r: 8, t: 8, b: 8 }, autosize: true, dragmode: false, hovermode: "closest",
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", colorway: palette(), separators: ".,",
      font: { family: getComputedStyle(document.body).fontFamily, size: 12, color: colour("--muted") },
      showlegend: figure.data.length > 1, legend: { orientation: "h", y: -0.18, traceorder: "normal" },
      xaxis: figure.ranked ? value : label, yaxis: figure.ranked ? label : value,
      hoverlabel: { bgcolor: colour("--surface"), bordercolor: colour("--line-strong"), font: { color: colour("--text") } },
    };
  }
  function hover(figure, trace) {
    const number = figure.ranked ? "%{x:,.2f}" : "%{y:,.2f}", label = figure.ranked ? "%{y}" : "%{x}";
    return { ...trace, hovertemplate: `${label}<br>${trace.name ?? ""} ${number} ${figure.unit}<extra></extra>` };
  }
  function draw(box) {
    const figure = JSON.parse(document.getElementById(box.dataset.chart).textContent);
    Plotly.react(box, figure.data.map((trace, at) => hover(figure, figure.kind === "curve" && at ? { ...trace, line: { dash: "dot", width: 3 } } : trace)), layout(figure, box), { displayModeBar: false, responsive: true });
  }
  const drawAll = () => document.querySelectorAll("[data-chart]").forEach(draw);
  document.addEventListener("htmx:afterSwap", (event) => event.detail.target.querySelectorAll("[data-chart]").forEach(draw));
  document.addEventListener("DOMContentLoaded", drawAll);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
})();
