/** Values written by hand: what stands in the control, and what it means. */
import type { ValueType } from "@/api/types";
import { draftOf, read, type Fault } from "@/features/workflows/inputs/values";
import { isFileType } from "./types";

/** How a value of a type is written. */
export type LiteralControl = "text" | "number" | "flag" | "time" | "file" | "json";

export function controlOf(type: ValueType | undefined): LiteralControl {
  if (type === "string") return "text";
  if (type === "integer" || type === "number") return "number";
  if (type === "boolean") return "flag";
  if (type === "time") return "time";
  return isFileType(type) ? "file" : "json";
}

/** The value as it stands in its control. */
export function literalText(type: ValueType | undefined, value: unknown): string {
  if (value === undefined || value === null) return "";
  const control = controlOf(type);
  if (control === "json") {
    // Quotes tell a text from a number where anything may stand.
    const plain = typeof value === "string" && !readable(value);
    return plain ? value : JSON.stringify(value, null, 2);
  }
  if (control === "file" && typeof value === "object" && "url" in value) return String(value.url);
  return typeof value === "string" ? value : JSON.stringify(value);
}

function readable(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

export type ReadLiteral = { value: unknown } | { fault: Fault };

/** What was written, as a value of the type; an empty text is one, nothing else is. */
export function readLiteral(type: ValueType | undefined, text: string): ReadLiteral {
  const control = controlOf(type);
  if (control === "text") return { value: text };
  if (text.trim() === "") return { value: undefined };
  if (control === "file") return { value: text.trim() };
  if (control === "flag") return { value: text === "true" };
  if (control === "json") {
    try {
      const value: unknown = JSON.parse(text);
      const object = typeof type === "object" && "object" in type;
      const list = typeof type === "object" && "list" in type;
      if (object && (typeof value !== "object" || value === null || Array.isArray(value))) return { fault: "object" };
      if (list && !Array.isArray(value)) return { fault: "json" };
      return { value };
    } catch {
      return type === undefined || type === "any" ? { value: text } : { fault: "json" };
    }
  }
  const { value, faults } = read([{ name: "x", type }], { x: draftOf("string", text) });
  const fault = faults.x;
  return fault ? { fault } : { value: value.x };
}
