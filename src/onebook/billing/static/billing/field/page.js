// The reader's page: the points of a round, what is entered at one, and how the sending stands.

import * as rules from "./rules.js";
import * as store from "./store.js";
import { LoggedOut, synchronise } from "./send.js";

const texts = JSON.parse(document.getElementById("texts").textContent);
const words = texts.words;
const ui = Object.fromEntries([...document.querySelectorAll("[id]")].map((node) => [node.id, node]));
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const PHOTO_SIDE = 1600, PHOTO_QUALITY = 0.8;

let sheet, entries = [], photos = [], here = null, taken = [];

// ── What is known ──────────────────────────────────────────────────────────────────────────────
const mine = () => entries.filter((one) => one.person === sheet?.person);
const round = () => sheet?.rounds.find((one) => String(one.id) === ui.round.value) ?? sheet?.rounds[0];

function entryOf(point) {
  const found = mine().filter((one) => one.round === round().id && one.point === point.point);
  return found.sort((a, b) => a.entered_at.localeCompare(b.entered_at)).at(-1);
}

/** Word and colour of how a point stands; `open` where it is still to be read. */
function standing(point) {
  const own = entryOf(point);
  if (own && own.state !== "sent") {
    const kind = { waiting: "wait", conflict: "bad", refused: "bad" }[own.state];
    return { kind, word: words[own.state === "waiting" ? "to_send" : own.state], open: own.state !== "waiting" || own.value === "" };
  }
  if (point.standing && point.standing.how !== 2) return { kind: "good", word: words.read, open: false };
  if (point.closed) return { kind: "", word: words.closed, open: false };
  if (point.said) return { kind: "wait", word: point.said.word, open: true };
  return { kind: "", word: point.standing ? words.estimated : words.unread, open: true };
}

function today() {
  if (sheet.fixed) return sheet.today;
  return new Date().toLocaleDateString("sv-SE", { timeZone: "Asia/Shanghai" });
}

// ── The list ───────────────────────────────────────────────────────────────────────────────────
function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function showRounds() {
  const chosen = ui.round.value;
  ui.round.replaceChildren(...(sheet?.rounds ?? []).map((one) => {
    const option = element("option", "", `${one.month} ${one.book} ${one.name}`);
    option.value = one.id;
    return option;
  }));
  if (sheet?.rounds.some((one) => String(one.id) === chosen)) ui.round.value = chosen;
}

function showList() {
  const points = round()?.points ?? [];
  const stands = points.map((point) => ({ point, ...standing(point) }));
  ui.left.textContent = sheet ? stands.filter((one) => one.open).length : "—";
  ui.of.textContent = sheet ? ` / ${points.length}` : "";
  ui.empty.hidden = points.length > 0;
  ui.empty.textContent = sheet ? words.empty : words.never;
  ui.points.replaceChildren(...stands.filter(isAsked).map(listed));
}

function isAsked({ point, open }) {
  const own = entryOf(point), which = ui.which.value;
  if (which === "unread" && !open) return false;
  if (which === "unsent" && own?.state !== "waiting") return false;
  if (which === "wrong" && !["conflict", "refused"].includes(own?.state)) return false;
  const asked = ui.find.value.trim().toLowerCase();
  return [point.account, point.meter, point.customer, point.address].some((one) => one.toLowerCase().includes(asked));
}

function listed({ point, kind, word }) {
  const button = element("button");
  button.type = "button";
  button.dataset.point = point.point;
  button.append(element("span", "place", point.sequence), element("b", "", point.customer),
    element("span", "under", `${point.account} · ${point.address || point.meter}`), element("span", `state ${kind}`, word));
  button.addEventListener("click", () => enter(point));
  const row = element("li");
  row.append(button);
  return row;
}

// ── One point ──────────────────────────────────────────────────────────────────────────────────
function enter(point) {
  const own = entryOf(point), before = rules.measured(point.before);
  here = { point, before, own, version: own && own.state !== "sent" ? own.version : point.version };
  ui.place.textContent = `${point.sequence} · ${round().book}`;
  ui.who.textContent = `${point.customer} ${point.account}`;
  ui.where.textContent = point.address;
  ui.meter.textContent = `${point.meter} ${filled(words.times, { n: point.before.multiplier })}`;
  ui.previous.textContent = `${rules.format(before.last)} · ${point.previous_on}`;
  ui.usual.textContent = before.mean === null ? "—" : filled(words.mean, { n: rules.format((before.mean + 5000n) / 10000n * 10000n) });
  showRecorded(point);
  showTrouble(own);
  ui.values.replaceChildren(valueField("value", "", own?.value), ...point.registers.map((one) =>
    valueField(one.code, one.name, own?.registers?.[one.code], one.previous_e4)));
  ui.how.replaceChildren(...texts.statuses.map(({ how, word }) => Object.assign(element("option", "", word), { value: how })));
  ui.how.value = own?.how ?? 0;
  ui.reason.value = own?.reason ?? "";
  ui.photo.value = "";
  ui.wrong.hidden = true;
  taken = photos.filter((one) => one.key === own?.key);
  showPhotos();
  check();
  switchTo(true);
  ui.values.querySelector("input").focus();
}

