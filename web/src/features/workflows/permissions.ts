/** What a document may touch when it runs: told before it is published and after it was imported. */
import type { WorkflowDocument, WorkflowNode } from "@/api/types";

export const GROUPS = ["hosts", "code", "models", "tools", "workflows", "databases", "knowledge", "variables"] as const;
export type Group = (typeof GROUPS)[number];

export interface Touch {
  /** A host, or the id or name of what is touched; absent: only known when it runs, or the default. */
  name?: string;
  /** It is changed, not only read. */
  writes?: boolean;
  /** The nodes that do it. */
  nodes: string[];
}
export type Permissions = Record<Group, Touch[]>;

type Params = Record<string, unknown>;
const record = (value: unknown): Params =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Params) : {};
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

const MARK = "put-in-at-run-time";

/** The host that a URL leads to; `undefined` when inputs may decide it. */
export function hostOf(url: string): string | undefined {
  let read: URL;
  try {
    read = new URL(url.trim().replace(/\{\{.*?\}\}/gs, MARK));
  } catch {
    return undefined;
  }
  // What is put before the host may end in a slash and so be the host.
  if (!/^https?:$/.test(read.protocol) || [read.host, read.username, read.password].some((part) => part.includes(MARK)))
    return undefined;
  return read.host;
}

const MODELS = new Set(["model", "intent"]);
const WRITING = new Set(["database_insert", "database_update", "database_delete", "knowledge_write", "knowledge_delete"]);

export function permissionsOf(document: WorkflowDocument): Permissions {
  const found = Object.fromEntries(GROUPS.map((group) => [group, new Map<string, Touch>()])) as Record<Group, Map<string, Touch>>;
  for (const [id, node] of Object.entries(document.nodes ?? {}))
    for (const [group, name, writes] of touchesOf(node)) {
      const touch = found[group].get(name ?? "") ?? { ...(name === undefined ? {} : { name }), nodes: [] };
      if (writes) touch.writes = true;
      if (!touch.nodes.includes(id)) touch.nodes.push(id);
      found[group].set(name ?? "", touch);
    }
  return Object.fromEntries(GROUPS.map((group) => [group, [...found[group].values()]])) as Permissions;
}

type One = [group: Group, name: string | undefined, writes?: boolean];

function touchesOf(node: WorkflowNode): One[] {
  const params = record(node.params);
  const { kind } = node;
  if (kind === "http_request")
    return [params.url, ...filesOf(node, params)].map((url): One => ["hosts", hostOf(text(url) ?? "")]);
  if (kind === "code") return list(params.network).map((host): One => ["code", text(host)]);
  if (kind === "tool") return [["tools", text(params.tool)]];
  if (kind === "workflow") return [["workflows", text(params.workflow_id)]];
  if (MODELS.has(kind)) return [...modelsOf(node, params), ...skillsOf(params)];
  if (kind === "question") return params.extract === true ? modelsOf(node, params) : [];
  if (kind === "database_sql")
    return [["databases", text(params.database_id), !/^\s*select\b/i.test(text(params.sql) ?? "")]];
  if (kind.startsWith("database_")) return [["databases", text(params.database_id), WRITING.has(kind)]];
  if (kind === "knowledge_retrieve") return list(params.knowledge_ids).map((id): One => ["knowledge", text(id), false]);
  if (kind.startsWith("knowledge_")) return [["knowledge", text(params.knowledge_id), WRITING.has(kind)]];
  if (kind === "assign_variable")
    return list(params.set)
      .map(record)
      .filter(({ scope }) => scope === "user" || scope === "app")
      .map(({ scope, path }): One => ["variables", [scope, ...list(path)].join("."), true]);
  return [];
}

/** The addresses of the files that a request sends: each is fetched first. Inputs give those that are no text here. */
function filesOf(node: WorkflowNode, params: Params): unknown[] {
  const body = record(params.body);
  if (body.type === "form")
    return list(body.fields)
      .map(record)
      .filter(({ file }) => file === true)
      .flatMap(({ value }) => addressesOf(value));
  if (body.type !== "binary") return [];
  const given = node.inputs?.find(({ name }) => name === body.file);
  const value = record(given?.value);
  return "literal" in value ? addressesOf(value.literal) : given ? [undefined] : [];
}

/** What the server fetches for a value: a URL, a file with one, a list of these, also as JSON. Its own files it has. */
function addressesOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(addressesOf);
  if (typeof value === "object") return addressesOf(record(value).url ?? "");
  if (typeof value !== "string" || value.trim() === "" || value.trim().startsWith("/")) return [];
  // What inputs put into JSON may say anything.
  if (!/^\s*[[{]/.test(value) || value.includes("{{")) return [value];
  try {
    return addressesOf(JSON.parse(value) as unknown);
  } catch {
    return [value];
  }
}

function modelsOf(node: WorkflowNode, params: Params): One[] {
  const backup = record(node.policy?.backup);
  return ["model_id" in backup ? [params, backup] : [params]]
    .flat()
    .map(({ model_id }): One => ["models", text(model_id)]);
}

function skillsOf(params: Params): One[] {
  const skills = record(params.skills);
  return [
    ...list(skills.tools).map((tool): One => ["tools", text(record(tool).tool)]),
    ...list(skills.workflows).map((one): One => ["workflows", text(record(one).workflow_id)]),
    ...list(record(skills.knowledge).knowledge_ids).map((id): One => ["knowledge", text(id), false]),
  ];
}

export const touchesNothing = (permissions: Permissions): boolean =>
  GROUPS.every((group) => permissions[group].length === 0);
