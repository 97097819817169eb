/** Workflows: drafts, versions, a run that is over at once. */
import type {
  RunEvent,
  Step,
  Workflow,
  WorkflowDocument,
  WorkflowDraft,
  WorkflowVersionDetail,
} from "../src/api/types/index.ts";
import { ago, db, id } from "./db.ts";
import { templates } from "./gallery.ts";
import { notFound, paged, Refusal, type Routes } from "./http.ts";
import { KINDS } from "./node-kinds.ts";

interface Stored {
  workflow: Workflow;
  draft: WorkflowDraft;
  versions: WorkflowVersionDetail[];
}

const stored: Stored[] = [];

const ref = (node: string, ...path: string[]) => ({ ref: { node, path } });
const sample = (): WorkflowDocument =>
  ({
    format: 1,
    mode: "workflow",
    limits: {},
    nodes: {
      start: {
        kind: "start",
        title: "Start",
        version: 1,
        outputs: [
          { name: "topic", type: "string", required: true, description: "What it is about" },
          { name: "names", type: { list: "string" }, default: ["Ada", "Lin"] },
          { name: "urgent", type: "boolean" },
          { name: "person", type: { object: [{ name: "age", type: "integer" }] } },
          { name: "picture", type: { file: "image" } },
        ],
      },
      loop: {
        kind: "loop",
        title: "For each name",
        version: 1,
        params: { over: "lists" },
        inputs: [{ name: "names", type: { list: "string" }, value: ref("start", "names") }],
        outputs: [{ name: "texts", type: { list: "string" } }],
      },
      greet: {
        kind: "text",
        title: "Greet",
        version: 1,
        parent: "loop",
        params: { method: "concat", concat: "Hello {{name}}" },
        inputs: [{ name: "name", type: "string", value: ref("loop", "names") }],
        outputs: [{ name: "output", type: "string" }],
      },
      end: {
        kind: "end",
        title: "End",
        version: 1,
        inputs: [{ name: "texts", type: { list: "string" }, value: ref("loop", "texts") }],
      },
    },
    edges: [
      { from: "start", to: "loop" },
      { from: "loop", port: "body", to: "greet" },
      { from: "greet", to: "loop" },
      { from: "loop", to: "end" },
    ],
  }) as unknown as WorkflowDocument;

function add(workspaceId: string, input: Partial<Workflow> & { name: string }, document = sample()): Stored {
  const workflow: Workflow = {
    id: id(),
    workspace_id: workspaceId,
    name: input.name,
    description: input.description ?? "",
    icon: input.icon ?? "",
    folder: input.folder ?? "",
    mode: input.mode ?? "workflow",
    created_by: db.owner?.id ?? "",
    created_at: ago(),
    updated_at: ago(),
    published_version: null,
    published_at: null,
    has_unpublished_changes: true,
  };
  const draft = {
    document,
    revision: 1,
    updated_by: workflow.created_by,
    updated_by_name: db.owner?.name ?? "",
    updated_at: ago(),
    findings: [],
  } as unknown as WorkflowDraft;
  const made = { workflow, draft, versions: [] };
  stored.unshift(made);
  return made;
}

export function of(workspaceId: string): Stored[] {
  const mine = () => stored.filter(({ workflow }) => workflow.workspace_id === workspaceId);
  if (mine().length === 0 && db.workspaces.some((w) => w.id === workspaceId && w.kind === "team"))
    publish(add(workspaceId, { name: "Greetings", description: "Says hello to each of them", icon: "👋" }), {
      notes: "First",
    });
  return mine();
}

export function find(wanted: string | undefined): Stored {
  const found = stored.find(({ workflow }) => workflow.id === wanted);
  if (!found) throw notFound();
  return found;
}

function publish(one: Stored, { version, notes }: { version?: string; notes?: string }) {
  const made = {
    version: version ?? `v0.0.${one.versions.length + 1}`,
    notes: notes ?? "",
    published_by: one.workflow.created_by,
    published_by_name: db.owner?.name ?? "",
    published_at: ago(),
    document: structuredClone(one.draft.document),
  };
  one.versions.unshift(made);
  Object.assign(one.workflow, {
    published_version: made.version,
    published_at: made.published_at,
    has_unpublished_changes: false,
  });
  return made;
}

const version = (one: Stored, wanted: string | undefined) => {
  const found = one.versions.find((item) => item.version === wanted);
  if (!found) throw new Refusal(404, "version_not_found", "This workflow has no such version.");
  return found;
};

function step(seq: number, node: string, path: string, output: unknown): Step {
  const found = (sample().nodes ?? {})[node];
  return {
    seq,
    kind: "node",
    name: found?.title ?? node,
    status: "completed",
    started_at: ago(1 - seq / 10),
    finished_at: ago(0.95 - seq / 10),
    duration_ms: 50,
    input: {},
    output,
    error: null,
    usage: null,
    cost: null,
    attempt: 1,
    node: { id: node, kind: found?.kind ?? "", path },
    port: null,
    warnings: [],
    raw: null,
    pinned: false,
    run_id: null,
  };
}

