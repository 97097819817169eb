import type { WorkflowNode } from "@/api/types";
import { isRecord } from "./pointer";

/** The node a text stands for; nothing if it stands for none. */
export function readNode(text: string): WorkflowNode | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isRecord(value) || typeof value.kind !== "string" || value.kind === "") return undefined;
    return { version: 1, title: "", description: "", ...value } as WorkflowNode;
  } catch {
    return undefined;
  }
}
