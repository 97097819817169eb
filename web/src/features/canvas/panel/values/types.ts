/** Types of values: choosing them, and finding them in values and JSON schemas. */
import type { ValueField, ValueType } from "@/api/types";
import { isRecord } from "../pointer";

/** What stands in the list of types. Lists hold one of these; objects have fields. */
export const BASIC = ["string", "integer", "number", "boolean", "time", "object", "any"] as const;
export const FILES = [
  "any", "image", "svg", "audio", "voice", "video", "document", "slides", "spreadsheet", "text", "code", "archive",
] as const;

export type Basic = (typeof BASIC)[number];

/** A type as one word, so that a select can hold it: `list:file:image`. */
export function typeKey(type: ValueType | undefined): string {
  if (type === undefined) return "any";
  if (typeof type === "string") return type;
  if ("list" in type) return `list:${typeKey(type.list)}`;
  return "file" in type ? `file:${type.file}` : "object";
}

/** The type of a word; fields of an object are kept where there are any. */
export function typeOfKey(key: string, before?: ValueType): ValueType {
  if (key.startsWith("list:")) {
    const inner = typeof before === "object" && "list" in before ? before.list : before;
    return { list: typeOfKey(key.slice(5), inner) };
  }
  if (key.startsWith("file:")) return { file: key.slice(5) };
  if (key === "object") {
    const inner = typeof before === "object" && "list" in before ? before.list : before;
    return typeof inner === "object" && "object" in inner ? inner : { object: [] };
  }
  return key as Exclude<ValueType, object>;
}

/** The fields inside: of an object, or of the objects in a list. */
export function fieldsInside(type: ValueType | undefined): ValueField[] | undefined {
  if (typeof type !== "object") return undefined;
  if ("object" in type) return type.object;
  return "list" in type ? fieldsInside(type.list) : undefined;
}

/** The type with other fields inside. */
export function withFields(type: ValueType, fields: ValueField[]): ValueType {
  return typeof type === "object" && "list" in type ? { list: withFields(type.list, fields) } : { object: fields };
}

export const isFileType = (type: ValueType | undefined): boolean => typeof type === "object" && "file" in type;
export const isListType = (type: ValueType | undefined): boolean => typeof type === "object" && "list" in type;

/** The type that a value plainly has. */
export function typeOfValue(value: unknown): ValueType {
  if (typeof value === "string") return "string";
  if (typeof value === "boolean") return "boolean";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  if (Array.isArray(value)) {
    const inner = value.map(typeOfValue);
    const first = inner[0];
    const same = first !== undefined && inner.every((one) => typeKey(one) === typeKey(first));
    return { list: same ? first : "any" };
  }
  if (isRecord(value))
    return { object: Object.entries(value).map(([name, part]) => ({ name, type: typeOfValue(part) })) };
  return "any";
}

/** The type that a JSON schema describes, as tools declare their arguments. */
export function typeOfSchema(schema: unknown, depth = 0): ValueType {
  if (!isRecord(schema) || depth > 8) return "any";
  const types = Array.isArray(schema.type) ? (schema.type as unknown[]).filter((type) => type !== "null") : [schema.type];
  if (types.length !== 1) return "any";
  switch (types[0]) {
    case "string":
      return schema.format === "date-time" ? "time" : "string";
    case "integer":
    case "number":
    case "boolean":
      return types[0];
    case "array":
      return { list: typeOfSchema(schema.items, depth + 1) };
    case "object":
      return { object: fieldsOfSchema(schema, depth + 1) };
    default:
      return "any";
  }
}

/** The properties of an object's schema as fields. */
export function fieldsOfSchema(schema: unknown, depth = 0): ValueField[] {
  if (!isRecord(schema) || !isRecord(schema.properties)) return [];
  const required = Array.isArray(schema.required) ? (schema.required as unknown[]) : [];
  return Object.entries(schema.properties).map(([name, property]) => ({
    name,
    type: typeOfSchema(property, depth),
    ...(required.includes(name) ? { required: true } : {}),
    ...(isRecord(property) && typeof property.description === "string" ? { description: property.description } : {}),
    ...(isRecord(property) && property.default !== undefined ? { default: property.default } : {}),
  }));
}
