/** Branches of a condition as the document has them. */
import type { ValueType } from "@/api/types";
import { isRecord } from "../pointer";

export interface Comparison {
  left: string;
  operator: string;
  right?: string | null;
}

/** With `expr` an expression, else comparisons. */
export interface Branch {
  expr?: string;
  logic?: "and" | "or";
  conditions?: Comparison[];
}

export function branchesOf(params: Record<string, unknown> | undefined): Branch[] {
  return Array.isArray(params?.branches) ? params.branches.filter(isRecord) : [];
}

const UNARY = ["empty", "not_empty", "is_true", "is_false"];
export const isUnary = (operator: string): boolean => UNARY.includes(operator);

const EQUAL = ["equal", "not_equal"];
const EMPTY = ["empty", "not_empty"];
const LONG = ["longer", "longer_equal", "shorter", "shorter_equal"];
const ORDER = ["greater", "greater_equal", "less", "less_equal"];
const INSIDE = ["contains", "not_contains"];

/** The operators that make sense for a type; all are allowed. */
export function operatorsFor(type: ValueType | undefined): string[] {
  if (type === "string") return [...EQUAL, ...INSIDE, ...EMPTY, ...LONG];
  if (type === "integer" || type === "number" || type === "time") return [...EQUAL, ...ORDER, ...EMPTY];
  if (type === "boolean") return ["is_true", "is_false", ...EQUAL, ...EMPTY];
  if (typeof type === "object") return [...INSIDE, ...EMPTY, ...LONG];
  return [...EQUAL, ...INSIDE, ...EMPTY, ...ORDER, ...LONG, "is_true", "is_false"];
}
