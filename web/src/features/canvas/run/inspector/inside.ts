/** What ran inside a node: its model and tool calls, its iterations, the workflow that it called. */
import type { Step } from "@/api/types";
import { pathOf, placeOf } from "../places";
import type { RunFold } from "../run-fold";

const under = (step: Step, around: string): Step =>
  step.node ? { ...step, node: { ...step.node, path: pathOf(step).slice(around.length) } } : step;

/** With `iteration`, only what ran in that one. */
export function insideOf(fold: RunFold, outer: Step, iteration?: number): Step[] {
  const place = placeOf(outer);
  const found: Step[] = [];
  if (iteration !== undefined) {
    const round = `${place}[${iteration}]/`;
    for (const step of fold.steps.values()) if (pathOf(step).startsWith(round)) found.push(under(step, round));
    return found;
  }
  const around = pathOf(outer);
  for (const step of fold.steps.values()) {
    const path = pathOf(step);
    const belongs =
      step.node?.parent === outer.seq || (path.startsWith(place) && /^[[/#]/.test(path.slice(place.length)));
    if (belongs) found.push(under(step, around));
  }
  return found.length === 0 ? [] : [under(outer, around), ...found].sort((a, b) => a.seq - b.seq);
}

export interface ConsoleLine {
  level: string;
  text: string;
}

/** What code wrote to its console, if the step has one. */
export function consoleOf(step: Step): { lines: ConsoleLine[]; cut: boolean } | undefined {
  const raw = step.raw as { console?: unknown; console_cut?: unknown } | null | undefined;
  if (typeof raw !== "object" || raw === null || !Array.isArray(raw.console)) return undefined;
  const lines = raw.console.flatMap((line: unknown): ConsoleLine[] => {
    if (typeof line !== "object" || line === null) return [];
    const { level, text } = line as { level?: unknown; text?: unknown };
    return [{ level: typeof level === "string" ? level : "log", text: typeof text === "string" ? text : "" }];
  });
  return { lines, cut: raw.console_cut === true };
}
