/** Code that calls a workflow, ready to be pasted and run. */
import type { Id, ValueField, ValueType } from "@/api/types";

export interface WorkflowSnippetInput {
  /** Where this instance is, without a trailing slash. */
  origin: string;
  workflowId: Id;
  /** A token, or nothing: then a placeholder stands in its place. */
  token: string;
  /** What the start node asks for. */
  fields: readonly ValueField[];
}

export type WorkflowSnippetId = "python" | "javascript" | "curl" | "stream" | "native";

export const WORKFLOW_SNIPPETS: readonly WorkflowSnippetId[] = [
  "python",
  "javascript",
  "curl",
  "stream",
  "native",
];
export const PLACEHOLDER = "YOUR_TOKEN";

/** A value of the type, to be replaced by whoever pastes it. */
export function example(type: ValueType | undefined): unknown {
  if (type === undefined || type === "any" || type === "string") return "…";
  if (type === "integer") return 1;
  if (type === "number") return 1.5;
  if (type === "boolean") return true;
  if (type === "time") return "2026-01-31 12:00:00";
  if ("list" in type) return [example(type.list)];
  if ("file" in type) return "https://example.com/file";
  return Object.fromEntries(type.object.map((field) => [field.name, example(field.type)]));
}

/** What stands in the snippets for the inputs; defaults as they are. */
export const exampleInputs = (fields: readonly ValueField[]): Record<string, unknown> =>
  Object.fromEntries(fields.map((field) => [field.name, field.default ?? example(field.type)]));

const literal = (text: string): string => JSON.stringify(text);
/** Within single quotes of a shell. */
const shell = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
const json = (value: unknown): string => shell(JSON.stringify(value));
const indent = (text: string, by: string): string => text.replaceAll("\n", `\n${by}`);

/** JSON as Python writes it. */
function pythonValue(value: unknown, by = ""): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value !== "object") return JSON.stringify(value);
  const inner = `${by}    `;
  if (Array.isArray(value))
    return value.length === 0 ? "[]" : `[${value.map((item) => pythonValue(item, by)).join(", ")}]`;
  const entries = Object.entries(value);
  if (entries.length === 0) return "{}";
  return `{\n${entries.map(([name, item]) => `${inner}${literal(name)}: ${pythonValue(item, inner)},\n`).join("")}${by}}`;
}

function python({ origin, workflowId, token, fields }: WorkflowSnippetInput): string {
  return `# pip install cozepy
from cozepy import Coze, TokenAuth

coze = Coze(auth=TokenAuth(${literal(token)}), base_url=${literal(origin)})

result = coze.workflows.runs.create(
    workflow_id=${literal(workflowId)},
    parameters=${pythonValue(exampleInputs(fields), "    ")},
)
print(result.data)
`;
}

function javascript({ origin, workflowId, token, fields }: WorkflowSnippetInput): string {
  return `// npm install @coze/api — save as run.mjs, run: node run.mjs
import { CozeAPI } from "@coze/api";

const coze = new CozeAPI({ token: ${literal(token)}, baseURL: ${literal(origin)} });

const result = await coze.workflows.runs.create({
  workflow_id: ${literal(workflowId)},
  parameters: ${indent(JSON.stringify(exampleInputs(fields), null, 2), "  ")},
});
console.log(result.data);
`;
}

const coze = (input: WorkflowSnippetInput, route: string, flags: string): string => {
  const { origin, workflowId, token, fields } = input;
  return `curl ${flags} ${shell(`${origin}/v1/workflow/${route}`)} \\
  -H ${shell(`Authorization: Bearer ${token}`)} \\
  -H 'Content-Type: application/json' \\
  -d ${json({ workflow_id: workflowId, parameters: exampleInputs(fields) })}
`;
};

function native({ origin, workflowId, token, fields }: WorkflowSnippetInput): string {
  return `curl -sS ${shell(`${origin}/api/v1/workflows/${workflowId}/runs`)} \\
  -H ${shell(`Authorization: Bearer ${token}`)} \\
  -H 'Content-Type: application/json' \\
  -d ${json({ inputs: exampleInputs(fields), wait: true })}
`;
}

const WRITERS: Record<WorkflowSnippetId, (input: WorkflowSnippetInput) => string> = {
  python,
  javascript,
  curl: (input) => coze(input, "run", "-sS"),
  stream: (input) => coze(input, "stream_run", "-N"),
  native,
};

export function workflowSnippet(id: WorkflowSnippetId, input: WorkflowSnippetInput): string {
  const token = input.token.trim() || PLACEHOLDER;
  return WRITERS[id]({ ...input, token, origin: input.origin.replace(/\/+$/, "") });
}
