/** Two runs side by side: per node how it went, how long it took, and which values differ. */
import type { RunDetail, Step } from "@/api/types";
import { isOwn, pathOf, placeOf } from "./places";

export interface Difference {
  /** As in `loop[2] output.items[0].name`; the place only where a node ran several times. */
  path: string;
  /** `undefined`: not there. */
  left: unknown;
  right: unknown;
}

export interface Side {
  status: Step["status"];
  duration_ms: number;
  /** How often it ran. */
  times: number;
}

export interface NodeComparison {
  id: string;
  name: string;
  kind: string;
  left: Side | undefined;
  right: Side | undefined;
  inputs: Difference[];
  outputs: Difference[];
  same: boolean;
}

/** More differences of one node are not listed. */
export const MOST = 40;

export function compareRuns(left: RunDetail, right: RunDetail): NodeComparison[] {
  const ours = byNode(left.steps);
  const theirs = byNode(right.steps);
  const ids = [...new Set([...ours.keys(), ...theirs.keys()])];
  return ids.map((id) => {
    const mine = ours.get(id) ?? [];
    const other = theirs.get(id) ?? [];
    const first = (mine[0] ?? other[0])!;
    const inputs: Difference[] = [];
    const outputs: Difference[] = [];
    for (const [place, a, b] of pairs(mine, other)) {
      const at = mine.length > 1 || other.length > 1 ? `${place} ` : "";
      // A node that one of them did not run differs by that alone.
      if (!a || !b) continue;
      differences(a.input, b.input, at, inputs);
      differences(a.output, b.output, at, outputs);
    }
    const sides = [side(mine), side(other)] as const;
    return {
      id,
      name: first.name,
      kind: first.node?.kind ?? "",
      left: sides[0],
      right: sides[1],
      inputs,
      outputs,
      same:
        inputs.length === 0 &&
        outputs.length === 0 &&
        sides[0]?.status === sides[1]?.status &&
        sides[0]?.times === sides[1]?.times,
    };
  });
}

/** The last step at each place, by node; what ran inside called workflows is theirs. */
function byNode(steps: readonly Step[]): Map<string, Step[]> {
  const last = new Map<string, Step>();
  for (const step of steps)
    if (step.kind === "node" && step.node && isOwn(pathOf(step))) last.set(placeOf(step), step);
  const nodes = new Map<string, Step[]>();
  for (const step of last.values()) {
    const id = step.node?.id ?? "";
    nodes.set(id, [...(nodes.get(id) ?? []), step]);
  }
  return nodes;
}

function pairs(left: readonly Step[], right: readonly Step[]): [string, Step | undefined, Step | undefined][] {
  const ours = new Map(left.map((step) => [placeOf(step), step]));
  const theirs = new Map(right.map((step) => [placeOf(step), step]));
  return [...new Set([...ours.keys(), ...theirs.keys()])].map((place) => [
    place,
    ours.get(place),
    theirs.get(place),
  ]);
}

function side(steps: readonly Step[]): Side | undefined {
  if (steps.length === 0) return undefined;
  const failed = steps.find(({ status }) => status === "failed");
  return {
    status: (failed ?? steps.at(-1)!).status,
    duration_ms: steps.reduce((total, step) => total + (step.duration_ms ?? 0), 0),
    times: steps.length,
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Where two values differ, as deep as both are alike in shape. Walks by hand: values may be nested deeply. */
export function differences(left: unknown, right: unknown, at = "", found: Difference[] = []): Difference[] {
  const open: [path: string, left: unknown, right: unknown][] = [["", left, right]];
  while (open.length > 0 && found.length < MOST) {
    const [path, a, b] = open.pop()!;
    if (Object.is(a, b)) continue;
    if (Array.isArray(a) && Array.isArray(b)) {
      for (let index = Math.max(a.length, b.length) - 1; index >= 0; index--)
        open.push([`${path}[${index}]`, a[index], b[index]]);
    } else if (isRecord(a) && isRecord(b)) {
      for (const key of [...new Set([...Object.keys(a), ...Object.keys(b)])].reverse())
        open.push([path === "" ? key : `${path}.${key}`, own(a, key), own(b, key)]);
    } else if (a !== b) {
      found.push({ path: `${at}${path}`.trim(), left: a, right: b });
    }
  }
  return found;
}

const own = (value: Record<string, unknown>, key: string): unknown =>
  Object.hasOwn(value, key) ? value[key] : undefined;
