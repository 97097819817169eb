/**
 * A copy of unsaved work in this browser, kept until the server has it: it outlives a crash of the tab
 * and a server that is away. Each tab keeps its own; where the browser forbids storage there is none.
 */
import type { Id, WorkflowDocument } from "@/api/types";

export interface Kept {
  /** Of which tab. */
  key: string;
  workflow: Id;
  at: number;
  /** What the work began from, and what it came to. */
  base: WorkflowDocument;
  document: WorkflowDocument;
}

const NAME = "hearth-canvas";
const STORE = "unsaved";
/** Older copies are of no use to anybody. */
const KEEP_MS = 30 * 24 * 3600 * 1000;

let opened: Promise<IDBDatabase> | undefined;

function open(): Promise<IDBDatabase> {
  return (opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "key" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("indexedDB"));
  }));
}

async function run<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await open();
  return new Promise((resolve, reject) => {
    const request = act(database.transaction(STORE, mode).objectStore(STORE));
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("indexedDB"));
  });
}

const quiet = async (work: Promise<unknown>): Promise<void> => {
  // Without storage the work is only as safe as the server and this page.
  await work.catch(() => undefined);
};

export const recovery = {
  keep: (kept: Kept): Promise<void> => quiet(run("readwrite", (store) => store.put(kept))),
  drop: (key: string): Promise<void> => quiet(run("readwrite", (store) => store.delete(key))),
  /** What other tabs, or this one before, left unsaved; the latest first. */
  find: async (workflow: Id): Promise<Kept[]> => {
    const all = await run("readonly", (store) => store.getAll() as IDBRequest<Kept[]>).catch(() => []);
    for (const old of all.filter(({ at }) => Date.now() - at > KEEP_MS)) void recovery.drop(old.key);
    return all
      .filter((kept) => kept.workflow === workflow && Date.now() - kept.at <= KEEP_MS)
      .sort((a, b) => b.at - a.at);
  },
};
