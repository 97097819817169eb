/** CEL expressions: their words, for colours and completion. The server reads them for good. */

export interface CelToken {
  from: number;
  to: number;
  kind: "name" | "call" | "member" | "keyword" | "string" | "number" | "operator";
}

const KEYWORDS = new Set(["true", "false", "null", "in"]);
const TOKEN =
  /(?<space>\s+)|(?<string>[rRbB]{0,2}(?:"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?))|(?<number>\d[\w.]*)|(?<name>[A-Za-z_]\w*)|(?<operator>&&|\|\||[=!<>]=|[^\s\w])/gy;

/** The words in order, without the space between them. */
export function celTokens(source: string): CelToken[] {
  const tokens: CelToken[] = [];
  for (const match of source.matchAll(TOKEN)) {
    const from = match.index;
    const to = from + match[0].length;
    const { space, string, number, name } = match.groups ?? {};
    if (space !== undefined) continue;
    if (string !== undefined) tokens.push({ from, to, kind: "string" });
    else if (number !== undefined) tokens.push({ from, to, kind: "number" });
    else if (name !== undefined) {
      const before = tokens.at(-1);
      const member = before !== undefined && source.slice(before.from, before.to) === ".";
      const call = /^\s*\(/.test(source.slice(to));
      const kind = member ? "member" : KEYWORDS.has(name) ? "keyword" : call ? "call" : "name";
      tokens.push({ from, to, kind });
    } else tokens.push({ from, to, kind: "operator" });
  }
  return tokens;
}

/** Functions of one value or more: `size(list)`. */
export const CEL_FUNCTIONS = [
  "has", "size", "type", "int", "uint", "double", "string", "bool", "dyn", "timestamp", "duration",
  "math.greatest", "math.least", "math.abs", "math.ceil", "math.floor", "math.round", "math.trunc",
] as const;

/** What is called on a value: `text.contains("a")`. */
export const CEL_METHODS = [
  "map", "filter", "all", "exists", "exists_one",
  "contains", "startsWith", "endsWith", "matches", "charAt", "indexOf", "lastIndexOf", "substring",
  "lowerAscii", "upperAscii", "trim", "replace", "split", "join", "size",
  "getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfYear", "getDayOfWeek",
  "getHours", "getMinutes", "getSeconds", "getMilliseconds",
] as const;
