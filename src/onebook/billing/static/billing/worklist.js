// Exceptions: r releases, h holds, a has the meter read again; in the list x chooses a row, and the
// cursor stays in place.
(() => {
  "use strict";
  const list = document.querySelector("[data-worklist]"), dialog = document.getElementById("decide");
  const single = document.querySelector("[data-exception]");
  if (!dialog) return;
  const rows = () => (list ? [...list.querySelectorAll("[data-row]")] : []);
  const boxes = () => (list ? [...list.querySelectorAll("input[type=checkbox]")] : []);
  const kinds = { r: "release", h: "hold", a: "reread" };
  const current = () => rows().findIndex((row) => row.classList.contains("on"));

  function chosen() {
    if (single) return [single.dataset.exception];
    const marked = boxes().filter((box) => box.checked).map((box) => box.value);
    if (marked.length) return marked;
    const at = current();
    return at >= 0 ? [rows()[at].dataset.id] : [];
  }
  function open(kind) {
    const ids = chosen();
    if (!ids.length) { goTo(0); return; }
    const form = dialog.querySelector("form");
    form.kind.value = kind;
    form.exceptions.value = ids.join(",");
    form.at.value = Math.max(current(), 0);
    dialog.querySelectorAll("[data-title]").forEach((title) => { title.hidden = title.dataset.title !== kind; });
    dialog.querySelector("[data-what]").textContent = `× ${ids.length}`;
    dialog.showModal();
    form.reason.focus();
  }
  function goTo(at) {
    const every = rows(), row = every[Math.min(at, every.length - 1)];
    if (!row) return;
    every.forEach((one) => one.classList.remove("on"));
    row.classList.add("on");
    row.focus();
  }
  function count() {
    const label = document.getElementById("chosen");
    if (!label) return;
    const marked = boxes().filter((box) => box.checked).length;
    label.textContent = marked ? `${marked} ${label.dataset.some}` : label.dataset.none;
  }
  document.addEventListener("keydown", (event) => {
    if (dialog.open || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input:not([type=checkbox]), select")) return;
    const button = kinds[event.key] && document.querySelector(`[data-decide="${kinds[event.key]}"]`);
    if (button) { event.preventDefault(); open(kinds[event.key]); }
    if (event.key === "x" && current() >= 0) {
      const box = rows()[current()].querySelector("input[type=checkbox]");
      if (box) { box.checked = !box.checked; count(); }
    }
  });
  document.querySelectorAll("[data-decide]").forEach((button) => button.addEventListener("click", () => open(button.dataset.decide)));
  dialog.querySelector("[data-cancel]").addEventListener("click", () => dialog.close());
  list?.addEventListener("change", count);
  count();
  if (list?.dataset.at) goTo(Number(list.dataset.at));
})();
