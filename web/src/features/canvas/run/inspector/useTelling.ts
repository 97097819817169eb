import type { Step, WorkflowDocument } from "@/api/types";
import { useEditor } from "../../store";
import type { RunFold } from "../run-fold";

export interface Telling {
  text: string;
  /** The output node that tells what this one writes; none: it tells by itself. */
  by?: string;
}

/** What a node is telling right now: an output or end node its message, a model what an output node quotes of it. */
export function useTelling(id: string, fold: RunFold, step: Step): Telling | undefined {
  const document = useEditor((state) => state.document);
  if (step.finished_at !== null) return undefined;
  return telling(document, id, fold, step);
}

export function telling(
  document: WorkflowDocument,
  id: string,
  fold: RunFold,
  step: Step,
): Telling | undefined {
  const open = fold.told.findLast(({ done, text }) => !done && text !== "");
  if (!open || open.step === null) return undefined;
  if (open.step === step.seq) return { text: open.text };
  const speaker = fold.steps.get(open.step)?.node?.id;
  const node = speaker === undefined ? undefined : document.nodes?.[speaker];
  const quotes = node?.inputs?.some(({ value }) => value && "ref" in value && value.ref.node === id);
  return quotes ? { text: open.text, by: node?.title || speaker } : undefined;
}
