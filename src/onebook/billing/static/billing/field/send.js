// Sends what was entered, each entry once by its key, and fetches the rounds anew.

import * as store from "./store.js";

const PART = 50;

/** The server did not answer, or not sensibly; what waits goes on waiting. */
export class Unreachable extends Error {}
/** Nobody is logged in any more. */
export class LoggedOut extends Error {}

async function ask(address, options = {}) {
  let answer;
  try {
    answer = await fetch(address, { credentials: "same-origin", cache: "no-store", ...options });
  } catch (lost) {
    throw new Unreachable("", { cause: lost });
  }
  if (answer.redirected || answer.status === 403) throw new LoggedOut();
  if (answer.status >= 500) throw new Unreachable(String(answer.status));
  return { ok: answer.ok, said: await answer.json() };
}

let running = null;

/** Send what waits and fetch the rounds; two at a time are one. Gives the sheet. */
export function synchronise() {
  running ??= exclusively(exchange).finally(() => { running = null; });
  return running;
}

// Two windows of one phone take turns, where the browser can tell them.
function exclusively(work) {
  return navigator.locks ? navigator.locks.request("onebook-field", work) : work();
}

async function exchange() {
  let sheet = await fetched();
  const entries = (await store.entries()).filter((one) => one.person === sheet.person);
  const waiting = entries.filter((one) => one.state === "waiting");
  for (let at = 0; at < waiting.length; at += PART) await sendEntries(waiting.slice(at, at + PART), sheet.csrf);
  const isSent = await sendPhotos(sheet);
  if (waiting.length || isSent) sheet = await fetched();
  await store.putSheet(sheet);
  await forgetOld(sheet);
  return sheet;
}

async function fetched() {
  const { ok, said } = await ask("/read/rounds.json");
  if (!ok) throw new Unreachable();
  return said;
}

async function sendEntries(part, csrf) {
  const entries = part.map(({ key, round, point, version, read_on, value, registers, how, reason, entered_at }) =>
    ({ key, round, point, version, read_on, value, registers, how, reason, entered_at }));
  const { ok, said } = await ask("/read/entries", {
    method: "POST", body: JSON.stringify({ entries }),
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrf },
  });
  if (!ok) throw new Unreachable(said.message);
  for (const { key, state, message } of said.results) {
    const isIn = state === "taken" || state === "repeated";
    await store.changeEntry(key, { state: isIn ? "sent" : state, message: message ?? "" });
  }
}

async function sendPhotos(sheet) {
  const sent = new Set((await store.entries())
    .filter((one) => one.person === sheet.person && one.state === "sent").map((one) => one.key));
  let isAny = false;
  for (const photo of await store.photos()) {
    if (!sent.has(photo.key) || photo.state !== "waiting") continue;
    const { ok, said } = await ask(`/read/photos/${photo.key}`, {
      method: "POST", body: photo.blob,
      headers: { "Content-Type": photo.blob.type, "X-CSRFToken": sheet.csrf },
    });
    isAny = true;
    if (ok) await store.removePhoto(photo.id);
    else await store.putPhoto({ ...photo, state: "refused", message: said.message });
  }
  return isAny;
}

// What is sent and whose round is over is of no more use here.
async function forgetOld(sheet) {
  const open = new Set(sheet.rounds.map((one) => one.id));
  for (const one of await store.entries()) {
    const isDone = one.person === sheet.person && one.state === "sent";
    const hasPhoto = (await store.photos()).some((photo) => photo.key === one.key);
    if (isDone && !hasPhoto && !open.has(one.round)) await store.removeEntry(one.key);
  }
}
