/** Texts with `{{references}}` to inputs, cut as the server cuts them. */

export interface TemplatePiece {
  from: number;
  to: number;
  /** As it stands. */
  text: string;
  /** Of a reference: the input's name, then keys and indexes. */
  path?: readonly (string | number)[];
}

/** The pieces in order; together they are the text. What is no reference is text. */
export function templatePieces(text: string): TemplatePiece[] {
  const pieces: TemplatePiece[] = [];
  const plain = (from: number, to: number) => {
    if (from < to) pieces.push({ from, to, text: text.slice(from, to) });
  };
  let literal = 0;
  let at = 0;
  for (;;) {
    const open = text.indexOf("{{", at);
    const close = open < 0 ? -1 : text.indexOf("}", open);
    if (close < 0) break;
    // All openings before this brace meet the same brace: none of them is a reference.
    if (close === open + 2 || text[close + 1] !== "}") {
      at = close + 1;
      continue;
    }
    plain(literal, open);
    at = close + 2;
    literal = at;
    const inside = text.slice(open + 2, close).trim();
    pieces.push({ from: open, to: at, text: text.slice(open, at), path: keysOf(inside) ?? [inside] });
  }
  plain(literal, text.length);
  return pieces;
}

/** Reads `a.b[0]["c"]`; nothing for a text of another form. */
export function keysOf(text: string): (string | number)[] | undefined {
  const keys: (string | number)[] = [];
  let rest = text;
  let nameNext = true;
  while (rest !== "") {
    if (nameNext) {
      const name = /^[^.[]+/.exec(rest)?.[0];
      if (name === undefined) return undefined;
      keys.push(name);
      rest = rest.slice(name.length);
      nameNext = false;
    } else if (rest.startsWith(".")) {
      rest = rest.slice(1);
      nameNext = true;
    } else {
      const bracketed = /^\[([^\]]*)\]/.exec(rest);
      const inside = bracketed?.[1]?.trim();
      if (!bracketed || inside === undefined) return undefined;
      const quoted = /^"([\s\S]*)"$|^'([\s\S]*)'$/.exec(inside);
      if (quoted) keys.push(quoted[1] ?? quoted[2] ?? "");
      else if (/^\d+$/.test(inside)) keys.push(Number(inside));
      else return undefined;
      rest = rest.slice(bracketed[0].length);
    }
  }
  return nameNext ? undefined : keys;
}

const WORD = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The reference as it is written in a template. */
export function referenceText(path: readonly (string | number)[]): string {
  const [name = "", ...keys] = path;
  const rest = keys.map((key) => {
    if (typeof key === "number") return `[${key}]`;
    if (/^\d+$/.test(key)) return `[${key}]`;
    return WORD.test(key) ? `.${key}` : `["${key}"]`;
  });
  return `{{${name}${rest.join("")}}}`;
}
