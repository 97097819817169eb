/**
 * A form's fields as typed values. While it is edited, a field holds what a person wrote (`Draft`);
 * `read` turns all of them into the values that are sent, or says what is wrong where.
 */
import type { ValueField, ValueType } from "@/api/types";

/** What a field holds while it is edited. */
export type Draft =
  | { kind: "text"; text: string }
  | { kind: "flag"; on: boolean | undefined }
  | { kind: "file"; file: FileValue | undefined }
  | { kind: "list"; items: Draft[] }
  | { kind: "object"; fields: Record<string, Draft> };

/** A file as a value. */
export interface FileValue {
  url: string;
  name: string;
}

/** What is wrong with a field: an i18n key. */
export type Fault = "required" | "integer" | "number" | "time" | "json" | "object";

export interface Read {
  /** What could be read. */
  value: Record<string, unknown>;
  /** By path; without any, `value` is whole. */
  faults: Record<string, Fault>;
}

const text = (text = ""): Draft => ({ kind: "text", text });
const fieldsOf = (type: ValueType | undefined): ValueField[] | undefined =>
  typeof type === "object" && "object" in type && type.object.length > 0 ? type.object : undefined;
const itemOf = (type: ValueType | undefined): ValueType | undefined =>
  typeof type === "object" && "list" in type ? type.list : undefined;
const isFile = (type: ValueType | undefined): boolean => typeof type === "object" && "file" in type;
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The field as it is shown for a value; without one, empty. */
export function draftOf(type: ValueType | undefined, value: unknown): Draft {
  const given = value ?? undefined;
  if (type === "boolean")
    return { kind: "flag", on: given === undefined ? undefined : given === true || given === "true" };
  if (isFile(type)) return { kind: "file", file: fileOf(given) };
  const item = itemOf(type);
  if (item !== undefined)
    return { kind: "list", items: Array.isArray(given) ? given.map((one) => draftOf(item, one)) : [] };
  const fields = fieldsOf(type);
  if (fields) {
    const record = isRecord(given) ? given : {};
    return { kind: "object", fields: draftsOf(fields, record) };
  }
  if (given === undefined) return text();
  // A text stays as it was written; only where anything may stand, quotes tell it from a number.
  if (typeof given === "string" && type !== "any" && type !== undefined) return text(given);
  return text(JSON.stringify(given, null, 2));
}

/** All fields as shown for these values; a field that is not among them shows its default. */
export function draftsOf(fields: readonly ValueField[], values: Record<string, unknown>): Record<string, Draft> {
  return Object.fromEntries(
    fields.map(({ name, type, default: preset }) => [name, draftOf(type, values[name] ?? preset)]),
  );
}

function fileOf(value: unknown): FileValue | undefined {
  if (typeof value === "string" && value !== "") return { url: value, name: value.split(/[/?#]/).at(-1) || value };
  if (!isRecord(value) || typeof value.url !== "string") return undefined;
  return { url: value.url, name: typeof value.name === "string" ? value.name : value.url };
}

/** The values of a form, or what is wrong; a field that was left empty is not sent. */
export function read(fields: readonly ValueField[], drafts: Record<string, Draft>): Read {
  const faults: Record<string, Fault> = {};
  return { value: record(fields, drafts, "", faults), faults };
}

function record(
  fields: readonly ValueField[],
  drafts: Record<string, Draft>,
  path: string,
  faults: Record<string, Fault>,
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const { name, type, required } of fields) {
    const at = path === "" ? name : `${path}.${name}`;
    const value = one(type, drafts[name] ?? draftOf(type, undefined), at, faults);
    if (value !== undefined) values[name] = value;
    else if (required && !(at in faults)) faults[at] = "required";
  }
  return values;
}

function one(
  type: ValueType | undefined,
  draft: Draft,
  path: string,
  faults: Record<string, Fault>,
): unknown {
  switch (draft.kind) {
    case "flag":
      return draft.on;
    case "file":
      return draft.file;
    case "object": {
      const before = Object.keys(faults).length;
      const fields = fieldsOf(type) ?? [];
      // An object nobody touched is not given, and what is required inside it not missing.
      if (Object.values(draft.fields).every(isEmpty)) return undefined;
      const value = record(fields, draft.fields, path, faults);
      return Object.keys(value).length === 0 && Object.keys(faults).length === before ? undefined : value;
    }
    case "list": {
      if (draft.items.length === 0) return undefined;
      const item = itemOf(type);
      return draft.items.map((each, at) => one(item, each, `${path}[${at}]`, faults) ?? null);
    }
    case "text":
      return scalar(type, draft.text, path, faults);
  }
}

function isEmpty(draft: Draft): boolean {
  switch (draft.kind) {
    case "flag":
      return draft.on === undefined;
    case "file":
      return draft.file === undefined;
    case "text":
      return draft.text === "";
    case "list":
      return draft.items.length === 0;
    case "object":
      return Object.values(draft.fields).every(isEmpty);
  }
}

/** 64 bits hold more than a JavaScript number: what would be rounded is sent as text. */
const INTEGER = /^[+-]?\d{1,19}$/;
const TIME = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

function scalar(
  type: ValueType | undefined,
  text: string,
  path: string,
  faults: Record<string, Fault>,
): unknown {
  if (type === "string") return text === "" ? undefined : text;
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  const refuse = (fault: Fault) => {
    faults[path] = fault;
    return undefined;
  };
  if (type === "integer") {
    if (!INTEGER.test(trimmed)) return refuse("integer");
    const number = Number(trimmed);
    return Number.isSafeInteger(number) ? number : trimmed.replace(/^\+/, "");
  }
  if (type === "number") {
    const number = Number(trimmed);
    return Number.isFinite(number) ? number : refuse("number");
  }
  if (type === "time") {
    if (!TIME.test(trimmed)) return refuse("time");
    const [, day, clock] = /^(\S{10})[T ]?(.*)$/.exec(trimmed) ?? [];
    // What a date-time field of the browser gives has no seconds.
    return `${day} ${!clock ? "00:00:00" : /^\d{2}:\d{2}$/.test(clock) ? `${clock}:00` : clock}`;
  }
  try {
    const value: unknown = JSON.parse(trimmed);
    if (typeof type === "object" && "object" in type && !isRecord(value)) return refuse("object");
    return value;
  } catch {
    // Anything may also be a plain text.
    return type === "any" || type === undefined ? text : refuse("json");
  }
}

/** The object that a text of JSON is; nothing when it is none. */
export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