function showRecorded({ standing: recorded, said }) {
  ui.recorded.hidden = !recorded && !said;
  if (recorded) ui.recorded.textContent = filled(words.recorded_by, { value: rules.format(BigInt(recorded.value_e4)), day: recorded.read_on, person: recorded.by || "—" });
  else if (said) ui.recorded.textContent = `${said.word} ${said.reason}`;
}

function showTrouble(own) {
  const isWrong = own && ["conflict", "refused"].includes(own.state);
  ui.trouble.hidden = !isWrong;
  ui.trouble.firstElementChild.textContent = isWrong ? own.message : "";
  ui.trouble.lastElementChild.hidden = own?.state !== "conflict";
}

function valueField(code, name, value, previous) {
  const field = element("div", "field"), label = element("label", "", name);
  const input = element("input", "reading");
  Object.assign(input, { id: `v-${code}`, name: code, inputMode: "decimal", autocomplete: "off", value: value ?? "" });
  if (code === "value") label.textContent = words.reading;
  label.htmlFor = input.id;
  if (previous !== undefined) label.append(element("span", "muted", ` ${rules.format(BigInt(previous))}`));
  input.addEventListener("input", check);
  field.append(label, input);
  return field;
}

const inputs = () => [...ui.values.querySelectorAll("input")];

/** Say the usage and what is doubtful as it is typed; the doubts' bits. */
function check() {
  const { point, before } = here, value = rules.parse(inputs()[0].value);
  ui.used.textContent = "";
  ui.doubts.replaceChildren();
  if (value === null || rules.isTooLong(value, point.before.digits)) return 0;
  const found = rules.usage(value, before, texts.rollover_share);
  if (found) ui.used.textContent = filled(words.kwh, { n: rules.format(found.used) });
  const bits = rules.doubts(value, before, point.limits, texts.bits, texts.rollover_share);
  ui.doubts.append(...Object.entries(texts.doubts).filter(([bit]) => bits & bit).map(([, word]) => element("li", "", word)));
  return bits;
}

/** Why what is entered cannot be saved, or "". */
function fault() {
  const isBlank = inputs().every((one) => one.value.trim() === "");
  const status = texts.statuses.find((one) => String(one.how) === ui.how.value);
  if (isBlank) return status.blank ? "" : words.blank;
  for (const { value } of inputs()) {
    const read = rules.parse(value);
    if (read === null) return words.not_a_number;
    if (rules.isTooLong(read, here.point.before.digits)) return filled(words.too_long, { n: here.point.before.digits });
  }
  return (check() || here.isInsisting) && !ui.reason.value.trim() ? words.needs_reason : "";
}

async function save(event) {
  event.preventDefault();
  const wrong = fault();
  ui.wrong.hidden = !wrong;
  ui.wrong.textContent = wrong;
  if (wrong) { ui[wrong === words.needs_reason ? "reason" : "entry"].focus(); return; }
  const { point, own, version } = here, [total, ...further] = inputs();
  const entry = {
    key: uuid(), person: sheet.person, state: "waiting", message: "", round: round().id, point: point.point, version,
    read_on: today(), value: total.value.trim(), registers: Object.fromEntries(further.map((one) => [one.name, one.value.trim()])),
    how: Number(ui.how.value), reason: ui.reason.value.trim(), entered_at: new Date().toISOString(),
  };
  await store.putEntry(entry);
  for (const photo of taken) await store.putPhoto({ ...photo, key: entry.key, state: "waiting" });
  if (own && own.state !== "sent") await store.removeEntry(own.key);
  navigator.storage?.persist?.();
  await refresh();
  tell(navigator.onLine ? "online" : "offline");
  next(point);
  send();
}

// Without a secure connection there is no randomUUID; the random bytes are there all the same.
function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function next(point) {
  const points = round().points, at = points.findIndex((one) => one.point === point.point);
  const after = [...points.slice(at + 1), ...points.slice(0, at)].find((one) => standing(one).open && !entryOf(one));
  if (after) enter(after);
  else switchTo(false);
}

