/** What kinds of nodes say of themselves, and the ways out that a node's params give it. */
import type { NodeSpec, ValueField, WorkflowNode } from "@/api/types";
import { BODY, ELSE, ERROR, OUT } from "./document";

export type Kinds = ReadonlyMap<string, NodeSpec>;

export const kindsOf = (specs: readonly NodeSpec[]): Kinds => new Map(specs.map((spec) => [spec.kind, spec]));

/** A way out of a node. */
export interface Port {
  id: string;
  /** What the author calls it: an option, an intent. */
  label?: string;
}

export const isContainer = (kinds: Kinds, kind: string): boolean => kinds.get(kind)?.container ?? false;
/** Notes and groups: no part of the graph. */
export const isComment = (node: WorkflowNode): boolean => node.kind === "comment";
export const hasEntry = (node: WorkflowNode): boolean => node.kind !== "start" && !isComment(node);

const list = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);
const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

const branches = (labels: (string | undefined)[]): Port[] => [
  ...labels.map((label, at) => ({ id: `branch_${at}`, label })),
  { id: ELSE },
];

const BY_KIND: Record<string, (params: Record<string, unknown>) => Port[]> = {
  end: () => [],
  break: () => [],
  continue: () => [],
  comment: () => [],
  condition: ({ branches: all }) => branches(list(all).map(() => undefined)),
  intent: ({ intents }) => branches(list(intents).map(text)),
  approval: ({ approve_label, reject_label }) => [
    { id: "approved", label: text(approve_label) },
    { id: "rejected", label: text(reject_label) },
  ],
  question: ({ answer, options, options_from }) => {
    if (answer !== "options") return [{ id: OUT }];
    const dynamic = options_from !== undefined && options_from !== null;
    return branches(dynamic ? [undefined] : list(options).map(text));
  },
};

/** The ways out of a node, in the order they are drawn; the body of a container first. */
export function portsOf(node: WorkflowNode, kinds: Kinds): Port[] {
  const own = BY_KIND[node.kind]?.(node.params ?? {}) ?? [{ id: OUT }];
  return [
    ...(isContainer(kinds, node.kind) ? [{ id: BODY }] : []),
    ...own,
    ...(node.policy?.on_error === "branch" ? [{ id: ERROR }] : []),
  ];
}

const NONE: ValueField[] = [];

/** The fields that a kind itself declares. */
export function declaredBy(declares: NodeSpec["inputs"] | undefined): ValueField[] {
  if (declares === undefined || declares === "author") return NONE;
  return ("kind" in declares ? declares.kind : declares.both) as ValueField[];
}

/** Whether the author may name more than the kind does. */
export const authorDeclares = (declares: NodeSpec["inputs"] | undefined): boolean =>
  declares === undefined || declares === "author" || "both" in declares;
