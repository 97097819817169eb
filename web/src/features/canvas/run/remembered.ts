/** What this browser keeps of a workflow's trials: last inputs, pins, breakpoints. */
import type { Id } from "@/api/types";
import type { Pin } from "./queries";

export interface Remembered {
  /** Of the last run. */
  inputs?: Record<string, unknown>;
  /** Of nodes that were run alone. */
  nodes?: Record<string, Record<string, unknown>>;
  pins?: Record<string, Pin>;
  breakpoints?: string[];
}

const key = (workflow: Id) => `hearth.trials.${workflow}`;
/** Longer texts are not kept: the browser has a few megabytes for all of them. */
const LONGEST = 400_000;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What was kept, read as if anybody had written it. */
export function readRemembered(text: string | null): Remembered {
  let value: unknown;
  try {
    value = JSON.parse(text ?? "{}");
  } catch {
    return {};
  }
  if (!isRecord(value)) return {};
  const { inputs, nodes, pins, breakpoints } = value;
  return {
    ...(isRecord(inputs) ? { inputs } : {}),
    ...(isRecord(nodes) ? { nodes: entries(nodes, (values) => (isRecord(values) ? values : undefined)) } : {}),
    ...(isRecord(pins) ? { pins: entries(pins, pinOf) } : {}),
    ...(Array.isArray(breakpoints)
      ? { breakpoints: breakpoints.filter((id): id is string => typeof id === "string") }
      : {}),
  };
}

function entries<T>(record: Record<string, unknown>, read: (value: unknown) => T | undefined): Record<string, T> {
  const found: [string, T][] = [];
  for (const [id, value] of Object.entries(record)) {
    const one = read(value);
    if (one !== undefined) found.push([id, one]);
  }
  return Object.fromEntries(found);
}

function pinOf(value: unknown): Pin | undefined {
  if (!isRecord(value) || !isRecord(value.outputs)) return undefined;
  return { outputs: value.outputs, ...(typeof value.port === "string" ? { port: value.port } : {}) };
}

export function remembered(workflow: Id): Remembered {
  try {
    return readRemembered(localStorage.getItem(key(workflow)));
  } catch {
    return {};
  }
}

/** Keeps more of it; whether it could be kept. */
export function remember(workflow: Id, part: Remembered): boolean {
  const text = JSON.stringify({ ...remembered(workflow), ...part });
  if (text.length > LONGEST) return false;
  try {
    localStorage.setItem(key(workflow), text);
    return true;
  } catch {
    return false;
  }
}
