/** What a new node begins with: defaults of the kind's schema, and a first branch where there are branches. */
import type { NodeSpec, ValueField, WorkflowNode, WorkflowNodeInput } from "@/api/types";
import { declaredBy } from "./kinds";

type Schema = Record<string, unknown>;
const record = (value: unknown): Schema => (typeof value === "object" && value !== null ? (value as Schema) : {});

/** A value that fits a schema as far as the schema says: its default, else the emptiest. */
export function emptyOf(schema: unknown): unknown {
  const of = record(schema);
  if ("default" in of) return structuredClone(of.default);
  if ("const" in of) return of.const;
  if (Array.isArray(of.enum)) return of.enum[0];
  const choices = of.oneOf ?? of.anyOf;
  if (Array.isArray(choices)) return emptyOf(choices[0]);
  if (Array.isArray(of.allOf)) return Object.assign({}, ...of.allOf.map((part) => record(emptyOf(part))));
  const type = Array.isArray(of.type) ? (of.type.includes("null") ? "null" : of.type[0]) : of.type;
  if (type === "string") return "";
  if (type === "array") return [];
  if (type === "boolean") return false;
  if (type === "integer" || type === "number") return typeof of.minimum === "number" ? of.minimum : 0;
  return type === "object" || of.properties ? paramsOf(of) : null;
}

function paramsOf(schema: Schema): Record<string, unknown> {
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.fromEntries(
    Object.entries(record(schema.properties))
      // What is optional and has no default stays away: the kind decides.
      .filter(([name, property]) => required.includes(name) || "default" in record(property))
      .map(([name, property]) => [name, emptyOf(property)]),
  );
}

const list = (name: string): WorkflowNodeInput => ({ name, type: { list: "any" } });
const output = (type: ValueField["type"]): ValueField[] => [{ name: "output", type }];

/** What a schema cannot say. */
const STARTERS: Record<string, Partial<Pick<WorkflowNode, "params" | "inputs" | "outputs">>> = {
  condition: { params: { branches: [{ logic: "and", conditions: [] }] } },
  intent: { params: { intents: [""] } },
  loop: { inputs: [list("items")] },
  batch: { inputs: [list("items")] },
  model: { outputs: output("string") },
  text: { outputs: output("string") },
  code: { outputs: output("string") },
  filter_list: { params: { input: "items", expr: "" }, inputs: [list("items")] },
  sort_list: { params: { input: "items" }, inputs: [list("items")] },
  aggregate_list: { params: { input: "items", functions: [] }, inputs: [list("items")] },
  merge: { params: { groups: [{ name: "output", inputs: [] }] }, outputs: output("any") },
  question: { outputs: [{ name: "USER_RESPONSE", type: "string" }] },
  input: { outputs: [{ name: "input", type: "string", required: true }] },
  comment: { params: { text: "" } },
};

export function starter(spec: NodeSpec): Pick<WorkflowNode, "params" | "inputs" | "outputs"> {
  const own = STARTERS[spec.kind] ?? {};
  const params = emptyOf(spec.params);
  const named = declaredBy(spec.inputs).filter(({ required }) => required === true || spec.inputs !== "author");
  // Kinds with many optional inputs of their own (loop: `count`) show them in their panel.
  const declared = typeof spec.inputs === "object" && "both" in spec.inputs ? named.filter(({ required }) => required) : named;
  const inputs = own.inputs ?? declared.map(({ name, type }): WorkflowNodeInput => ({ name, type }));
  return {
    params: { ...record(params), ...own.params },
    inputs: structuredClone(inputs),
    outputs: structuredClone(own.outputs ?? []),
  };
}
