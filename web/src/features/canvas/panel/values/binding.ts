/** Kinds of bindings, and what each begins with. */
import type { Binding, ValueType, WorkflowNodeInput } from "@/api/types";
import { fieldsInside } from "./types";

export const BINDINGS = ["ref", "literal", "variable", "expr", "object"] as const;
export type BindingKind = (typeof BINDINGS)[number];

export function bindingKind(binding: Binding | null | undefined): BindingKind | undefined {
  return binding ? BINDINGS.find((kind) => kind in binding) : undefined;
}

/** A binding that says nothing yet; an object has the parts that its type declares. */
export function emptyBinding(kind: BindingKind, type: ValueType | undefined): Binding | undefined {
  switch (kind) {
    case "ref":
      return undefined;
    case "literal":
      return { literal: type === "string" ? "" : type === "boolean" ? false : null };
    case "variable":
      return { variable: { scope: "app", path: [""] } };
    case "expr":
      return { expr: "" };
    case "object":
      return { object: (fieldsInside(type) ?? []).map(({ name, type: of }): WorkflowNodeInput => ({ name, ...(of ? { type: of } : {}) })) };
  }
}

/** The input with a value; without one, nothing is set. */
export function withValue(input: WorkflowNodeInput, value: Binding | undefined, type?: ValueType): WorkflowNodeInput {
  const { value: _, ...rest } = input;
  const typed = type === undefined ? rest : { ...rest, type };
  return value === undefined ? typed : { ...typed, value };
}
