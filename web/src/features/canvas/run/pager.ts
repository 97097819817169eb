/** Iterations of loops and batches: which there are, how they went, and the way through them. */
import type { Step } from "@/api/types";
import type { RunFold } from "./run-fold";
import { inFocus, innerOf, pathOf, placeOf, type Focus } from "./places";

export interface Round {
  /** From 0. */
  iteration: number;
  status: Step["status"];
}

/** Steps of a node in the iterations that are looked at, in the order they began. */
export function stepsOf(fold: RunFold, id: string, focus: Focus): Step[] {
  const steps: Step[] = [];
  for (const seq of fold.nodes[id]?.seqs ?? []) {
    const step = fold.steps.get(seq);
    if (step && inFocus(pathOf(step), focus)) steps.push(step);
  }
  return steps;
}

/** The iterations of a container, where it last ran within the focus on what is around it. */
export function roundsOf(fold: RunFold, container: string, focus: Focus): Round[] {
  const { [container]: _, ...around } = focus;
  const own = stepsOf(fold, container, around).at(-1);
  if (!own) return [];
  const place = placeOf(own);
  const begun = fold.rounds.get(place) ?? 0;
  const statuses = new Map<number, Set<Step["status"]>>();
  const prefix = `${place}[`;
  for (const step of fold.steps.values()) {
    const path = pathOf(step);
    if (step.kind !== "node" || !path.startsWith(prefix)) continue;
    const iteration = Number(path.slice(prefix.length, path.indexOf("]", prefix.length)));
    const seen = statuses.get(iteration);
    if (seen) seen.add(step.status);
    else statuses.set(iteration, new Set([step.status]));
  }
  return Array.from({ length: begun }, (_, iteration) => ({
    iteration,
    status: worst(statuses.get(iteration) ?? new Set()),
  }));
}

const ORDER: readonly Step["status"][] = ["waiting", "running", "failed", "cancelled", "completed"];
const worst = (seen: ReadonlySet<Step["status"]>): Step["status"] =>
  ORDER.find((status) => seen.has(status)) ?? "completed";

/** What ran in an iteration of a container, and is not inside something else there. */
export function stepsInRound(fold: RunFold, container: string, focus: Focus): Step[] {
  const iteration = focus[container];
  const { [container]: _, ...around } = focus;
  const own = stepsOf(fold, container, around).at(-1);
  if (!own || iteration === undefined) return [];
  const path = `${placeOf(own)}[${iteration}]/`;
  return [...fold.steps.values()].filter((step) => step.kind === "node" && pathOf(step) === path);
}

/** The step that a node's inspector shows; of a node that runs for each element, one element's when it is looked at. */
export function shownStep(fold: RunFold, id: string, focus: Focus): Step | undefined {
  if (focus[id] !== undefined) {
    const inner = stepsInRound(fold, id, focus).findLast(({ node }) => node?.id === innerOf(id));
    if (inner) return inner;
  }
  return stepsOf(fold, id, focus).at(-1);
}

/** The next iteration of that kind behind `from`, else the first; none when there is none. */
export function nextRound(
  rounds: readonly Round[],
  from: number | undefined,
  is: (round: Round) => boolean,
): number | undefined {
  const found = rounds.filter(is);
  return (found.find(({ iteration }) => iteration > (from ?? -1)) ?? found[0])?.iteration;
}

/** A number that somebody wrote (from 1), as an iteration that exists. */
export function clampRound(text: string, count: number): number | undefined {
  const number = Number(text);
  if (text.trim() === "" || !Number.isFinite(number) || count === 0) return undefined;
  return Math.min(count, Math.max(1, Math.trunc(number))) - 1;
}
