// What the phone keeps: the rounds, what was entered, and the photographs, in IndexedDB.

const NAME = "onebook-field";
let opened;

function database() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      const made = asked.result;
      made.createObjectStore("sheet", { keyPath: "id" });
      made.createObjectStore("entries", { keyPath: "key" });
      made.createObjectStore("photos", { keyPath: "id" });
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  return opened;
}

async function run(store, mode, ask) {
  const transaction = (await database()).transaction(store, mode);
  const asked = ask(transaction.objectStore(store));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(asked?.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

const all = (store) => run(store, "readonly", (kept) => kept.getAll());
const put = (store, value) => run(store, "readwrite", (kept) => kept.put(value));
const remove = (store, key) => run(store, "readwrite", (kept) => kept.delete(key));

/** The rounds as they were fetched last, or undefined. */
export const sheet = () => run("sheet", "readonly", (kept) => kept.get("sheet"));
export const putSheet = (value) => put("sheet", { ...value, id: "sheet" });
export const entries = () => all("entries");
export const putEntry = (entry) => put("entries", entry);
export const photos = () => all("photos");
export const putPhoto = (photo) => put("photos", photo);
export const removePhoto = (id) => remove("photos", id);

/** Take an entry away with its photographs. */
export async function removeEntry(key) {
  for (const photo of await photos()) if (photo.key === key) await removePhoto(photo.id);
  await remove("entries", key);
}

/** Change one entry unless it was taken away meanwhile. */
export function changeEntry(key, changes) {
  return run("entries", "readwrite", (kept) => {
    const asked = kept.get(key);
    asked.onsuccess = () => { if (asked.result) kept.put({ ...asked.result, ...changes }); };
    return asked;
  });
}

/** Forget everything. */
export async function clear() {
  for (const store of ["sheet", "entries", "photos"]) await run(store, "readwrite", (kept) => kept.clear());
}
