/** Where steps lie: a path such as `loop[3]/call/` says what is around a step, from the outside in. */
import type { Step } from "@/api/types";

/** A container's iteration (from 0), a called workflow, or one that a model node called as a tool. */
export interface Segment {
  node: string;
  iteration?: number;
  call?: string;
}

const SEGMENT = /([^/[#]+)(?:\[(\d+)\]|#([^/]*))?\//g;

export function segments(path: string): Segment[] {
  return [...path.matchAll(SEGMENT)].map(([, node = "", iteration, call]) => ({
    node,
    ...(iteration === undefined ? {} : { iteration: Number(iteration) }),
    ...(call === undefined ? {} : { call }),
  }));
}

export const pathOf = (step: Step): string => step.node?.path ?? "";
/** A place is a path and the node there: `loop[3]/greet`. */
export const placeOf = (step: Step): string => `${pathOf(step)}${step.node?.id ?? ""}`;

/** Whether all that is around it is of the same document: iterations, no called workflow. */
export const isOwn = (path: string): boolean =>
  segments(path).every(({ iteration }) => iteration !== undefined);

/** The step as seen from a called workflow that ran at `base`; one that ran elsewhere is none of it. */
export function within(step: Step, base: string): Step | undefined {
  if (base === "") return step;
  const { node } = step;
  if (!node || !pathOf(step).startsWith(base)) return undefined;
  return { ...step, node: { ...node, path: pathOf(step).slice(base.length) } };
}

/** The iteration of each container that is looked at; of those not named, any. */
export type Focus = Readonly<Record<string, number>>;

export function inFocus(path: string, focus: Focus): boolean {
  return segments(path).every(
    ({ node, iteration }) => focus[node] === undefined || iteration === undefined || focus[node] === iteration,
  );
}

/** A node that runs for each element is a container with itself inside, under this name. */
export const innerOf = (id: string): string => `${id}_inner`;

/** Where to look for a step on the canvas: the node that has it, and the iterations around. */
export function focusOn(step: Step): { node: string; around: Focus } | undefined {
  if (!step.node) return undefined;
  const around: Record<string, number> = {};
  for (const { node, iteration } of segments(pathOf(step))) {
    // What ran in a called workflow is inside the node that called it.
    if (iteration === undefined) return { node, around };
    around[node] = iteration;
    if (step.node.id === innerOf(node)) return { node, around };
  }
  return { node: step.node.id, around };
}
