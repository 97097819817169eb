import { BODY } from "@/graph/document";
import { useRun } from "./context";
import { nodeStateOf, type RunState } from "./store";

/** Whether the run went this way: `from` ended through `port`, or began what is inside it. */
export function edgeRan(state: RunState, from: string, port: string, to: string): boolean {
  const source = nodeStateOf(state, from);
  if (!source) return false;
  if (port === BODY) return source.iterations > 0 && nodeStateOf(state, to) !== undefined;
  return source.ports.includes(port);
}

export const useEdgeRan = (from: string, port: string, to: string): boolean =>
  useRun((state) => edgeRan(state, from, port, to));
