/**
 * The JSON schema of a kind's params as a form: what can be entered at a place, what a new value
 * looks like, and what is wrong with the one that is there. Schemas are read one level at a time,
 * so that a schema inside itself does no harm.
 */
import type { Locale } from "@/api/types";
import { isRecord, pointer } from "../pointer";

export type Schema = Readonly<Record<string, unknown>>;

export interface Choice {
  value: string | number | boolean;
  label: string;
}

export interface Property {
  name: string;
  schema: Schema;
  required: boolean;
}

export interface Variant {
  label: string;
  schema: Schema;
  /** Value of the property that tells the variants apart. */
  tag: unknown;
}

/** What is entered at a place. `nullable`: it can be left open. */
export type Shape = { nullable: boolean } & (
  | { kind: "text"; secret?: true }
  | { kind: "number"; integer: boolean; min: number | undefined; max: number | undefined }
  | { kind: "flag" }
  | { kind: "choice"; choices: Choice[] }
  | { kind: "list"; item: Schema }
  | { kind: "object"; properties: Property[] }
  | { kind: "variants"; tag: string | undefined; variants: Variant[] }
  | { kind: "json" }
);

/** What is wrong, as the end of an i18n key, and the bound it broke. */
export type FaultKey =
  | "required"
  | "text"
  | "number"
  | "integer"
  | "min"
  | "max"
  | "flag"
  | "choice"
  | "list"
  | "items"
  | "object"
  | "unknown";

export interface SchemaFault {
  path: string;
  key: FaultKey;
  bound?: number;
}

const isNull = (schema: Schema): boolean => schema.type === "null" || schema.const === null;
const schemas = (value: unknown): Schema[] => (Array.isArray(value) ? value.filter(isRecord) : []);
const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];

