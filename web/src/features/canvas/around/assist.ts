/** A model's proposal for the document, and what it says about a run. Nothing is applied here. */
import { api, path } from "@/api/client";
import type { Finding, Id, Locale, WorkflowDocument } from "@/api/types";
import { nodeOf, nodesOf, withNodes } from "@/graph/document";
import type { Kinds } from "@/graph/kinds";
import { mergeDocuments } from "@/graph/merge";
import { placeMissing } from "@/graph/place";

export interface Proposal {
  document: WorkflowDocument;
  findings: Finding[];
  summary: string;
  /** The model's name. */
  model: string;
}

export const propose = (
  id: Id,
  input: { instruction: string; model_id?: Id; document: WorkflowDocument },
  signal?: AbortSignal,
) => api.post<Proposal>(path("workflows", id, "assist"), input, { signal });

export const explainRun = (id: Id, language: Locale, signal?: AbortSignal) =>
  api.post<{ text: string; model: string }>(path("runs", id, "explain"), {}, { signal, headers: { "accept-language": language } });

/** The proposal with every node in a place: those that were there stay where they are. */
export function placed(base: WorkflowDocument, proposed: WorkflowDocument, kinds: Kinds): WorkflowDocument {
  const nodes = Object.entries(nodesOf(proposed)).map(([id, node]) => {
    const { view: _, ...rest } = node;
    const before = nodeOf(base, id);
    // Within another container its old place means nothing.
    const stays = before && (before.parent ?? undefined) === (node.parent ?? undefined);
    return [id, (stays ? { ...node, view: before.view } : rest) as typeof node] as const;
  });
  return placeMissing(withNodes({ ...proposed, nodes: {} }, Object.fromEntries(nodes)), kinds);
}

/** The document with the proposal applied; what was edited since it was asked for is kept. */
export const applied = (base: WorkflowDocument, now: WorkflowDocument, proposed: WorkflowDocument): WorkflowDocument =>
  now === base ? proposed : mergeDocuments(base, now, proposed).document;
