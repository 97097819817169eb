/** Workflows to begin with: the server's own gallery. */
import { readdirSync, readFileSync } from "node:fs";
import type { WorkflowDocument, WorkflowTemplate } from "../src/api/types/index.ts";

const EXAMPLES = new URL("../../examples/workflows/", import.meta.url);

interface Example {
  id: string;
  icon: string;
  category: string;
  name: string;
  description: string;
  "zh-CN": { name: string; description: string };
  document: WorkflowDocument;
}

const read = <T>(name: string): T => JSON.parse(readFileSync(new URL(name, EXAMPLES), "utf8")) as T;

export const templates = (): WorkflowTemplate[] =>
  readdirSync(EXAMPLES)
    .filter((name) => name.endsWith(".json") && !name.endsWith(".run.json"))
    .map((name) => {
      const { "zh-CN": chinese, name: title, description, ...example } = read<Example>(name);
      return {
        ...example,
        name: { en: title, "zh-CN": chinese.name },
        description: { en: description, "zh-CN": chinese.description },
        mode: example.document.mode ?? "workflow",
        inputs: read<{ inputs?: Record<string, unknown> }>(name.replace(/json$/, "run.json")).inputs ?? {},
      };
    });