/** The definition behind a reference; what stands beside the reference wins. */
export function resolved(schema: Schema, root: Schema): Schema {
  let at = schema;
  // A chain of references is short; a circle of them is cut.
  for (let step = 0; step < 16 && typeof at.$ref === "string"; step++) {
    const { $ref, ...beside } = at;
    let target: unknown = root;
    for (const key of String($ref).replace(/^#\/?/, "").split("/").filter(Boolean))
      target = isRecord(target) ? target[key.replaceAll("~1", "/").replaceAll("~0", "~")] : undefined;
    at = { ...(isRecord(target) ? target : {}), ...beside };
  }
  if (!Array.isArray(at.allOf)) return at;
  const { allOf, ...own } = at;
  return schemas(allOf)
    .map((part) => resolved(part, root))
    .reduce<Schema>((whole, part) => {
      const properties = { ...recordOf(part.properties), ...recordOf(whole.properties) };
      return {
        ...part,
        ...whole,
        ...(Object.keys(properties).length > 0 ? { properties } : {}),
        required: [...strings(part.required), ...strings(whole.required)],
      };
    }, own);
}

const recordOf = (value: unknown): Record<string, unknown> => (isRecord(value) ? value : {});

/** What is entered here. */
export function shapeOf(given: Schema, root: Schema, locale: Locale): Shape {
  const schema = resolved(given, root);
  const parts = [...schemas(schema.oneOf), ...schemas(schema.anyOf)].map((part) => resolved(part, root));
  if (parts.length > 0) {
    const some = parts.filter((part) => !isNull(part));
    const nullable = some.length < parts.length;
    if (some.length === 1) {
      const { oneOf: _, anyOf: __, ...outer } = schema;
      const shape = shapeOf({ ...some[0], ...outer }, root, locale);
      return { ...shape, nullable: nullable || shape.nullable };
    }
    const constants = some.map((part) => constantOf(part));
    if (constants.every((constant) => constant !== undefined)) {
      const titles = [schema, ...some].reduce<Schema>((all, part) => ({ ...all, ...recordOf(part["x-titles"]) }), {});
      return { kind: "choice", nullable, choices: constants.map((value) => ({ value, label: titled(titles, value, locale) })) };
    }
    if (some.length > 1) return variantsOf(some, nullable, locale);
  }
  const types = typeof schema.type === "string" ? [schema.type] : strings(schema.type);
  const nullable = types.includes("null");
  const values = Array.isArray(schema.enum) ? schema.enum : "const" in schema ? [schema.const] : undefined;
  if (values) {
    const titles = recordOf(schema["x-titles"]);
    const choices = values.filter(isConstant).map((value) => ({ value, label: titled(titles, value, locale) }));
    return { kind: "choice", nullable: nullable || values.includes(null), choices };
  }
  const plain = types.filter((type) => type !== "null");
  if (plain.length > 1 && !(plain.length === 2 && plain.includes("integer") && plain.includes("number")))
    return { kind: "json", nullable };
  switch (plain[0]) {
    case "string":
      return schema.format === "password" && schema.writeOnly === true ? { kind: "text", nullable, secret: true } : { kind: "text", nullable };
    case "integer":
    case "number":
      return {
        kind: "number",
        nullable,
        integer: !plain.includes("number"),
        min: number(schema.minimum),
        max: number(schema.maximum),
      };
    case "boolean":
      return { kind: "flag", nullable };
    case "array":
      return { kind: "list", nullable, item: recordOf(schema.items) };
    default: {
      const properties = Object.entries(recordOf(schema.properties));
      // An object of unknown names is written as JSON.
      if (properties.length === 0 && !(plain[0] === "object" && schema.additionalProperties === false))
        return { kind: "json", nullable };
      const required = strings(schema.required);
      return {
        kind: "object",
        nullable,
        properties: properties
          .filter((entry): entry is [string, Record<string, unknown>] => isRecord(entry[1]))
          .map(([name, inner]) => ({ name, schema: inner, required: required.includes(name) })),
      };
    }
  }
}

const number = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);
const isConstant = (value: unknown): value is string | number | boolean =>
  ["string", "number", "boolean"].includes(typeof value);

/** The one value that a schema allows. */
function constantOf(schema: Schema): string | number | boolean | undefined {
  const only: unknown = "const" in schema ? schema.const : Array.isArray(schema.enum) && schema.enum.length === 1 ? schema.enum[0] : undefined;
  return isConstant(only) ? only : undefined;
}

function titled(titles: Schema, value: string | number | boolean, locale: Locale): string {
  const title = titles[String(value)];
  const text = isRecord(title) ? title[locale] : undefined;
  return typeof text === "string" ? text : String(value);
}

function variantsOf(parts: Schema[], nullable: boolean, locale: Locale): Shape {
  const first = recordOf(parts[0]?.properties);
  const tag = Object.keys(first).find((name) =>
    parts.every((part) => {
      const property = recordOf(part.properties)[name];
      return isRecord(property) && constantOf(property) !== undefined;
    }),
  );
  return {
    kind: "variants",
    nullable,
    tag,
    variants: parts.map((schema, at) => {
      const property = tag === undefined ? undefined : recordOf(schema.properties)[tag];
      const value = isRecord(property) ? constantOf(property) : undefined;
      const label =
        value !== undefined && isRecord(property)
          ? titled(recordOf(property["x-titles"]), value, locale)
          : (titleOf(schema, locale) ?? String(at + 1));
      return { label, schema, tag: value };
    }),
  };
}

/** A parameter's name for people. */
export function titleOf(schema: Schema, locale: Locale): string | undefined {
  const title = (locale === "zh-CN" ? schema["x-title-zh"] : undefined) ?? schema.title;
  return typeof title === "string" && title !== "" ? title : undefined;
}

/** Which variant a value is; the first if it is none. */
export function variantOf(value: unknown, shape: Shape, root: Schema, locale: Locale): number {
  if (shape.kind !== "variants") return 0;
  if (shape.tag !== undefined) {
    const tag = isRecord(value) ? value[shape.tag] : undefined;
    return Math.max(0, shape.variants.findIndex((variant) => variant.tag === tag));
  }
  const fits = shape.variants.map(({ schema }) => faultsOf(schema, value, root, locale).length);
  const exact = fits.indexOf(0);
  if (exact >= 0) return exact;
  const keys = isRecord(value) ? Object.keys(value) : [];
  const known = shape.variants.map(({ schema }) => keys.filter((key) => key in recordOf(schema.properties)).length);
  return Math.max(0, known.indexOf(Math.max(...known)));
}

/** A new value: the default, or the least that is allowed. */
export function blankOf(given: Schema, root: Schema, locale: Locale, depth = 0): unknown {
  const schema = resolved(given, root);
  if (schema.default !== undefined) return structuredClone(schema.default);
  const shape = shapeOf(schema, root, locale);
  if (shape.nullable) return null;
  switch (shape.kind) {
    case "text":
      return "";
    case "number":
      return shape.min ?? 0;
    case "flag":
      return false;
    case "choice":
      return shape.choices[0]?.value ?? null;
    case "list":
      return [];
    case "json":
      return schema.type === "object" ? {} : null;
    case "variants":
      return depth > 8 ? null : blankOf(shape.variants[0]?.schema ?? {}, root, locale, depth + 1);
    case "object":
      return Object.fromEntries(
        (depth > 8 ? [] : shape.properties)
          .filter(({ required }) => required)
          .map(({ name, schema: inner }) => [name, blankOf(inner, root, locale, depth + 1)]),
      );
  }
}

/** The value as another variant, with the properties that both have. */
export function asVariant(value: unknown, to: Schema, root: Schema, locale: Locale): unknown {
  const blank = blankOf(to, root, locale);
  if (!isRecord(value) || !isRecord(blank)) return blank;
  const properties = recordOf(resolved(to, root).properties);
  const kept = Object.entries(value).filter(([name, part]) => {
    const property = properties[name];
    if (!isRecord(property) || constantOf(property) !== undefined) return false;
    return faultsOf(property, part, root, locale).length === 0;
  });
  return { ...blank, ...Object.fromEntries(kept) };
}

/** Everything that is wrong with a value, each with its pointer. */
export function faultsOf(given: Schema, value: unknown, root: Schema, locale: Locale, path = "", depth = 0): SchemaFault[] {
  const shape = shapeOf(given, root, locale);
  const one = (key: FaultKey, bound?: number): SchemaFault[] => [bound === undefined ? { path, key } : { path, key, bound }];
  if (value === null && shape.nullable) return [];
  if (depth > 32) return [];
  switch (shape.kind) {
    case "json":
      return [];
    case "text":
      return typeof value === "string" ? [] : one("text");
    case "flag":
      return typeof value === "boolean" ? [] : one("flag");
    case "choice":
      return shape.choices.some((choice) => choice.value === value) ? [] : one("choice");
    case "number":
      if (typeof value !== "number" || !Number.isFinite(value)) return one("number");
      if (shape.integer && !Number.isInteger(value)) return one("integer");
      if (shape.min !== undefined && value < shape.min) return one("min", shape.min);
      if (shape.max !== undefined && value > shape.max) return one("max", shape.max);
      return [];
    case "list": {
      if (!Array.isArray(value)) return one("list");
      const least = number(resolved(given, root).minItems);
      if (least !== undefined && value.length < least) return one("items", least);
      return value.flatMap((item, at) => faultsOf(shape.item, item, root, locale, pointer(path, at), depth + 1));
    }
    case "object": {
      if (!isRecord(value)) return one("object");
      const closed = resolved(given, root).additionalProperties === false;
      const names = new Set(shape.properties.map(({ name }) => name));
      return [
        ...shape.properties.flatMap(({ name, schema, required }) => {
          const inner = pointer(path, name);
          if (value[name] === undefined) return required ? [{ path: inner, key: "required" as const }] : [];
          return faultsOf(schema, value[name], root, locale, inner, depth + 1);
        }),
        ...(closed ? Object.keys(value).filter((name) => !names.has(name)) : []).map((name) => ({
          path: pointer(path, name),
          key: "unknown" as const,
        })),
      ];
    }
    case "variants": {
      const at = variantOf(value, shape, root, locale);
      const variant = shape.variants[at];
      return variant ? faultsOf(variant.schema, value, root, locale, path, depth + 1) : [];
    }
  }
}
