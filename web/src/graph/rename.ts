/** New names for inputs and outputs, with everything that used the old ones. */
import type { Binding, WorkflowDocument, WorkflowNode, WorkflowNodeInput } from "@/api/types";
import { renameInCode } from "./code";
import { nodeOf, nodesOf, withNodes } from "./document";
import { renameInExpression } from "./expression";
import { mapRefs } from "./refs";
import { ancestorsOf } from "./read";
import { renameInTemplate } from "./template";

type Params = Record<string, unknown>;

/** Every node with the references changed that name `key` of `of`; `inside` chooses what it stands for. */
function rewrite(
  document: WorkflowDocument,
  of: string,
  from: string,
  to: string,
  inside: boolean,
): WorkflowDocument {
  const changed: Record<string, WorkflowNode> = {};
  for (const [id, node] of Object.entries(nodesOf(document))) {
    // Inside a container its id stands for the current element, outside for its outputs.
    const element = id === of || ancestorsOf(document, id).includes(of);
    if (element !== inside) continue;
    const next = mapRefs(node, (ref) =>
      ref.node === of && ref.path?.[0] === from ? { ...ref, path: [to, ...ref.path.slice(1)] } : ref,
    );
    if (next !== node) changed[id] = next;
  }
  return Object.keys(changed).length === 0 ? document : withNodes(document, changed);
}

const renameIn = <T extends { name: string }>(all: T[] | undefined, from: string, to: string): T[] | undefined =>
  all?.map((one) => (one.name === from ? { ...one, name: to } : one));

const named = (value: unknown): value is { name: string } =>
  typeof value === "object" && value !== null && "name" in value && typeof value.name === "string";

/**
 * An output called otherwise: its declaration, what its kind makes of it (what a container collects,
 * groups of a merge, the value after a failure), and every reference to it.
 */
export function renameOutput(document: WorkflowDocument, id: string, from: string, to: string): WorkflowDocument {
  const node = nodeOf(document, id);
  if (!node || from === to) return document;
  const params: Params = { ...node.params };
  for (const list of ["collect", "groups"])
    if (Array.isArray(params[list]))
      params[list] = (params[list] as unknown[]).map((one) =>
        named(one) && one.name === from ? { ...one, name: to } : one,
      );
  let next: WorkflowNode = { ...node, params, outputs: renameIn(node.outputs, from, to) };
  const fallback = node.policy?.default;
  if (node.policy && fallback && from in fallback) {
    const entries = Object.entries(fallback).map(([name, value]) => [name === from ? to : name, value]);
    next = { ...next, policy: { ...node.policy, default: Object.fromEntries(entries) as Params } };
  }
  const declared = withNodes(document, { [id]: next });
  // Of a node that runs for each element only the list of all is seen outside.
  if (!node.batch) return rewrite(declared, id, from, to, false);
  return rewriteBatch(declared, id, from, to);
}

/** References into `outputList` of a node that runs for each element: `outputList.0.name`. */
function rewriteBatch(document: WorkflowDocument, id: string, from: string, to: string): WorkflowDocument {
  const changed: Record<string, WorkflowNode> = {};
  for (const [other, node] of Object.entries(nodesOf(document))) {
    const next = mapRefs(node, (ref) => {
      const [list, index, name, ...rest] = ref.path ?? [];
      if (ref.node !== id || list !== "outputList" || index === undefined || name !== from) return ref;
      return { ...ref, path: [list, index, to, ...rest] };
    });
    if (next !== node) changed[other] = next;
  }
  return Object.keys(changed).length === 0 ? document : withNodes(document, changed);
}

/**
 * An input called otherwise: its declaration, the texts, expressions and code of the node that name it, the
 * params that mean an input by its name, and, of a container, the references of what lies inside.
 */
export function renameInput(document: WorkflowDocument, id: string, from: string, to: string): WorkflowDocument {
  const node = nodeOf(document, id);
  if (!node || from === to) return document;
  const expressions = (inputs: WorkflowNodeInput[] | undefined): WorkflowNodeInput[] | undefined =>
    inputs?.map((input) => {
      const value = bindingWith(input.value, from, to);
      return value === input.value ? input : { ...input, value };
    });
  const next: WorkflowNode = {
    ...node,
    inputs: renameIn(expressions(node.inputs), from, to),
    params: paramsWith(node.kind, node.params ?? {}, from, to) as Params,
  };
  if (node.policy?.backup)
    next.policy = { ...node.policy, backup: paramsWith(node.kind, node.policy.backup, from, to) as Params };
  return rewrite(withNodes(document, { [id]: next }), id, from, to, true);
}

/** A list that a node is run for called otherwise, with the node's own references to its element. */
export function renameList(document: WorkflowDocument, id: string, from: string, to: string): WorkflowDocument {
  const node = nodeOf(document, id);
  if (!node?.batch || from === to) return document;
  const batch = { ...node.batch, lists: renameIn(node.batch.lists, from, to) ?? [] };
  return rewrite(withNodes(document, { [id]: { ...node, batch } }), id, from, to, true);
}

function bindingWith(binding: Binding | null | undefined, from: string, to: string): Binding | null | undefined {
  if (!binding) return binding;
  if ("expr" in binding) {
    const expr = renameInExpression(binding.expr, from, to);
    return expr === binding.expr ? binding : { expr };
  }
  if (!("object" in binding)) return binding;
  return { object: binding.object.map((part) => ({ ...part, value: bindingWith(part.value, from, to) })) };
}

/** Params whose texts are names of inputs, or expressions over them. */
const NAMES = new Set(["left", "right", "input", "options_from", "variables", "inputs", "images"]);
const EXPRESSIONS = new Set(["expr"]);
/** Params that are programs: braces in them mean something else. */
const CODE: Record<string, readonly string[]> = { code: ["code"] };

function paramsWith(kind: string, value: unknown, from: string, to: string, key = ""): unknown {
  if (typeof value === "string") {
    if (CODE[kind]?.includes(key)) return renameInCode(value, from, to);
    if (NAMES.has(key) && value === from) return to;
    return EXPRESSIONS.has(key) ? renameInExpression(value, from, to) : renameInTemplate(value, from, to);
  }
  if (Array.isArray(value)) return value.map((one) => paramsWith(kind, one, from, to, key));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, paramsWith(kind, inner, from, to, name)]));
}
