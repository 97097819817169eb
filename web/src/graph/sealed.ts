/**
 * Secrets in a document: the server seals what is typed and gives back a sealed text. Taking that
 * over keeps what was typed out of the page, and a later save from sending it again.
 */
import type { WorkflowDocument, WorkflowNode } from "@/api/types";
import { nodeOf, nodesOf, withNodes } from "./document";
import { sameDocument } from "./diff";

/** What sealed texts begin with; by itself: a secret was taken out. */
export const SEALED = "sealed:";

export const isSealed = (value: unknown): value is string => typeof value === "string" && value.startsWith(SEALED) && value !== SEALED;

/** A place where the server sealed what was typed. */
export interface Sealing {
  node: string;
  keys: readonly (string | number)[];
  typed: string;
  sealed: string;
}

/** What of a document that was sent the server has sealed. */
export function sealings(sent: WorkflowDocument, got: WorkflowDocument): Sealing[] {
  const found: Sealing[] = [];
  const compare = (node: string, keys: (string | number)[], a: unknown, b: unknown): void => {
    if (Object.is(a, b)) return;
    if (typeof a === "string") {
      if (!a.startsWith(SEALED) && a !== "" && isSealed(b)) found.push({ node, keys, typed: a, sealed: b });
    } else if (Array.isArray(a)) {
      if (Array.isArray(b)) a.forEach((one, at) => compare(node, [...keys, at], one, (b as unknown[])[at]));
    } else if (isRecord(a) && isRecord(b)) for (const key of Object.keys(a)) compare(node, [...keys, key], a[key], b[key]);
  };
  for (const [id, node] of Object.entries(nodesOf(sent))) {
    const other = nodeOf(got, id);
    if (other && other.kind === node.kind) compare(id, [], node.params ?? {}, other.params ?? {});
  }
  return found;
}

/** A document with the sealed texts in the place of the typed ones; what says something else stays. */
export function withSealed(document: WorkflowDocument, sealed: readonly Sealing[]): WorkflowDocument {
  const changed: Record<string, WorkflowNode> = {};
  for (const { node: id, keys, typed, sealed: text } of sealed) {
    const node = changed[id] ?? nodeOf(document, id);
    const params = node && put(node.params, keys, typed, text);
    if (node && params !== node.params) changed[id] = { ...node, params: params as Record<string, unknown> };
  }
  return Object.keys(changed).length === 0 ? document : withNodes(document, changed);
}

function put(value: unknown, keys: Sealing["keys"], typed: string, text: string): unknown {
  const [key, ...rest] = keys;
  if (key === undefined) return value === typed ? text : value;
  if (Array.isArray(value)) {
    const inner = put(value[Number(key)], rest, typed, text);
    return inner === value[Number(key)] ? value : value.map((one: unknown, at) => (at === Number(key) ? inner : one));
  }
  if (!isRecord(value)) return value;
  const inner = put(value[key], rest, typed, text);
  return inner === value[key] ? value : { ...value, [key]: inner };
}

/** Whether the server has what was sent, its secrets sealed. */
export const sameButSealed = (sent: WorkflowDocument, got: WorkflowDocument): boolean =>
  sameDocument(withSealed(sent, sealings(sent, got)), got);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
