/** Taking a run again from a node, with the draft as it is now: all that does not follow from the node is given. */
import type { Step, WorkflowDocument } from "@/api/types";
import { BODY, OUT, portOf } from "@/graph/document";
import { ancestorsOf, ways } from "@/graph/read";
import { pathOf } from "./places";
import type { Pin, Trial } from "./queries";

/** The outermost container around a node, or the node itself: an iteration cannot be taken again alone. */
export const outermost = (document: WorkflowDocument, id: string): string => ancestorsOf(document, id).at(-1) ?? id;

/** The node and all that edges lead to from it. */
export function downstreamOf(document: WorkflowDocument, id: string): Set<string> {
  const { outOf } = ways(document);
  const found = new Set([id]);
  const open = [id];
  for (let at = open.pop(); at !== undefined; at = open.pop())
    for (const { to } of outOf.get(at) ?? [])
      if (!found.has(to)) {
        found.add(to);
        open.push(to);
      }
  return found;
}

/** Pins and breakpoints of nodes that a run comes to; those of others would be refused. */
export function trialOf(
  document: WorkflowDocument,
  { pins, breakpoints, step }: { pins: Readonly<Record<string, Pin>>; breakpoints: readonly string[]; step: boolean },
): Trial {
  const reached = new Set<string>();
  for (const [id, node] of Object.entries(document.nodes ?? {}))
    if (node.kind === "start" && !node.parent) for (const one of downstreamOf(document, id)) reached.add(one);
  return {
    pins: Object.fromEntries(Object.entries(pins).filter(([id]) => reached.has(id))),
    breakpoints: breakpoints.filter((id) => reached.has(id)),
    step,
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Nodes that do more than give outputs: nothing can stand for them. */
const DOES_MORE = new Set(["start", "end", "output", "break", "continue", "set_variable", "assign_variable", "comment"]);
export const canPin = (kind: string): boolean => !DOES_MORE.has(kind);

/** Whether something follows a way out, or nothing follows the node at all. */
function leadsOn(document: WorkflowDocument, id: string, port: string): boolean {
  const taken = (ways(document).outOf.get(id) ?? []).map(portOf).filter((way) => way !== BODY);
  return taken.length === 0 || taken.includes(port);
}

/** What stands for the nodes that are not taken again: what they gave in the earlier run. */
export function givenBefore(
  document: WorkflowDocument,
  steps: Iterable<Step>,
  from: string,
): Record<string, Pin> {
  const again = downstreamOf(document, outermost(document, from));
  const pins: Record<string, Pin> = {};
  for (const step of steps) {
    const id = step.node?.id;
    if (step.kind !== "node" || id === undefined || pathOf(step) !== "") continue;
    const node = document.nodes?.[id];
    // The start is given its inputs; a node that is gone stands for nothing.
    if (!node || !canPin(node.kind) || again.has(id)) continue;
    if (step.status !== "completed" || !isRecord(step.output)) continue;
    // Its way out is gone: it has to choose again.
    if (!leadsOn(document, id, step.port ?? OUT)) continue;
    pins[id] = { outputs: step.output, ...(step.port ? { port: step.port } : {}) };
  }
  return pins;
}

/** What a run was started with: what its start node was given, or gave on. */
export function startedWith(steps: Iterable<Step>): Record<string, unknown> {
  for (const step of steps)
    if (step.node?.kind === "start" && pathOf(step) === "") {
      if (isRecord(step.input) && Object.keys(step.input).length > 0) return step.input;
      return isRecord(step.output) ? step.output : {};
    }
  return {};
}
