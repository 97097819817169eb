/** Documents in one form: what the server leaves away and what a client leaves away compare equal. */
import type { Binding, ValueField, WorkflowDocument, WorkflowEdge, WorkflowNode, WorkflowNodeInput } from "@/api/types";
import { edgesOf, portOf } from "./document";

/** Equality of JSON, the order of keys aside; a key without a value is one that is not there. */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  if (Array.isArray(a)) return a.length === (b as unknown[]).length && a.every((one, at) => same(one, (b as unknown[])[at]));
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  for (const key of keys) if (!same(left[key], right[key])) return false;
  return true;
}

/** The parts of a node that can differ on their own. */
export const FIELDS = [
  "kind",
  "version",
  "title",
  "description",
  "parent",
  "params",
  "inputs",
  "outputs",
  "policy",
  "batch",
  "view",
] as const;
export type NodeField = (typeof FIELDS)[number];

const POLICY = { timeout_ms: null, retries: 0, backoff_ms: 0, on_error: "fail", default: {}, backup: null };

function binding(value: Binding | null | undefined): unknown {
  if (!value) return undefined;
  if ("ref" in value) return { ref: { node: value.ref.node, path: value.ref.path ?? [] } };
  if ("object" in value) return { object: value.object.map(input) };
  return value;
}
const input = ({ name, type = "any", value }: WorkflowNodeInput): unknown => ({ name, type, value: binding(value) });
const field = ({ name, type = "any", required = false, description = "", default: given }: ValueField): unknown => ({
  name,
  type,
  required,
  description,
  default: given ?? undefined,
});

function batch({ batch: of }: WorkflowNode): unknown {
  if (!of) return undefined;
  const { lists = [], size = 0, concurrency = 0 } = of as Partial<typeof of>;
  return { lists: (lists as WorkflowNodeInput[]).map(input), size, concurrency };
}

/** One part of a node, as it compares. */
export function part(node: WorkflowNode | undefined, name: NodeField): unknown {
  if (!node) return undefined;
  switch (name) {
    case "kind":
      return node.kind;
    case "version":
      return (node.version as number | undefined) ?? 1;
    case "title":
    case "description":
      return (node[name] as string | undefined) ?? "";
    case "parent":
      return node.parent ?? undefined;
    case "params":
      return node.params ?? {};
    case "inputs":
      return (node.inputs ?? []).map(input);
    case "outputs":
      return (node.outputs ?? []).map(field);
    case "policy":
      return { ...POLICY, ...node.policy, backup: node.policy?.backup ?? null };
    case "batch":
      return batch(node);
    case "view":
      return node.view ?? {};
  }
}

/** The parts in which two nodes differ. */
export const differing = (a: WorkflowNode, b: WorkflowNode): NodeField[] =>
  a === b ? [] : FIELDS.filter((name) => !same(part(a, name), part(b, name)));

export const sameNode = (a: WorkflowNode | undefined, b: WorkflowNode | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && differing(a, b).length === 0);

/** Edges by key, `out` written out. */
export const edgesByKey = (document: WorkflowDocument): Map<string, WorkflowEdge> =>
  new Map(
    edgesOf(document).map((edge) => {
      const whole = { from: edge.from, port: portOf(edge), to: edge.to };
      return [`${whole.from} ${whole.port} ${whole.to}`, whole];
    }),
  );
