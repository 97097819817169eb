/** Around workflows: the gallery, folders, moving, who else edits, a model's help. */
import type {
  ExplainedRun,
  MovedWorkflow,
  Proposal,
  WorkflowDocument,
  WorkflowEditor,
  WorkflowFolder,
  WorkflowPresence,
} from "../src/api/types/index.ts";
import { ago, db, id } from "./db.ts";
import { templates } from "./gallery.ts";
import { notFound, Refusal, type Routes } from "./http.ts";
import { find, of } from "./workflows.ts";

const MODEL = "Offline";

/** Tabs by workflow; those that said nothing for a while are gone. */
const tabs = new Map<string, Map<string, { editor: WorkflowEditor; at: number }>>();
const AGAIN = 10;

function tell(workflow: string, session: string, node: string | null, leave: boolean): WorkflowPresence {
  const here = tabs.get(workflow) ?? new Map<string, { editor: WorkflowEditor; at: number }>();
  tabs.set(workflow, here);
  const known = here.get(session)?.editor;
  const editor = { user_id: db.owner?.id ?? "", name: db.owner?.name ?? "", is_caller: true, since: known?.since ?? ago(), node };
  if (leave) here.delete(session);
  else here.set(session, { editor, at: Date.now() });
  for (const [key, { at }] of here) if (Date.now() - at > 2 * AGAIN * 1000) here.delete(key);
  const others = [...here].filter(([key]) => key !== session).map(([, one]) => one.editor);
  return { others, again_in_seconds: AGAIN };
}

export const routes: Routes = {
  "GET /workflow-templates": () => ({ items: templates() }),
  "GET /workspaces/:id/workflow-folders": ({ params }) => {
    const counts = new Map<string, number>();
    for (const { workflow } of of(params.id ?? ""))
      if (workflow.folder !== "") counts.set(workflow.folder, (counts.get(workflow.folder) ?? 0) + 1);
    const items = [...counts].map(([name, workflows]): WorkflowFolder => ({ name, workflows }));
    return { items: items.sort((a, b) => a.name.localeCompare(b.name)) };
  },
  "POST /workflows/:id/move": ({ params, body }): MovedWorkflow => {
    const { workflow } = find(params.id);
    if (!db.workspaces.some((one) => one.id === body.workspace_id)) throw notFound();
    Object.assign(workflow, { workspace_id: body.workspace_id, folder: "", updated_at: ago() });
    return { workflow, left_behind: [], callers: [] };
  },
  "POST /workflows/:id/presence": ({ params, body }) =>
    tell(params.id ?? "", body.session, body.node ?? null, body.leave === true),
  /** Notes what was asked for on the canvas: something to look at in the proposal. */
  "POST /workflows/:id/assist": ({ body }): Proposal => {
    const document = structuredClone(body.document) as WorkflowDocument;
    const note = { kind: "comment", version: 1, title: "", params: { text: body.instruction } };
    document.nodes = { ...document.nodes, [`note_${id()}`]: note as never };
    return { document, findings: [], summary: "A note says what was asked for.", model: MODEL };
  },
  "POST /runs/:id/explain": ({ params }): ExplainedRun => {
    const stored = db.runs.find(({ run }) => run.id === params.id);
    if (!stored) throw notFound();
    const { error } = stored.run;
    if (!error) throw new Refusal(409, "run_not_failed", "This run did not fail.");
    return { text: `The run ended with ${error.code}: ${error.message}`, model: MODEL };
  },
};
