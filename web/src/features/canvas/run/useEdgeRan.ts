import { useRun } from "./context";
import { nodeStateOf } from "./store";

/** Whether the run went this way: `from` ended through `port`, or began what is inside it. */
export function useEdgeRan(from: string, port: string, to: string): boolean {
  return useRun((state) => {
    const source = nodeStateOf(state, from);
    if (!source) return false;
    if (port === "body") return source.iterations > 0 && nodeStateOf(state, to) !== undefined;
    return source.ports.includes(port);
  });
}
