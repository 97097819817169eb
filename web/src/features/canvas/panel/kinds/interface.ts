/** What a called workflow takes and gives, against what the calling node says. */
import type { ValueField, WorkflowDocument, WorkflowNode, WorkflowNodeInput } from "@/api/types";
import { startFields } from "@/features/workflows/outline";
import { typeKey } from "../values/types";

export interface Interface {
  inputs: ValueField[];
  outputs: ValueField[];
  /** It ends with a text. */
  answer: boolean;
}

export function interfaceOf(document: WorkflowDocument): Interface {
  const end = Object.values(document.nodes ?? {}).find(({ kind, parent }) => kind === "end" && !parent);
  const answer = end?.params?.mode === "answer";
  const outputs: ValueField[] = answer
    ? [{ name: "output", type: "string" }]
    : (end?.inputs ?? []).map(({ name, type }) => ({ name, type: type ?? "any" }));
  return { inputs: startFields(document), outputs, answer };
}

/** The node with the inputs and outputs of what it calls; values of inputs that are there already stay. */
export function taken(node: WorkflowNode, inputs: readonly ValueField[], outputs: readonly ValueField[]): WorkflowNode {
  const before = new Map((node.inputs ?? []).map((input) => [input.name, input]));
  return {
    ...node,
    inputs: inputs.map(({ name, type, default: preset }): WorkflowNodeInput => {
      const value = before.get(name)?.value ?? (preset === undefined ? undefined : { literal: preset });
      return { name, type: type ?? "any", ...(value ? { value } : {}) };
    }),
    outputs: outputs.map(({ name, type }) => ({ name, type: type ?? "any" })),
  };
}

/** The node as the workflow wants to be called. */
export function takenFrom(node: WorkflowNode, callee: WorkflowDocument): WorkflowNode {
  const { inputs, outputs, answer } = interfaceOf(callee);
  return { ...taken(node, inputs, outputs), params: { ...node.params, answer } };
}

const signature = (fields: readonly { name: string; type?: ValueField["type"] }[]): string =>
  JSON.stringify(fields.map(({ name, type }) => [name, typeKey(type)]).sort());

/** Whether names or types differ. */
export function differs(node: WorkflowNode, inputs: readonly ValueField[], outputs: readonly ValueField[]): boolean {
  const own = (node.outputs ?? []).filter(({ name }) => name !== "isSuccess" && name !== "errorBody");
  return signature(node.inputs ?? []) !== signature(inputs) || signature(own) !== signature(outputs);
}
