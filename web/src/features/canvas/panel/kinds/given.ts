/** Outputs that follow from params: what the kind can give is declared for the author. */
import type { ValueField, ValueType, WorkflowNode } from "@/api/types";
import { isRecord } from "../pointer";

const text = (name: string): ValueField => ({ name, type: "string" });

/** What a question gives besides what is taken out of the answers. */
export const questionOutputs = (answer: "text" | "options"): ValueField[] =>
  answer === "text" ? [text("USER_RESPONSE")] : [text("optionId"), text("optionContent")];

/** The outputs with those of one way replaced by those of another. */
export function swapped(
  outputs: readonly ValueField[],
  before: readonly ValueField[],
  after: readonly ValueField[],
): ValueField[] {
  const named = (all: readonly ValueField[], name: string) => all.some((field) => field.name === name);
  const kept = outputs.filter(({ name }) => !named(before, name) || named(after, name));
  return [...kept, ...after.filter(({ name }) => !named(kept, name))];
}

const FUNCTIONS = ["count", "sum", "avg", "min", "max", "first", "last", "join", "distinct"] as const;

/** What an aggregation gives, by the types of the elements. */
export function aggregateOutputs(params: Record<string, unknown> | undefined, element: ValueType = "any"): ValueField[] {
  const chosen = FUNCTIONS.filter((name) => Array.isArray(params?.functions) && params.functions.includes(name));
  const typed = chosen.map((name): ValueField => ({ name, type: typeOf(name, element) }));
  const grouped = Array.isArray(params?.group_by) && params.group_by.length > 0;
  return grouped ? [{ name: "groups", type: { list: { object: [{ name: "key", type: "any" }, ...typed] } } }] : typed;
}

function typeOf(name: (typeof FUNCTIONS)[number], element: ValueType): ValueType {
  if (name === "count") return "integer";
  if (name === "sum" || name === "avg") return "number";
  if (name === "join") return "string";
  return name === "distinct" ? { list: element } : element;
}

/** All names that an aggregation ever gives. */
export const AGGREGATED: readonly ValueField[] = [...FUNCTIONS, "groups"].map((name) => ({ name }));

/** Splitting gives a list, putting together a text. */
export function textOutputs(node: WorkflowNode): WorkflowNode {
  const type: ValueType = node.params?.method === "split" ? { list: "string" } : "string";
  const outputs = (node.outputs ?? []).filter(({ name }) => name !== "output");
  return { ...node, outputs: [{ name: "output", type }, ...outputs] };
}

/** Each group of a merge is an output of the type of its first value. */
export function mergeOutputs(node: WorkflowNode): WorkflowNode {
  const groups = Array.isArray(node.params?.groups) ? node.params.groups.filter(isRecord) : [];
  const outputs = groups.map((group): ValueField => {
    const name = String(group.name ?? "");
    const [first] = Array.isArray(group.inputs) ? (group.inputs as unknown[]) : [];
    const declared = node.outputs?.find((field) => field.name === name);
    const type = node.inputs?.find((input) => input.name === first)?.type ?? "any";
    // A type that somebody chose stays.
    return declared && (declared.type ?? "any") !== "any" ? declared : { ...declared, name, type };
  });
  return { ...node, outputs };
}
