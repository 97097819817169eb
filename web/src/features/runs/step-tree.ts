/** Steps as a tree: what ran inside a container, a sub-workflow or a node lies below it. */
import type { Step } from "@/api/types";

export interface StepItem {
  kind: "step";
  step: Step;
  children: TreeItem[];
}
/** One iteration of a container, or one tool call of a model node that ran a workflow. */
export interface GroupItem {
  kind: "group";
  key: string;
  /** From 0. */
  iteration?: number;
  call?: string;
  children: TreeItem[];
}
export type TreeItem = StepItem | GroupItem;

/** The last part of a path: `a/loop[3]/` → what is around it, which node, which iteration or call. */
const LAST = /^(.*\/)?([^/[#]+)(?:\[(\d+)\]|#([^/]*))?\/$/;

/** A step whose surroundings are not there stays at the top. */
export function stepTree(steps: readonly Step[]): TreeItem[] {
  const top: TreeItem[] = [];
  const bySeq = new Map<number, StepItem>();
  /** The latest step of each node, by path and id. */
  const byNode = new Map<string, StepItem>();
  const groups = new Map<string, GroupItem>();
  for (const step of steps) {
    const item: StepItem = { kind: "step", step, children: [] };
    bySeq.set(step.seq, item);
    const { node } = step;
    if (!node) {
      top.push(item);
      continue;
    }
    const path = node.path ?? "";
    const inside = node.parent == null ? undefined : bySeq.get(node.parent);
    if (inside) {
      inside.children.push(item);
      continue;
    }
    byNode.set(`${path}${node.id}`, item);
    (path === "" ? top : (around(path, byNode, groups) ?? top)).push(item);
  }
  return top;
}

/** Where the steps of a path lie. */
function around(
  path: string,
  byNode: Map<string, StepItem>,
  groups: Map<string, GroupItem>,
): TreeItem[] | undefined {
  const [, outer = "", id = "", iteration, call] = LAST.exec(path) ?? [];
  const parent = byNode.get(`${outer}${id}`);
  if (!parent) return undefined;
  if (iteration === undefined && call === undefined) return parent.children;
  // A container inside a loop runs again: the same path under another step is another group.
  const key = `${parent.step.seq} ${path}`;
  let group = groups.get(key);
  if (!group) {
    group = { kind: "group", key, children: [] };
    if (iteration !== undefined) group.iteration = Number(iteration);
    else group.call = call;
    groups.set(key, group);
    parent.children.push(group);
  }
  return group.children;
}

/** How many steps lie below. */
export function countSteps(items: readonly TreeItem[]): number {
  return items.reduce((sum, item) => sum + (item.kind === "step" ? 1 : 0) + countSteps(item.children), 0);
}

/** Whether something below failed, waits or is under way: worth showing at once. */
export function isEventful(items: readonly TreeItem[]): boolean {
  return items.some(
    (item) =>
      (item.kind === "step" && item.step.status !== "completed" && item.step.status !== "cancelled") ||
      isEventful(item.children),
  );
}
