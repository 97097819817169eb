/** The inputs of a node: making them for what its params name, finding those nobody uses. */
import type { Binding, ValueType, WorkflowNode, WorkflowNodeInput } from "@/api/types";
import { expressionNames } from "@/graph/expression";
import { templateNames } from "@/graph/template";
import { getAt, isRecord, pointer, setAt, type Keys } from "./pointer";
import { dotted, roleOf, type Role } from "./roles";

export const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** A name like the wanted one that is not taken. */
export function freshName(taken: readonly string[], wanted: string): string {
  const words = wanted.replace(/[^A-Za-z0-9_]+/g, "_").replace(/^_+(?=.)|_+$/g, "");
  const base = words === "" ? "input" : /^\d/.test(words) ? `_${words}` : words;
  if (!taken.includes(base)) return base;
  for (let number = 2; ; number++) if (!taken.includes(`${base}_${number}`)) return `${base}_${number}`;
}

const sameRef = (a: Binding | null | undefined, b: Binding): boolean =>
  JSON.stringify(normal(a)) === JSON.stringify(normal(b));
const normal = (binding: Binding | null | undefined): unknown =>
  binding && "ref" in binding ? { ref: { node: binding.ref.node, path: binding.ref.path ?? [] } } : binding;

/** What an input for a binding is called. */
export function nameFor(binding: Binding, fallback = "input"): string {
  if ("ref" in binding) {
    const key = (binding.ref.path ?? []).filter((part) => !/^\d+$/.test(part)).at(-1);
    return key ?? binding.ref.node;
  }
  return "variable" in binding ? (binding.variable.path.at(-1) ?? fallback) : fallback;
}

export interface WithInput {
  inputs: WorkflowNodeInput[];
  name: string;
}

/** The input that has this binding; a new one if there is none. */
export function inputFor(
  inputs: readonly WorkflowNodeInput[] | undefined,
  binding: Binding,
  type: ValueType | undefined,
  wanted = nameFor(binding),
): WithInput {
  const all = inputs ?? [];
  const found = "literal" in binding ? undefined : all.find(({ value }) => sameRef(value, binding));
  if (found) return { inputs: [...all], name: found.name };
  const name = freshName(all.map((input) => input.name), wanted);
  return { inputs: [...all, { name, ...(type === undefined ? {} : { type }), value: binding }], name };
}

/** Calls with every text of the params that has something to do with inputs. */
function eachText(kind: string, value: unknown, path: string, call: (text: string, role: Role | undefined) => void): void {
  if (typeof value === "string") call(value, roleOf(kind, dotted(path)));
  else if (Array.isArray(value)) value.forEach((one, at) => eachText(kind, one, pointer(path, at), call));
  else if (isRecord(value))
    for (const [key, one] of Object.entries(value)) eachText(kind, one, pointer(path, key), call);
}

const JINJA = /\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g;

/** Names of inputs that params and other inputs use. */
export function usedInputs(node: WorkflowNode): Set<string> {
  const used = new Set<string>();
  const add = (names: readonly string[]) => names.forEach((name) => used.add(name));
  eachText(node.kind, node.params ?? {}, "/params", (text, role) => {
    if (role === "input" || role === "inputs") add([text]);
    else if (role === "template" || role === "line" || role === "sql") add(templateNames(text));
    else if (role === "expression") add(expressionNames(text));
    else if (role === "jinja") (text.match(JINJA) ?? []).forEach((part) => add(expressionNames(part)));
  });
  for (const { value } of node.inputs ?? []) if (value && "expr" in value) add(expressionNames(value.expr));
  return used;
}

/** The node without this input, if nothing uses it. */
export function dropInput(node: WorkflowNode, name: string): WorkflowNode {
  if (usedInputs(node).has(name)) return node;
  return { ...node, inputs: (node.inputs ?? []).filter((input) => input.name !== name) };
}

/** The node after an edit of its params, without inputs that only the old ones used. */
export function pruned(before: WorkflowNode, after: WorkflowNode): WorkflowNode {
  const [was, is] = [usedInputs(before), usedInputs(after)];
  const inputs = (after.inputs ?? []).filter(({ name }) => is.has(name) || !was.has(name));
  return inputs.length === (after.inputs ?? []).length ? after : { ...after, inputs };
}

/**
 * Gives the input that a place in the params names another value: one that has it already, or a new
 * one. Without a value the place names nothing. The input before goes if nothing else uses it.
 */
export function setOperand(
  node: WorkflowNode,
  keys: Keys,
  binding: Binding | undefined,
  type: ValueType | undefined,
  wanted: string,
): WorkflowNode {
  const params = node.params ?? {};
  const old = getAt(params, keys);
  const open = { ...node, params: setAt(params, keys, "") as Record<string, unknown> };
  const free = typeof old === "string" && old !== "" ? dropInput(open, old) : open;
  if (!binding) return free;
  const { inputs, name } = inputFor(free.inputs, binding, type, nameFor(binding, wanted));
  return { ...free, inputs, params: setAt(free.params ?? {}, keys, name) as Record<string, unknown> };
}
