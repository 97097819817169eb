/** Texts with `{{references}}` to a node's inputs, cut as the server cuts them. */

export type TemplatePart =
  | { text: string }
  /** `raw` with its braces; `name` of the input and what follows it (`.a[0]`), as written. */
  | { raw: string; name: string; rest: string };

export function parseTemplate(text: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let literal = 0;
  let at = 0;
  for (;;) {
    const open = text.indexOf("{{", at);
    if (open < 0) break;
    const close = text.indexOf("}", open);
    if (close < 0) break;
    // All openings before this brace meet the same brace: none of them is a reference.
    if (close === open + 2 || text[close + 1] !== "}") {
      at = close + 1;
      continue;
    }
    if (literal < open) parts.push({ text: text.slice(literal, open) });
    at = literal = close + 2;
    const raw = text.slice(open, at);
    const inside = text.slice(open + 2, close).trim();
    const end = inside.search(/[.[]/);
    const name = end < 0 ? inside : inside.slice(0, end);
    parts.push({ raw, name, rest: inside.slice(name.length) });
  }
  if (literal < text.length) parts.push({ text: text.slice(literal) });
  return parts;
}

/** The inputs that a text names, each once. */
export const templateNames = (text: string): string[] => [
  ...new Set(parseTemplate(text).flatMap((part) => ("raw" in part ? [part.name] : []))),
];

/** The text with an input called otherwise; the rest stays letter for letter. */
export function renameInTemplate(text: string, from: string, to: string): string {
  if (!text.includes("{{")) return text;
  return parseTemplate(text)
    .map((part) => {
      if ("text" in part) return part.text;
      return part.name === from ? part.raw.replace(from, () => to) : part.raw;
    })
    .join("");
}
