/** What nodes give, what a node may refer to, and what becomes of a value's type. */
import type { ValueField, ValueType, WorkflowDocument, WorkflowNode, WorkflowNodeInput } from "@/api/types";
import { nodeOf, titleOf } from "./document";
import { declaredBy, isComment, isContainer, type Kinds } from "./kinds";
import { ancestorsOf, childrenOf, upstreamOf } from "./read";

/** A node whose values can be referred to. */
export interface RefSource {
  node: string;
  title: string;
  kind: string;
  fields: ValueField[];
  /** `element`: the node stands for the current element, the index and the variables of its repetition. */
  scope: "outputs" | "element";
}

/** What a node gives: what it declares, what its kind does, and what the engine adds. */
export function outputsOf(document: WorkflowDocument, kinds: Kinds, id: string): ValueField[] {
  const node = nodeOf(document, id);
  return node ? givenBy(node, kinds) : [];
}

/** The same for a node by itself. */
export function givenBy(node: WorkflowNode, kinds: Kinds): ValueField[] {
  if (node.batch) return [{ name: "outputList", type: { list: { object: node.outputs ?? [] } } }];
  const fields = [...(node.outputs ?? [])];
  const add = (field: ValueField) => {
    if (!fields.some(({ name }) => name === field.name)) fields.push(field);
  };
  declaredBy(kinds.get(node.kind)?.outputs).forEach(add);
  if (isContainer(kinds, node.kind))
    for (const { name } of collected(node)) add({ name, type: "any" });
  if ((node.policy?.on_error ?? "fail") !== "fail") {
    add({ name: "isSuccess", type: "boolean" });
    const body: ValueField[] = [
      { name: "errorMessage", type: "string" },
      { name: "errorCode", type: "any" },
    ];
    add({ name: "errorBody", type: { object: body } });
  }
  return fields;
}

/** What stands for a container, or a node that runs for each element, inside itself. */
export function elementOf(document: WorkflowDocument, kinds: Kinds, id: string): ValueField[] | undefined {
  const node = nodeOf(document, id);
  if (!node) return undefined;
  if (isContainer(kinds, node.kind)) return element(node.inputs ?? [], variablesOf(node));
  return node.batch ? element(node.batch.lists as WorkflowNodeInput[], []) : undefined;
}

function element(inputs: readonly WorkflowNodeInput[], variables: readonly string[]): ValueField[] {
  const fields: ValueField[] = [{ name: "index", type: "integer" }];
  for (const { name, type = "any" } of inputs)
    if (variables.includes(name)) fields.push({ name, type });
    else if (type === "any") fields.push({ name, type });
    else if (typeof type === "object" && "list" in type) fields.push({ name, type: type.list });
  return fields;
}

/** The inputs of a loop that are its variables. */
export function variablesOf(node: WorkflowNode): string[] {
  const names: unknown = node.params?.variables;
  return node.kind === "loop" && Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
}

interface Collected {
  name: string;
  from: { node: string; path?: string[] };
}

/** What a container gives out, as far as it can be read. */
export function collected(node: WorkflowNode): Collected[] {
  const all: unknown = node.params?.collect;
  if (!Array.isArray(all)) return [];
  return all.filter(
    (one): one is Collected =>
      typeof one === "object" && one !== null && "name" in one && typeof one.name === "string" &&
      "from" in one && typeof one.from === "object" && one.from !== null,
  );
}

/**
 * What a node's inputs may refer to: its own current element, those of the containers around it,
 * then the nodes before it, nearest first. Nodes that give nothing are left out.
 */
export function visibleFrom(document: WorkflowDocument, kinds: Kinds, id: string): RefSource[] {
  const node = nodeOf(document, id);
  if (!node) return [];
  const sources: RefSource[] = [];
  const add = (of: string, fields: ValueField[], scope: RefSource["scope"]) => {
    const kind = nodeOf(document, of)?.kind ?? "";
    if (fields.length > 0) sources.push({ node: of, title: titleOf(document, of), kind, fields, scope });
  };
  if (node.batch) add(id, elementOf(document, kinds, id) ?? [], "element");
  for (const around of ancestorsOf(document, id)) add(around, elementOf(document, kinds, around) ?? [], "element");
  for (const up of upstreamOf(document, id)) add(up, outputsOf(document, kinds, up), "outputs");
  return sources;
}

/** What a container may give out: what the nodes directly inside give, and its own variables. */
export function collectable(document: WorkflowDocument, kinds: Kinds, id: string): RefSource[] {
  const node = nodeOf(document, id);
  if (!node) return [];
  const sources: RefSource[] = [];
  const variables = (elementOf(document, kinds, id) ?? []).filter(({ name }) => variablesOf(node).includes(name));
  if (variables.length > 0)
    sources.push({ node: id, title: titleOf(document, id), kind: node.kind, fields: variables, scope: "element" });
  for (const child of childrenOf(document, id)) {
    const inner = nodeOf(document, child)!;
    const fields = outputsOf(document, kinds, child);
    if (!isComment(inner) && fields.length > 0)
      sources.push({ node: child, title: titleOf(document, child), kind: inner.kind, fields, scope: "outputs" });
  }
  return sources;
}

/** The type at a path into fields; `undefined`: it leads nowhere that is declared. */
export function typeAt(fields: readonly ValueField[], path: readonly string[]): ValueType | undefined {
  let type: ValueType = { object: [...fields] };
  for (const [at, key] of path.entries()) {
    if (type === "any" || (typeof type === "object" && "file" in type)) return "any";
    if (typeof type !== "object") return undefined;
    if ("object" in type) {
      // The top level is closed; an object without fields is of unknown shape.
      if (type.object.length === 0 && at > 0) return "any";
      const field: ValueField | undefined = type.object.find(({ name }) => name === key);
      if (!field) return undefined;
      type = field.type ?? "any";
    } else if ("list" in type && /^\d+$/.test(key)) type = type.list;
    else return undefined;
  }
  return type;
}

/** The type of what a reference of a node leads to; `undefined`: it is not visible or not declared. */
export function typeOfRef(
  document: WorkflowDocument,
  kinds: Kinds,
  from: string,
  ref: { node: string; path?: string[] },
): ValueType | undefined {
  const source = visibleFrom(document, kinds, from).find(({ node }) => node === ref.node);
  return source && typeAt(source.fields, ref.path ?? []);
}

/** How well values of a type become values of another. */
export type Fit = "never" | "perhaps" | "always";

type Shape = "any" | "string" | "time" | "integer" | "number" | "boolean" | "list" | "object" | "file";
const shapeOf = (type: ValueType): Shape =>
  typeof type === "string" ? type : "list" in type ? "list" : "object" in type ? "object" : "file";

export function fit(from: ValueType, to: ValueType): Fit {
  const [was, is] = [shapeOf(from), shapeOf(to)];
  if (was === "any" || is === "any" || is === "string" || is === "time") return "always";
  const numbers = (shape: Shape) => shape === "integer" || shape === "number";
  if (numbers(was) && numbers(is)) return "always";
  if (was === "list" && is === "list")
    return fit((from as { list: ValueType }).list, (to as { list: ValueType }).list);
  if (was === is && (was === "boolean" || was === "object")) return "always";
  if (is === "file" && (was === "object" || was === "file" || was === "string")) return "always";
  return was === "string" || was === "time" || was === "file" ? "perhaps" : "never";
}

/** Whether a value of one type can become one of another, perhaps by being read as it. */
export const assignable = (from: ValueType, to: ValueType): boolean => fit(from, to) !== "never";
