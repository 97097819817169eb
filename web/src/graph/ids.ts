/** New names for nodes: never one that is or was there by chance, also when two people add at once. */
const LETTERS = "abcdefghijkmnpqrstuvwxyz23456789";

export function newId(kind: string, taken: (id: string) => boolean): string {
  for (;;) {
    const random = crypto.getRandomValues(new Uint8Array(5));
    const id = `${kind.slice(0, 40)}_${Array.from(random, (byte) => LETTERS[byte % LETTERS.length]).join("")}`;
    if (!taken(id)) return id;
  }
}

/** “Model”, “Model 2”, … */
export function newTitle(title: string, taken: readonly string[]): string {
  if (!taken.includes(title)) return title;
  const plain = title.replace(/ \d+$/, "");
  for (let count = 2; ; count++) if (!taken.includes(`${plain} ${count}`)) return `${plain} ${count}`;
}