function switchTo(isEntry) {
  ui.entry.hidden = !isEntry;
  ui.list.hidden = isEntry;
  if (!isEntry) { here = null; showList(); }
  window.scrollTo(0, 0);
}

// ── Photographs ────────────────────────────────────────────────────────────────────────────────
async function addPhoto() {
  const [file] = ui.photo.files;
  ui.photo.value = "";
  ui.wrong.hidden = true;
  if (!file) return;
  const blob = taken.length < texts.photos_max ? await smaller(file).catch(() => null) : undefined;
  if (blob) taken.push({ id: uuid(), blob });
  else { ui.wrong.hidden = false; ui.wrong.textContent = blob === null ? words.no_photo : filled(words.photos_full, { n: texts.photos_max }); }
  showPhotos();
}

/** The picture as a JPEG that is small enough to send; what the camera wrote beside it is left out. */
async function smaller(file) {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, PHOTO_SIDE / Math.max(picture.width, picture.height));
  const canvas = Object.assign(document.createElement("canvas"), {
    width: Math.max(1, Math.round(picture.width * scale)), height: Math.max(1, Math.round(picture.height * scale)),
  });
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", PHOTO_QUALITY); });
  if (!blob || blob.size > texts.photo_bytes_max) throw new Error("photo");
  return blob;
}

function showPhotos() {
  ui.photos.querySelectorAll("img").forEach((one) => URL.revokeObjectURL(one.src));
  ui.photos.replaceChildren(...taken.map(({ blob, message }) => {
    const row = element("li", "", undefined);
    row.append(Object.assign(element("img"), { src: URL.createObjectURL(blob), alt: words.photo_waits }));
    if (message) row.append(element("p", "error", message));
    return row;
  }));
}

// ── Conflicts ──────────────────────────────────────────────────────────────────────────────────
async function keepRecorded() {
  await store.removeEntry(here.own.key);
  await refresh();
  switchTo(false);
}

/** Record one's own above what stands: it is seen now, and the reason says why. */
function insist() {
  Object.assign(here, { version: here.point.version, isInsisting: true });
  showTrouble(null);
  ui.reason.focus();
}

// ── Sending ────────────────────────────────────────────────────────────────────────────────────
async function refresh() {
  [sheet, entries, photos] = [await store.sheet(), await store.entries(), await store.photos()];
  ui.person.textContent = sheet?.name ?? "";
  showRounds();
  if (!here) showList();
}

function tell(state, link) {
  const waiting = mine().filter((one) => one.state === "waiting").length;
  const foreign = entries.filter((one) => one.person !== sheet?.person && one.state === "waiting").length;
  const count = waiting ? filled(words.waiting, { n: waiting }) : words.sent_all;
  ui.net.className = `net ${{ online: "", offline: "off", logged_out: "bad", server_failed: "off" }[state]}`;
  ui.net.textContent = `${words[state]} · ${count}`;
  if (foreign) ui.net.append(` · ${filled(words.unsent_of_others, { n: foreign })}`);
  if (link) ui.net.append(" ", Object.assign(element("a", "", "→"), { href: "/login?next=/read/" }));
  ui.net.dataset.state = state;
  ui.net.dataset.waiting = waiting;
}

async function send() {
  if (!navigator.onLine) { tell("offline"); return; }
  try {
    await synchronise();
    await refresh();
    tell("online");
  } catch (lost) {
    await refresh();
    if (lost instanceof LoggedOut) tell("logged_out", true);
    else tell(navigator.onLine ? "server_failed" : "offline");
  }
}

async function forget() {
  if (entries.some((one) => one.state !== "sent") || photos.length) { tell(navigator.onLine ? "online" : "offline"); return; }
  await store.clear();
  await refresh();
}

ui.entry.addEventListener("submit", save);
ui.back.addEventListener("click", () => switchTo(false));
ui.keep.addEventListener("click", keepRecorded);
ui.insist.addEventListener("click", insist);
ui.photo.addEventListener("change", addPhoto);
ui.send.addEventListener("click", send);
ui.forget.addEventListener("click", forget);
for (const tool of [ui.round, ui.which]) tool.addEventListener("change", showList);
ui.find.addEventListener("input", showList);
window.addEventListener("online", send);
window.addEventListener("offline", () => tell("offline"));
document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });
navigator.serviceWorker?.register("/read/worker.js", { scope: "/read/" });
await refresh();
tell(navigator.onLine ? "online" : "offline");
await send();