function run(one: Stored, inputs: Record<string, unknown>, draft: boolean) {
  const names = Array.isArray(inputs.names) ? inputs.names : ["Ada", "Lin"];
  const texts = names.map((name) => `Hello ${String(name)}`);
  const started = {
    id: id(),
    workspace_id: one.workflow.workspace_id,
    program: "workflow",
    agent_id: null,
    agent_name: "",
    agent_version: null,
    workflow_id: one.workflow.id,
    workflow_name: one.workflow.name,
    workflow_version: draft ? null : one.workflow.published_version,
    forked_from: null,
    parent_run_id: null,
    root_run_id: null,
    root_step: null,
    conversation_id: null,
    section_id: null,
    status: "completed" as const,
    error: null,
    usage: { input_tokens: 0, output_tokens: 0, total_tokens: 0, cached_tokens: 0, reasoning_tokens: 0 },
    cost: null,
    required_action: null,
    output: { texts },
    meta: {},
    created_by: one.workflow.created_by,
    created_at: ago(1),
    started_at: ago(1),
    finished_at: ago(),
    resumed: 0,
    steps: [
      step(1, "start", "", inputs),
      step(2, "loop", "", { texts }),
      ...texts.map((output, at) => step(3 + at, "greet", `loop[${at}]/`, { output })),
      step(3 + texts.length, "end", "", { texts }),
    ],
  };
  const { steps, ...answer } = started;
  const told: RunEvent[] = [
    { event: "run.created", data: { run: answer } },
    ...steps.map((one): RunEvent => ({ event: "step.completed", data: { step: one } })),
    { event: "run.completed", data: { run: answer } },
  ];
  const events = told.map((event, at) => ({ id: at + 1, event }));
  db.runs.unshift({ run: started, events, listeners: new Set(), cancelled: false });
  return answer;
}

export const routes: Routes = {
  "GET /node-types": () => ({ items: KINDS }),
  "GET /workspaces/:id/workflows": ({ params, query }) => {
    const q = query.get("q")?.toLowerCase() ?? "";
    // An empty parameter is none; a blank name is that of no folder.
    const folder = query.get("folder") || undefined;
    const found = of(params.id ?? "").filter(
      ({ workflow }) =>
        workflow.name.toLowerCase().includes(q) && (folder === undefined || workflow.folder === folder.trim()),
    );
    return paged(found.map(({ workflow }) => workflow), query);
  },
  "POST /workspaces/:id/workflows": ({ params, body }) => {
    const template = templates().find((one) => one.id === body.template);
    return add(params.id ?? "", { mode: template?.mode, icon: template?.icon, ...body }, body.document ?? template?.document).workflow;
  },
  "POST /workspaces/:id/workflows/import": ({ params, body }) => ({
    workflow: add(params.id ?? "", { name: body.name ?? "Imported workflow" }).workflow,
    report: { nodes: [], notes: [] },
  }),
  "GET /workflows/:id": ({ params }) => find(params.id).workflow,
  "PATCH /workflows/:id": ({ params, body }) => Object.assign(find(params.id).workflow, body, { updated_at: ago() }),
  "DELETE /workflows/:id": ({ params }) => {
    stored.splice(stored.indexOf(find(params.id)), 1);
    return {};
  },
  "POST /workflows/:id/duplicate": ({ params, body }) => {
    const { workflow, draft } = find(params.id);
    const copy = { ...workflow, name: body.name ?? `${workflow.name} (copy)` };
    return add(workflow.workspace_id, copy, structuredClone(draft.document) as WorkflowDocument).workflow;
  },
  "GET /workflows/:id/draft": ({ params }) => find(params.id).draft,
  "PUT /workflows/:id/draft": ({ params, body }) => {
    const { draft, workflow } = find(params.id);
    if (body.revision !== draft.revision)
      throw new Refusal(409, "draft_changed", "Somebody else changed this draft since you loaded it.");
    workflow.has_unpublished_changes = true;
    return Object.assign(draft, { document: body.document, revision: draft.revision + 1, updated_at: ago() });
  },
  "POST /workflows/:id/validate": () => ({ valid: true, findings: [] }),
  "POST /workflows/:id/publish": ({ params, body }) => publish(find(params.id), body),
  "POST /workflows/:id/unpublish": ({ params }) =>
    Object.assign(find(params.id).workflow, {
      published_version: null,
      published_at: null,
      has_unpublished_changes: true,
    }),
  "GET /workflows/:id/versions": ({ params, query }) => paged(find(params.id).versions, query),
  "GET /workflows/:id/versions/:version": ({ params }) => version(find(params.id), params.version),
  "POST /workflows/:id/versions/:version/restore": ({ params }) => {
    const one = find(params.id);
    const { document } = structuredClone(version(one, params.version));
    return Object.assign(one.draft, { document, revision: one.draft.revision + 1 });
  },
  "GET /workflows/:id/diff": () => ({
    document: [],
    added: [],
    removed: [],
    changed: [],
    edges_added: [],
    edges_removed: [],
    truncated: false,
  }),
  "GET /workflows/:id/references": () => ({ items: [] }),
  "GET /workflows/:id/export": ({ params, query }) => {
    const { document } = find(params.id).draft;
    return query.get("report") === "true" ? { file: document, report: { nodes: [], notes: [] } } : document;
  },
  "POST /workflows/:id/runs": ({ params, body }) => run(find(params.id), body.inputs ?? {}, body.draft === true),
  "POST /workflows/:id/nodes/:node/runs": ({ params, body }) => run(find(params.id), body.inputs ?? {}, true),
};
