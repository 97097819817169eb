/** Completion: what an input is called, what lies in it, and what else could become an input. */
import type { Completion, CompletionContext, CompletionResult, CompletionSource } from "@codemirror/autocomplete";
import type { EditorView } from "@codemirror/view";
import type { ValueType } from "@/api/types";
import { typeText } from "@/features/workflows/outline";
import { CEL_FUNCTIONS, CEL_METHODS } from "./cel";
import { referenceText } from "./template";

/** A name that a text may use. */
export interface Known {
  name: string;
  type: ValueType | undefined;
  /** Where its value comes from, in words. */
  from?: string;
}

/** A value of an earlier step that is no input yet. */
export interface Offer {
  /** `Title › path`. */
  label: string;
  type: ValueType;
  group: string;
  /** Makes it an input; gives the input's name. */
  take: () => string;
}

export interface Words {
  known: readonly Known[];
  offers: () => readonly Offer[];
  /** Headings. */
  inputs: string;
  functions: string;
}

const DEPTH = 3;

/** `a`, `a.b`, `a[0].c`: the places that a declared type has. */
export function pathsOf({ name, type }: Known): { path: (string | number)[]; type: ValueType }[] {
  const found: { path: (string | number)[]; type: ValueType }[] = [];
  const walk = (path: (string | number)[], at: ValueType, depth: number) => {
    found.push({ path, type: at });
    if (depth >= DEPTH || typeof at !== "object") return;
    if ("object" in at) for (const field of at.object) walk([...path, field.name], field.type ?? "any", depth + 1);
    else if ("list" in at) walk([...path, 0], at.list, depth + 1);
  };
  walk([name], type ?? "any", 0);
  return found;
}

const plain = (path: (string | number)[]) => referenceText(path).slice(2, -2);

/** Puts text where the completion stands, and moves behind it. */
function put(view: EditorView, from: number, to: number, insert: string): void {
  view.dispatch({ changes: { from, to, insert }, selection: { anchor: from + insert.length }, userEvent: "input.complete" });
}

/** The nearer step stands first. */
const far = (at: number): number => -Math.min(at, 99);

function offered(words: Words, write: (name: string) => string, rank: number): Completion[] {
  return words.offers().map((offer, at) => ({
    label: offer.label,
    boost: far(at),
    detail: typeText(offer.type),
    type: "variable",
    section: { name: offer.group, rank },
    apply: (view, _completion, from, to) => put(view, from, to, write(offer.take())),
  }));
}

/** After `{{`. */
export function templateCompletion(now: () => Words): CompletionSource {
  return (context: CompletionContext): CompletionResult | null => {
    const open = context.matchBefore(/\{\{[^{}]*$/);
    if (!open) return null;
    const words = now();
    const inside = open.from + 2 + (/^\{\{(\s*)/.exec(open.text)?.[1]?.length ?? 0);
    const closing = (view: EditorView, to: number) => (/^\s*\}\}/.exec(view.state.sliceDoc(to, to + 8)) ? "" : "}}");
    const own = words.known.flatMap((known) =>
      pathsOf(known).map(({ path, type }, depth): Completion => ({
        label: plain(path),
        detail: typeText(type),
        info: depth === 0 ? known.from : undefined,
        type: "variable",
        boost: -depth,
        section: { name: words.inputs, rank: 0 },
        apply: (view, _completion, from, to) => put(view, from, to, plain(path) + closing(view, to)),
      })),
    );
    const others = words.offers().map((offer, at): Completion => ({
      label: offer.label,
      boost: far(at),
      detail: typeText(offer.type),
      type: "variable",
      section: { name: offer.group, rank: 1 },
      apply: (view, _completion, from, to) => put(view, from, to, offer.take() + closing(view, to)),
    }));
    return { from: inside, options: [...own, ...others], validFor: /^[^{}]*$/ };
  };
}

/** Names, functions, and after a point what is called on values. */
export function expressionCompletion(now: () => Words): CompletionSource {
  return (context) => {
    const word = context.matchBefore(/[\w.[\]]*$/);
    if (!word || (word.text === "" && !context.explicit)) return null;
    const words = now();
    const point = word.text.lastIndexOf(".");
    const own = words.known.flatMap((known) =>
      pathsOf(known).map(({ path, type }, depth): Completion => ({
        label: plain(path),
        detail: typeText(type),
        info: depth === 0 ? known.from : undefined,
        type: "variable",
        boost: 20 - depth,
        section: { name: words.inputs, rank: 0 },
      })),
    );
    const functions = CEL_FUNCTIONS.map((name): Completion => ({
      label: name,
      type: "function",
      section: { name: words.functions, rank: 2 },
      apply: `${name}(`,
    }));
    const prefix = point < 0 ? "" : word.text.slice(0, point + 1);
    const methods = point < 0 ? [] : CEL_METHODS.map((name): Completion => ({
      label: prefix + name,
      displayLabel: name,
      type: "method",
      section: { name: words.functions, rank: 2 },
      apply: `${prefix}${name}(`,
    }));
    return { from: word.from, options: [...own, ...methods, ...offered(words, (name) => name, 1), ...functions] };
  };
}

/** `params.`, `params[`: the inputs of code. */
export function codeCompletion(language: "javascript" | "python", now: () => Words): CompletionSource {
  return (context) => {
    const dotted = context.matchBefore(/\bparams\.\w*$/);
    const keyed = context.matchBefore(/\bparams\[["']?\w*$/);
    const open = dotted ?? keyed;
    if (!open) return null;
    const from = open.from + (dotted ? "params.".length : "params[".length);
    const offer = (name: string, type: ValueType | undefined, info: string | undefined): Completion => ({
      label: name,
      detail: typeText(type),
      info,
      type: "property",
      apply: (view, _completion, _from, to) => {
        if (dotted && language === "javascript") return put(view, from, to, name);
        // Python's params are a dictionary: the point becomes a key.
        const begin = dotted ? from - 1 : from;
        const closing = /^["']?\]/.exec(view.state.sliceDoc(to, to + 2))?.[0].length ?? 0;
        put(view, begin, to + closing, dotted ? `["${name}"]` : `"${name}"]`);
      },
    });
    return {
      from,
      options: now().known.map(({ name, type, from: origin }) => offer(name, type, origin)),
      filter: true,
    };
  };
}
