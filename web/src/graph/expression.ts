/** Names of inputs in CEL expressions, found without reading the whole grammar. */

interface Token {
  kind: "name" | "text" | "number" | "sign" | "space";
  source: string;
}

const SHAPES: [kind: Token["kind"], shape: RegExp][] = [
  ["space", /^(?:\s+|\/\/[^\n]*)/],
  ["text", /^(?:[rR]?"""[^]*?"""|[rR]?'''[^]*?'''|[rR]"[^"\n]*"|[rR]'[^'\n]*'|"(?:\\[^]|[^"\\\n])*"|'(?:\\[^]|[^'\\\n])*')/],
  ["name", /^[A-Za-z_][A-Za-z0-9_]*/],
  ["number", /^\.?[0-9][A-Za-z0-9_.]*/],
  ["sign", /^[^]/],
];

function tokens(source: string): Token[] {
  const all: Token[] = [];
  let rest = source;
  while (rest !== "") {
    for (const [kind, shape] of SHAPES) {
      const found = shape.exec(rest)?.[0];
      if (found === undefined || found === "") continue;
      all.push({ kind, source: found });
      rest = rest.slice(found.length);
      break;
    }
  }
  return all;
}

const WORDS = new Set(["true", "false", "null", "in"]);
/** Functions whose first argument names the element: `list.map(x, x + 1)`. */
const BINDERS = new Set(["all", "exists", "exists_one", "map", "filter"]);

/** The places of names that stand for inputs. */
function inputs(all: readonly Token[]): number[] {
  const solid = all.flatMap((token, at) => (token.kind === "space" ? [] : [at]));
  const source = (place: number) => all[solid[place] ?? -1]?.source;
  const found: number[] = [];
  /** Names of elements, with the depth of the brackets they hold within. */
  const bound: { name: string; depth: number }[] = [];
  let depth = 0;
  solid.forEach((at, place) => {
    const { kind, source: text } = all[at]!;
    if (kind === "sign" && "([{".includes(text)) {
      depth += 1;
      if (text === "(" && BINDERS.has(source(place - 1) ?? "") && source(place - 2) === ".")
        bound.push({ name: source(place + 1) ?? "", depth });
    } else if (kind === "sign" && ")]}".includes(text)) {
      while (bound.length > 0 && bound[bound.length - 1]!.depth >= depth) bound.pop();
      depth -= 1;
    }
    if (kind !== "name" || WORDS.has(text) || source(place - 1) === "." || source(place + 1) === "(") return;
    // `{key: value}` has keys that are expressions; only fields of messages would be names, and there are none.
    if (!bound.some(({ name }) => name === text)) found.push(at);
  });
  return found;
}

/** The inputs that an expression names, each once. */
export function expressionNames(source: string): string[] {
  const all = tokens(source);
  return [...new Set(inputs(all).map((at) => all[at]!.source))];
}

/** The expression with an input called otherwise; texts, keys and elements of that name stay. */
export function renameInExpression(source: string, from: string, to: string): string {
  if (!source.includes(from)) return source;
  const all = tokens(source);
  const places = new Set(inputs(all).filter((at) => all[at]!.source === from));
  return all.map((token, at) => (places.has(at) ? to : token.source)).join("");
}
