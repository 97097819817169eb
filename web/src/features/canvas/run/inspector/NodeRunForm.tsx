/** Runs one node by itself, with what it was given last or something else. */
import { Play } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ValueField, WorkflowNode } from "@/api/types";
import { InputsForm } from "@/features/workflows/inputs/InputsForm";
import { Button } from "@/ui/button";
import { useEditor } from "../../store";
import { useRunActions } from "../actions";
import { useRun, useRunStore } from "../context";
import { shownStep } from "../pager";
import { remembered } from "../remembered";
import { foldOf } from "../store";

/** What a node is given when it runs by itself; of one that runs for each element, its lists and what else it reads. */
export function fieldsOf(id: string, node: WorkflowNode): ValueField[] {
  const own = (node.inputs ?? []).map(({ name, type }) => ({ name, type }));
  if (!node.batch) return own;
  const lists = (node.batch as { lists?: typeof node.inputs }).lists ?? [];
  const ofElement = new Set(
    (node.inputs ?? [])
      .filter(({ value }) => value && "ref" in value && value.ref.node === id)
      .map(({ name }) => name),
  );
  return [
    ...lists.map(({ name, type }) => ({ name, type })),
    ...own.filter(({ name }) => !ofElement.has(name) && !lists.some((list) => list.name === name)),
  ];
}

export function NodeRunForm({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const store = useRunStore();
  const actions = useRunActions();
  const workflow = useEditor((state) => state.workflow.id);
  const node = useEditor(({ document }) => document.nodes?.[id]);
  const starting = useRun((state) => state.starting);
  const [initial] = useState(() => {
    const state = store.getState();
    const given: unknown = shownStep(foldOf(state, id), id, node?.batch ? {} : state.focus)?.input;
    const last = typeof given === "object" && given !== null ? (given as Record<string, unknown>) : undefined;
    return last ?? remembered(workflow).nodes?.[id] ?? {};
  });
  if (!node) return null;
  return (
    <section
      aria-label={t("workflows:run.node")}
      className="max-w-2xl rounded-lg border border-line bg-canvas px-4 py-3"
    >
      <InputsForm
        className="space-y-3"
        fields={fieldsOf(id, node)}
        initial={initial}
        onSubmit={(inputs) => void actions.runNode(id, inputs).then((run) => run && onClose())}
      >
        <div className="flex gap-2">
          <Button size="sm" variant="primary" type="submit" busy={starting}>
            {!starting && <Play />}
            {t("workflows:run.node")}
          </Button>
          <Button size="sm" onClick={onClose}>
            {t("common:action.cancel")}
          </Button>
        </div>
      </InputsForm>
    </section>
  );
}
