/** A document as an ordered outline: what runs first stands first, what lies inside is indented. */
import type {
  Binding,
  ValueField,
  ValueType,
  WorkflowDocument,
  WorkflowNode,
} from "@/api/types";

export interface OutlineItem {
  id: string;
  node: WorkflowNode;
  depth: number;
}

/** Nodes in the order of the edges; those in a circle or connected to nothing come last. */
export function outline(document: WorkflowDocument): OutlineItem[] {
  const nodes = document.nodes ?? {};
  const children = new Map<string, string[]>();
  for (const [id, node] of Object.entries(nodes)) {
    // A parent that is not there holds nothing.
    const parent = node.parent && node.parent in nodes ? node.parent : "";
    children.set(parent, [...(children.get(parent) ?? []), id]);
  }
  const next = new Map<string, string[]>();
  for (const { from, to } of document.edges ?? [])
    next.set(from, [...(next.get(from) ?? []), to]);
  const items: OutlineItem[] = [];
  const seen = new Set<string>();
  const walk = (parent: string, depth: number) => {
    for (const id of inOrder(children.get(parent) ?? [], nodes, next)) {
      const node = nodes[id];
      // Parents in a circle would lead round for ever.
      if (!node || seen.has(id)) continue;
      seen.add(id);
      items.push({ id, node, depth });
      walk(id, depth + 1);
    }
  };
  walk("", 0);
  for (const [id, node] of Object.entries(nodes))
    if (!seen.has(id)) items.push({ id, node, depth: 0 });
  return items;
}

function inOrder(
  ids: string[],
  nodes: Record<string, WorkflowNode>,
  next: Map<string, string[]>,
): string[] {
  const among = new Set(ids);
  const waiting = new Map(ids.map((id) => [id, 0]));
  for (const id of ids)
    for (const to of next.get(id) ?? [])
      if (among.has(to)) waiting.set(to, (waiting.get(to) ?? 0) + 1);
  const first = (id: string) => (nodes[id]?.kind === "start" ? 0 : 1);
  const ready = ids.filter((id) => waiting.get(id) === 0).sort((a, b) => first(a) - first(b));
  const ordered: string[] = [];
  for (let at = 0; at < ready.length; at++) {
    const id = ready[at]!;
    ordered.push(id);
    for (const to of next.get(id) ?? []) {
      if (!among.has(to)) continue;
      const left = (waiting.get(to) ?? 0) - 1;
      waiting.set(to, left);
      if (left === 0) ready.push(to);
    }
  }
  const done = new Set(ordered);
  return [...ordered, ...ids.filter((id) => !done.has(id))];
}

/** `list<string>`, `object{a, b}`, `file (image)`. */
export function typeText(type: ValueType | undefined): string {
  if (type === undefined) return "any";
  if (typeof type === "string") return type;
  if ("list" in type) return `list<${typeText(type.list)}>`;
  if ("file" in type) return type.file === "any" ? "file" : `file (${type.file})`;
  const names = type.object.map(({ name }) => name);
  return names.length === 0 ? "object" : `object{${names.join(", ")}}`;
}

const LONGEST = 80;
const cut = (text: string) => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);

/** Where a value comes from, in one line. */
export function bindingText(
  binding: Binding | null | undefined,
  titleOf: (node: string) => string,
): string | undefined {
  if (!binding) return undefined;
  if ("literal" in binding)
    return cut(typeof binding.literal === "string" ? `“${binding.literal}”` : JSON.stringify(binding.literal));
  if ("ref" in binding) return [titleOf(binding.ref.node), ...(binding.ref.path ?? [])].join(" › ");
  if ("variable" in binding) return [binding.variable.scope, ...binding.variable.path].join(".");
  if ("expr" in binding) return cut(binding.expr);
  return `{ ${binding.object.map(({ name }) => name).join(", ")} }`;
}

/** The fields that a run is started with. */
export function startFields(document: WorkflowDocument): ValueField[] {
  const start = Object.values(document.nodes ?? {}).find(({ kind, parent }) => kind === "start" && !parent);
  return start?.outputs ?? [];
}
