/**
 * The limits of a workspace as a form: what a person writes are whole numbers in the units that people use;
 * an empty field has no limit of its own.
 */
import { z } from "zod";
import type { LimitSet } from "@/api/types";

export type LimitName = keyof LimitSet;

/** How a limit is written: plainly, or as mebibytes. */
type Unit = "count" | "mib";

/** The limits in the order they are shown, by what they are of. */
export const GROUPS: readonly { id: "document" | "run" | "keep"; limits: readonly LimitName[] }[] = [
  { id: "document", limits: ["max_nodes", "max_document_bytes", "max_nesting"] },
  {
    id: "run",
    limits: ["max_steps", "max_seconds", "max_bytes", "max_output_bytes", "max_depth"],
  },
  { id: "keep", limits: ["keep_days", "keep_runs"] },
];

const MIB = 1024 * 1024;

export const unitOf = (name: LimitName): Unit =>
  name === "max_document_bytes" || name === "max_bytes" || name === "max_output_bytes"
    ? "mib"
    : "count";

/** A limit as it is shown; without one, nothing. */
export function shown(name: LimitName, value: number | null): string {
  if (value === null) return "";
  return String(unitOf(name) === "mib" ? Math.round((value / MIB) * 1000) / 1000 : value);
}

const number = z.string().trim().regex(/^\d{0,15}(\.\d{1,3})?$/, "workspaces:limits.number");
const whole = z.string().trim().regex(/^\d{0,15}$/, "workspaces:limits.whole");

export const limitsSchema = z.object({
  max_nodes: whole,
  max_document_bytes: number,
  max_nesting: whole,
  max_steps: whole,
  max_seconds: whole,
  max_bytes: number,
  max_output_bytes: number,
  max_depth: whole,
  keep_days: whole,
  keep_runs: whole,
});

export type LimitTexts = z.infer<typeof limitsSchema>;

const NAMES = GROUPS.flatMap((group) => group.limits);

/** The form's texts for what a workspace has. */
export const textsOf = (limits: LimitSet): LimitTexts =>
  Object.fromEntries(NAMES.map((name) => [name, shown(name, limits[name])])) as LimitTexts;

/** What is sent for the form's texts: 0 and nothing are no limit. */
export function limitsOf(texts: LimitTexts): LimitSet {
  const read = (name: LimitName): number | null => {
    const value = Number(texts[name]);
    if (!(value > 0)) return null;
    return unitOf(name) === "mib" ? Math.max(1, Math.round(value * MIB)) : value;
  };
  return Object.fromEntries(NAMES.map((name) => [name, read(name)])) as LimitSet;
}
