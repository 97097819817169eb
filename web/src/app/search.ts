/**
 * The query string as the router reads and writes it: text stays text. The
 * router's own way reads values as JSON, which turns a long id into a rounded
 * number and an app's `state` into something else.
 */

export function parseSearch(text: string): Record<string, string | boolean> {
  const search: Record<string, string | boolean> = {};
  for (const [name, value] of new URLSearchParams(text))
    search[name] = value === "true" ? true : value === "false" ? false : value;
  return search;
}

export function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(search))
    if (value !== undefined && value !== null) params.set(name, String(value));
  const text = params.toString();
  return text === "" ? "" : `?${text}`;
}
