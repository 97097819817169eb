/**
 * What the texts among a kind's params are: a JSON schema says that something is a text, not that it
 * names an input or is a template. By kind and dotted path; lists are walked through.
 */

export type Role =
  | "long"
  | "template"
  | "line"
  | "jinja"
  | "expression"
  | "input"
  | "inputs"
  | "code"
  | "sql"
  | "keys"
  | "zone";

const TALK: Record<string, Role> = { system_prompt: "template" };
const WHERE: Record<string, Role> = { "where.conditions.input": "input" };
const SET: Record<string, Role> = { "set.input": "input" };

const ROLES: Record<string, Record<string, Role>> = {
  end: { answer: "template" },
  output: { message: "template" },
  comment: { text: "long" },
  approval: { message: "template" },
  question: { ...TALK, question: "template", options_from: "input" },
  intent: { ...TALK, intents: "long" },
  model: {
    ...TALK,
    prompt: "template",
    images: "inputs",
    "skills.knowledge.no_recall_reply": "long",
  },
  condition: {
    "branches.expr": "expression",
    "branches.conditions.left": "input",
    "branches.conditions.right": "input",
  },
  loop: { variables: "inputs" },
  merge: { "groups.inputs": "inputs" },
  set_variable: SET,
  assign_variable: SET,
  text: { template: "template", input: "input" },
  template: { template: "jinja" },
  code: { code: "code" },
  http_request: {
    url: "template",
    "headers.value": "line",
    "query.value": "line",
    "auth.username": "line",
    "tls.ca": "long",
    "tls.certificate": "long",
    "tls.key": "long",
    "body.content": "template",
    "body.fields.value": "line",
    "body.file": "input",
  },
  filter_list: { input: "input", expr: "expression" },
  sort_list: { input: "input", "by.path": "keys" },
  aggregate_list: { input: "input", path: "keys", group_by: "keys" },
  date_time: { time_zone: "zone" },
  database_sql: { sql: "sql" },
  database_select: WHERE,
  database_insert: SET,
  database_update: { ...SET, ...WHERE },
  database_delete: WHERE,
};

/** The dotted path of a pointer below `/params`, without places in lists. */
export const dotted = (pointer: string): string =>
  pointer
    .replace(/^\/params\/?/, "")
    .split("/")
    .filter((key) => key !== "" && !/^\d+$/.test(key))
    .join(".");

/** What a text is; kinds that are not known here say `{{…}}` in its description. */
export function roleOf(kind: string, path: string, description?: unknown): Role | undefined {
  const known = ROLES[kind];
  if (known) return known[path];
  return typeof description === "string" && description.includes("{{") ? "template" : undefined;
}

/** Names that an expression of a kind may use besides the inputs. */
export const EXTRA_NAMES: Record<string, readonly string[]> = { filter_list: ["item", "index"] };
