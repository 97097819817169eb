/** A run that waits: what each call still needs, and when all can be sent. */
import type { RequiredAction, ToolOutput } from "@/api/types";

type Call = RequiredAction["calls"][number];
/** What the person decided, by call. */
export type Decisions = Readonly<Record<string, ToolOutput>>;

export const approve = (call: Call, yes: boolean): ToolOutput => ({
  call_id: call.call_id,
  approve: yes,
});

export const clientOutput = (call: Call, output: string): ToolOutput => ({
  call_id: call.call_id,
  output,
});

/** Adds a decision; one about a call that does not wait is dropped. */
export function decide(
  action: RequiredAction,
  decisions: Decisions,
  output: ToolOutput,
): Decisions {
  if (!action.calls.some(({ call_id }) => call_id === output.call_id)) return decisions;
  return { ...decisions, [output.call_id]: output };
}

/** All outputs in the calls' order, or nothing while one is missing. */
export function completeOutputs(
  action: RequiredAction,
  decisions: Decisions,
): ToolOutput[] | undefined {
  // What runs inside waits for itself.
  const own = action.calls.filter((call) => call.run == null);
  const outputs = own.map(({ call_id }) => decisions[call_id]);
  return outputs.every((output) => output !== undefined) ? outputs : undefined;
}
