/** Two documents as one picture: what is there now and what is gone, each node with what differs. */
import type { WorkflowDocument, WorkflowEdge } from "@/api/types";
import { part, same, type NodeField } from "@/graph/canonical";
import { diffDocuments } from "@/graph/diff";
import { edgeKey, edgesOf, nodeOf, nodesOf } from "@/graph/document";
import { isSealed } from "@/graph/sealed";

export type NodeState = "added" | "removed" | "changed" | "moved";
export type EdgeState = "added" | "removed";

export interface FieldChange {
  /** Where: `params.prompt`, `inputs.topic.value`. */
  path: string;
  before: unknown;
  after: unknown;
}
export interface NodeChanges {
  id: string;
  kind: string;
  title: string;
  state: NodeState;
  fields: FieldChange[];
}
export interface Changes {
  /** The later document with the nodes and edges that are gone. */
  document: WorkflowDocument;
  /** Nodes that differ, in the order in which they are told. */
  nodes: NodeChanges[];
  /** By `edgeKey`. */
  edges: ReadonlyMap<string, EdgeState>;
  /** `mode` and `limits`. */
  whole: FieldChange[];
}

const MOST = 200;

export function changesOf(before: WorkflowDocument, after: WorkflowDocument): Changes {
  const diff = diffDocuments(before, after);
  const removed = Object.fromEntries(diff.removed.map((id) => [id, nodeOf(before, id)!]));
  const document: WorkflowDocument = {
    ...after,
    nodes: { ...removed, ...nodesOf(after) },
    edges: [...edgesOf(after), ...diff.edgesRemoved],
  };
  const one = (id: string, state: NodeState, fields: FieldChange[] = []): NodeChanges => {
    const node = nodeOf(document, id);
    return { id, kind: node?.kind ?? "", title: node?.title || id, state, fields };
  };
  return {
    document,
    nodes: [
      ...diff.added.map((id) => one(id, "added", fieldsOf(before, after, id, GIVEN).filter(says))),
      ...diff.removed.map((id) => one(id, "removed", fieldsOf(before, after, id, GIVEN).filter(says))),
      ...diff.changed.map(({ id, fields }) => one(id, "changed", fieldsOf(before, after, id, fields))),
      ...diff.moved.map((id) => one(id, "moved")),
    ],
    edges: new Map<string, EdgeState>([
      ...diff.edgesAdded.map((edge: WorkflowEdge) => [edgeKey(edge), "added"] as const),
      ...diff.edgesRemoved.map((edge: WorkflowEdge) => [edgeKey(edge), "removed"] as const),
    ]),
    whole: diff.document.flatMap((name) => differences(name, before[name], after[name])),
  };
}

/** What is told of a node that is new or gone, when it says anything. */
const GIVEN: readonly NodeField[] = ["description", "params", "inputs", "outputs"];
const says = ({ before, after }: FieldChange): boolean => (before ?? "") !== "" || (after ?? "") !== "";

function fieldsOf(before: WorkflowDocument, after: WorkflowDocument, id: string, fields: readonly NodeField[]): FieldChange[] {
  const all = fields.flatMap((name) => differences(name, part(nodeOf(before, id), name), part(nodeOf(after, id), name)));
  return all.slice(0, MOST).map(unsaid);
}

/** What is told instead of a secret. */
export const SECRET = "(secret)";

/** A change without its secrets: where one side is sealed, the other was typed there. */
function unsaid({ path, before, after }: FieldChange): FieldChange {
  if (isSealed(before) || isSealed(after)) return { path, before: before ? SECRET : before, after: after ? SECRET : after };
  return { path, before: masked(before), after: masked(after) };
}

function masked(value: unknown): unknown {
  if (isSealed(value)) return SECRET;
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, masked(inner)]));
}

/** Down to the smallest values that differ; items that have names are matched by them. */
export function differences(path: string, before: unknown, after: unknown): FieldChange[] {
  if (same(before, after)) return [];
  const [left, right] = [keyed(before), keyed(after)];
  // A side that is not there has nothing inside.
  if ((!left && before !== undefined) || (!right && after !== undefined) || (!left && !right)) return [{ path, before, after }];
  const keys = [...new Set([...Object.keys(left ?? {}), ...Object.keys(right ?? {})])];
  if (keys.length === 0) return before === undefined || after === undefined ? [] : [{ path, before, after }];
  return keys.flatMap((key) => differences(`${path}.${key}`, own(left, key), own(right, key)));
}

const own = (of: Record<string, unknown> | undefined, key: string): unknown =>
  of && Object.hasOwn(of, key) ? of[key] : undefined;

function keyed(value: unknown): Record<string, unknown> | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (!Array.isArray(value)) return value as Record<string, unknown>;
  const names = value.map((item: unknown) =>
    typeof item === "object" && item !== null ? (item as { name?: unknown }).name : undefined,
  );
  const named = names.every((name) => typeof name === "string") && new Set(names).size === names.length;
  return named ? Object.fromEntries(value.map((item, at) => [names[at], without(item as Record<string, unknown>)])) : undefined;
}
function without({ name: _, ...rest }: Record<string, unknown>): Record<string, unknown> {
  return rest;
}

export const stateOf = (changes: Changes): ReadonlyMap<string, NodeState> =>
  new Map(changes.nodes.map(({ id, state }) => [id, state]));

export const isUnchanged = ({ nodes, edges, whole }: Changes): boolean =>
  nodes.length === 0 && edges.size === 0 && whole.length === 0;

/** How many of each. */
export function countsOf({ nodes, edges }: Changes): { state: NodeState | "edges"; count: number }[] {
  const states: NodeState[] = ["added", "removed", "changed", "moved"];
  return [
    ...states.map((state) => ({ state, count: nodes.filter((node) => node.state === state).length })),
    { state: "edges" as const, count: edges.size },
  ].filter(({ count }) => count > 0);
}
