/** Places inside values: JSON pointers, and values with one place changed. */

export type Keys = readonly (string | number)[];

/** `["branches", 0]` below `/params` → `/params/branches/0`. */
export function pointer(base: string, ...keys: Keys): string {
  return base + keys.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** Whether a pointer is this place or lies inside it. */
export const isWithin = (path: string, place: string): boolean =>
  path === place || path.startsWith(`${place}/`);

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What is at a place; `undefined` where nothing leads. */
export function getAt(value: unknown, keys: Keys): unknown {
  let at = value;
  for (const key of keys) {
    if (Array.isArray(at)) at = at[Number(key)] as unknown;
    else if (isRecord(at)) at = at[key];
    else return undefined;
  }
  return at;
}

/** The value with one place changed; `undefined` takes the key away. What is not there is made. */
export function setAt(value: unknown, keys: Keys, next: unknown): unknown {
  const [key, ...rest] = keys;
  if (key === undefined) return next;
  if (Array.isArray(value)) {
    const copy = [...(value as unknown[])];
    copy[Number(key)] = setAt(copy[Number(key)], rest, next);
    return copy;
  }
  const record = isRecord(value) ? value : {};
  const inner = setAt(record[key], rest, next);
  if (inner === undefined) {
    const { [key]: _, ...others } = record;
    return others;
  }
  return { ...record, [key]: inner };
}

/** The list with the element at `from` moved to `to`. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const copy = [...list];
  const [one] = copy.splice(from, 1);
  if (one !== undefined) copy.splice(to, 0, one);
  return copy;
}

export const without = <T>(list: readonly T[], at: number): T[] =>
  list.filter((_, index) => index !== at);

export const replaced = <T>(list: readonly T[], at: number, next: T): T[] =>
  list.map((one, index) => (index === at ? next : one));
