import type { Id, Run } from "@/api/types";

/** What the list can be narrowed to beside the status, which the server does. */
export type Form = "draft" | "version" | "mine";

export function narrowed(runs: readonly Run[], form: Form | undefined, me: Id): Run[] {
  return runs.filter((run) => {
    if (form === "draft") return run.workflow_version === null;
    if (form === "version") return run.workflow_version !== null;
    return form === undefined || run.created_by === me;
  });
}

/** The two that are compared, the earlier first: ids grow with time. */
export function chosenPair(chosen: readonly Id[]): readonly [Id, Id] | undefined {
  const [a, b] = chosen;
  if (a === undefined || b === undefined) return undefined;
  return BigInt(a) < BigInt(b) ? [a, b] : [b, a];
}
