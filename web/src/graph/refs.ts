/** Every place of a node that refers to what a node gives. */
import type { Binding, WorkflowNode, WorkflowNodeInput } from "@/api/types";

export interface Ref {
  node: string;
  path?: string[];
}

const isRef = (value: unknown): value is Ref =>
  typeof value === "object" && value !== null && "node" in value && typeof value.node === "string";

/** The binding with its references changed; `undefined` unsets what it stands for. */
export function mapBinding(
  binding: Binding | null | undefined,
  change: (ref: Ref) => Ref | undefined,
): Binding | null | undefined {
  if (!binding) return binding;
  if ("ref" in binding) {
    const ref = change(binding.ref);
    return ref === binding.ref ? binding : ref && { ref };
  }
  if (!("object" in binding)) return binding;
  const object = mapInputs(binding.object, change);
  return object === binding.object ? binding : { object };
}

export function mapInputs(
  inputs: readonly WorkflowNodeInput[],
  change: (ref: Ref) => Ref | undefined,
): WorkflowNodeInput[] {
  let changed = false;
  const mapped = inputs.map((input) => {
    const value = mapBinding(input.value, change);
    if (value === input.value) return input;
    changed = true;
    const { value: _, ...rest } = input;
    return value ? { ...rest, value } : rest;
  });
  return changed ? mapped : (inputs as WorkflowNodeInput[]);
}

/** The node with all its references changed; the same node if none was. */
export function mapRefs(node: WorkflowNode, change: (ref: Ref) => Ref | undefined): WorkflowNode {
  let next = node;
  const inputs = node.inputs && mapInputs(node.inputs, change);
  if (inputs !== node.inputs) next = { ...next, inputs };
  if (node.batch) {
    const before = node.batch.lists as WorkflowNodeInput[];
    const lists = mapInputs(before, change);
    if (lists !== before) next = { ...next, batch: { ...node.batch, lists: lists as typeof node.batch.lists } };
  }
  // What a container collects, and which variable of a loop is set.
  for (const [list, key] of [["collect", "from"], ["set", "variable"]] as const) {
    const all: unknown = node.params?.[list];
    if (!Array.isArray(all)) continue;
    let changed = false;
    const mapped = all.flatMap((one: unknown) => {
      const ref: unknown = typeof one === "object" && one !== null ? (one as Record<string, unknown>)[key] : undefined;
      if (!isRef(ref)) return [one];
      const to = change(ref);
      if (to === ref) return [one];
      changed = true;
      return to ? [{ ...(one as object), [key]: to }] : [];
    });
    if (changed) next = { ...next, params: { ...next.params, [list]: mapped } };
  }
  return next;
}

/** All references of a node. */
export function refsOf(node: WorkflowNode): Ref[] {
  const all: Ref[] = [];
  mapRefs(node, (ref) => {
    all.push(ref);
    return ref;
  });
  return all;
}
