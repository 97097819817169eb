/** What can be referred to, as rows of a list: each output, and what lies inside it. */
import type { ValueType } from "@/api/types";
import { fit, type Fit, type RefSource } from "@/graph/references";

export interface PickRow {
  node: string;
  path: string[];
  type: ValueType;
  depth: number;
  /** Whether it becomes the wanted type. */
  fit: Fit;
  /** It, or something inside it, was searched for. */
  last: unknown;
}

const DEPTH = 4;

/** The rows of one source, outer before inner; `text` keeps those it finds and what leads to them. */
export function pickRows(
  { node, title, fields }: RefSource,
  { text = "", wanted, last }: { text?: string; wanted?: ValueType; last?: Record<string, unknown> },
): PickRow[] {
  const needle = text.trim().toLowerCase();
  const whole = needle === "" || title.toLowerCase().includes(needle);
  const walk = (path: string[], type: ValueType, value: unknown, kept: boolean): PickRow[] => {
    const found = kept || path.join(".").toLowerCase().includes(needle);
    const row: PickRow = {
      node,
      path,
      type,
      depth: path.length - 1,
      fit: wanted === undefined ? "always" : fit(type, wanted),
      last: value,
    };
    const inner = path.length >= DEPTH ? [] : inside(type, value).flatMap(([key, of, part]) => walk([...path, key], of, part, found));
    return found || inner.length > 0 ? [row, ...inner] : [];
  };
  return fields.flatMap(({ name, type }) => walk([name], type ?? "any", last?.[name], whole));
}

/** The row that a search leads to: the first that is named so and fits; else the first that fits. */
export function firstRow(sources: readonly RefSource[], text: string, wanted?: ValueType): PickRow | undefined {
  const needle = text.trim().toLowerCase();
  const rows = sources.flatMap((source) => pickRows(source, { text, wanted })).filter((row) => row.fit !== "never");
  return rows.find((row) => row.path.join(".").toLowerCase().includes(needle)) ?? rows[0];
}

function inside(type: ValueType, value: unknown): [key: string, type: ValueType, value: unknown][] {
  if (typeof type !== "object") return [];
  if ("object" in type) {
    const record = typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
    return type.object.map((field) => [field.name, field.type ?? "any", record[field.name]]);
  }
  // The elements of a list are seen through its first.
  if ("list" in type && typeof type.list === "object" && !("file" in type.list))
    return [["0", type.list, Array.isArray(value) ? value[0] : undefined]];
  return [];
}

const LONGEST = 60;

/** A value in a few words. */
export function preview(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  const line = text.replace(/\s+/g, " ");
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}
