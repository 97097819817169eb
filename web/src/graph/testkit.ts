/** Small documents and kinds for the tests of this folder. */
import type { NodeSpec, WorkflowDocument, WorkflowNode } from "@/api/types";
import { kindsOf, type Kinds } from "./kinds";

const spec = (kind: string, part: Partial<NodeSpec> = {}): NodeSpec => ({
  kind,
  version: 1,
  category: "logic",
  icon: "box",
  title: { "zh-CN": kind, en: kind[0]!.toUpperCase() + kind.slice(1) },
  description: { "zh-CN": "", en: "" },
  params: { type: "object", properties: {} },
  inputs: "author",
  outputs: "author",
  effect: "pure",
  fill_inputs: false,
  fill_outputs: false,
  container: false,
  batchable: false,
  fallible: true,
  ...part,
});
const field = (name: string, type: unknown) => ({ name, type, required: false, description: "" });
const kind = (...fields: [string, unknown][]) => ({ kind: fields.map(([name, type]) => field(name, type)) }) as NodeSpec["outputs"];

export const kinds: Kinds = kindsOf([
  spec("start", { inputs: kind() }),
  spec("end", { outputs: kind(["output", "string"]) }),
  spec("text", { outputs: { both: [field("output", "any")] } as NodeSpec["outputs"] }),
  spec("model", { batchable: true }),
  spec("code"),
  spec("condition", { outputs: kind(["result", "string"]) }),
  spec("intent"),
  spec("question"),
  spec("approval", { outputs: kind(["approved", "boolean"]) }),
  spec("merge"),
  spec("loop", { container: true, inputs: { both: [field("count", "integer")] } as NodeSpec["inputs"] }),
  spec("batch", { container: true }),
  spec("break", { inputs: kind(), outputs: kind() }),
  spec("set_variable", { outputs: kind() }),
  spec("comment", { inputs: kind(), outputs: kind() }),
  spec("http", {
    inputs: { kind: [{ ...field("url", "string"), required: true }] } as NodeSpec["inputs"],
    outputs: kind(["body", "string"]),
    params: {
      type: "object",
      required: ["method", "headers"],
      properties: {
        method: { enum: ["GET", "POST"] },
        headers: { type: "array" },
        timeout: { type: "integer", default: 30 },
        auth: { type: "object" },
      },
    },
  }),
]);

export const node = (of: string, part: Partial<WorkflowNode> = {}): WorkflowNode =>
  ({ kind: of, version: 1, title: of, params: {}, ...part }) as WorkflowNode;

/** `a>b` leads on from a to b; `a:port>b` through a port. */
export const document = (nodes: Record<string, WorkflowNode>, ...edges: string[]): WorkflowDocument => ({
  format: 1,
  mode: "workflow",
  nodes,
  edges: edges.map((edge) => {
    const [left = "", to = ""] = edge.split(">");
    const [from = "", port = "out"] = left.split(":");
    return { from, port, to };
  }),
});

/** Start → loop(inner → last) → end, with a text beside. */
export const looped = (): WorkflowDocument =>
  document(
    {
      s: node("start", { outputs: [{ name: "topics", type: { list: "string" } }, { name: "n", type: "integer" }], view: { x: 0, y: 0 } }),
      l: node("loop", {
        params: { variables: ["sum"], collect: [{ name: "texts", from: { node: "inner", path: ["output"] } }] },
        inputs: [
          { name: "topic", type: { list: "string" }, value: { ref: { node: "s", path: ["topics"] } } },
          { name: "sum", type: "integer", value: { literal: 0 } },
        ],
        outputs: [{ name: "texts", type: { list: "string" } }],
        view: { x: 400, y: 0, width: 700, height: 300 },
      }),
      inner: node("text", {
        parent: "l",
        params: { template: "On {{topic}}" },
        inputs: [{ name: "topic", type: "string", value: { ref: { node: "l", path: ["topic"] } } }],
        outputs: [{ name: "output", type: "string" }],
        view: { x: 60, y: 90 },
      }),
      last: node("text", {
        parent: "l",
        inputs: [{ name: "a", type: "string", value: { ref: { node: "inner", path: ["output"] } } }],
        view: { x: 380, y: 90 },
      }),
      e: node("end", {
        inputs: [{ name: "texts", type: { list: "string" }, value: { ref: { node: "l", path: ["texts"] } } }],
        view: { x: 1200, y: 0 },
      }),
    },
    "s>l",
    "l:body>inner",
    "inner>last",
    "last>l",
    "l>e",
  );
