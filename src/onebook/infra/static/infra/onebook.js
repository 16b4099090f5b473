// Keys, forms that submit by themselves, sortable tables, and lists that are walked by keyboard.
(() => {
  "use strict";
  document.documentElement.classList.add("js");
  const typing = (node) => node.closest("input, select, textarea, [contenteditable]");
  let waitsForLetter = false;

  function pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape") return escape(event);
    if (event.target.matches("[data-find]") && event.key === "ArrowDown") return walk(event);
    if (typing(event.target)) return;
    if (waitsForLetter) return goTo(event);
    if (event.key === "/") return focusSearch(event);
    if (event.key === "?") return showKeys(event);
    if (event.key === "g") { waitsForLetter = true; setTimeout(() => { waitsForLetter = false; }, 1500); return; }
    walk(event);
  }
  function escape(event) {
    waitsForLetter = false;
    if (typing(event.target)) event.target.blur();
  }
  function goTo(event) {
    waitsForLetter = false;
    const link = document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
    if (link) { event.preventDefault(); link.click(); }
  }
  function focusSearch(event) {
    const field = document.querySelector("[data-find]") || document.getElementById("search");
    if (field) { event.preventDefault(); field.focus(); field.select(); }
  }
  function showKeys(event) {
    const keys = document.getElementById("keys");
    if (keys) { event.preventDefault(); keys.open ? keys.close() : keys.showModal(); }
  }

  // A list with data-walk: arrows move, Enter opens, a row's buttons answer to their data-key.
  function walk(event) {
    const list = document.querySelector("[data-walk]");
    if (!list || document.querySelector("dialog[open]")) return;
    const rows = [...list.querySelectorAll("[data-row]")];
    const at = rows.findIndex((row) => row.classList.contains("on"));
    if (event.key === "ArrowDown" || event.key === "j") choose(event, rows, Math.min(at + 1, rows.length - 1));
    else if (event.key === "ArrowUp" || event.key === "k") choose(event, rows, Math.max(at - 1, 0));
    else if (at >= 0) act(event, rows[at]);
  }
  function choose(event, rows, at) {
    if (!rows[at]) return;
    event.preventDefault();
    rows.forEach((row) => { row.classList.remove("on"); row.tabIndex = -1; });
    rows[at].classList.add("on");
    rows[at].tabIndex = 0;
    rows[at].focus();
    rows[at].scrollIntoView({ block: "nearest" });
  }
  function act(event, row) {
    const key = event.key === "Enter" ? "Enter" : event.key.toLowerCase();
    if (key === "Enter" && event.target.closest("a, button")) return;
    const target = row.querySelector(`[data-key="${CSS.escape(key)}"]`) || (key === "Enter" && row.querySelector("a"));
    if (target) { event.preventDefault(); target.click(); }
  }

  function sortBy(head) {
    const table = head.closest("table"), body = table.tBodies[0], at = head.cellIndex;
    const down = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
    const value = (row) => row.cells[at]?.dataset.v ?? row.cells[at]?.textContent.trim() ?? "";
    const order = (a, b) => {
      const left = value(a), right = value(b), numbers = left !== "" && right !== "" && !isNaN(left) && !isNaN(right);
      return down * (numbers ? left - right : left.localeCompare(right, "zh-CN"));
    };
    table.querySelectorAll("th").forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down > 0 ? "ascending" : "descending");
    [...body.rows].sort(order).forEach((row) => body.append(row));
  }
  // A day is typed as 2026-10-31 in every browser; the browser's own calendar stands beside it.
  function addCalendar(field) {
    const calendar = document.createElement("input");
    Object.assign(calendar, { type: "date", tabIndex: -1, className: "calendar" });
    calendar.setAttribute("aria-hidden", "true");
    calendar.addEventListener("focus", () => { calendar.value = field.value; });
    calendar.addEventListener("input", () => {
      if (calendar.value) { field.value = calendar.value; field.dispatchEvent(new Event("change", { bubbles: true })); }
    });
    field.after(calendar);
    delete field.dataset.day;
  }
  function prepare(root) {
    root.querySelectorAll("[data-day]").forEach(addCalendar);
    root.querySelectorAll("table[data-sortable] thead th").forEach((head) => { head.tabIndex = 0; });
    root.querySelectorAll("[data-autofocus]").forEach((field) => { field.focus(); if (field.dataset.select !== undefined) field.select(); });
  }
  function clicked(event) {
    const head = event.target.closest("table[data-sortable] thead th");
    if (head) return sortBy(head);
    if (event.target.closest("[data-print]")) return window.print();
    const opener = event.target.closest("[data-open]");
    if (opener) return document.getElementById(opener.dataset.open)?.showModal();
    document.querySelectorAll("details.person[open]").forEach((box) => { if (!box.contains(event.target)) box.open = false; });
  }
  function changed(event) {
    const form = event.target.closest("form[data-autosubmit]");
    if (form && event.target.value !== undefined && event.target.checkValidity()) form.requestSubmit();
  }
  // Parameters left at nothing would only lengthen the address.
  function tidy(event) {
    if (event.target.method !== "get") return;
    event.target.querySelectorAll("input, select").forEach((field) => { if (!field.value) field.disabled = true; });
    setTimeout(() => event.target.querySelectorAll("input, select").forEach((field) => { field.disabled = false; }), 0);
  }

  document.addEventListener("keydown", pressed);
  document.addEventListener("keydown", (event) => {
    const head = event.key === "Enter" && event.target.closest?.("table[data-sortable] thead th");
    if (head) sortBy(head);
  });
  document.addEventListener("click", clicked);
  document.addEventListener("change", changed);
  document.addEventListener("submit", tidy);
  document.addEventListener("DOMContentLoaded", () => {
    prepare(document);
    const menu = document.querySelector(".rail .menu"), narrow = matchMedia("(max-width: 720px)");
    const fold = () => { if (menu) menu.open = !narrow.matches; };
    narrow.addEventListener("change", fold);
    fold();
  });
  document.addEventListener("htmx:afterSwap", (event) => prepare(event.detail.target));
})();
