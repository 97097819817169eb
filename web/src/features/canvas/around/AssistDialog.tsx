/** A change described in words becomes a proposal, seen on the canvas before it is taken. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { Sparkles } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Id, Proposal, WorkflowDocument } from "@/api/types";
import { ErrorNotice } from "@/app/feedback";
import { useWorkspace } from "@/app/session";
import { modelsQuery } from "@/features/models/queries";
import { Findings } from "@/features/workflows/Findings";
import { titleOf } from "@/graph/document";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field } from "@/ui/field";
import { NativeSelect, Textarea } from "@/ui/input";
import { Notice } from "@/ui/states";
import { toast } from "@/ui/toast";
import { useEditor, useEditorStore } from "../store";
import { applied, placed, propose } from "./assist";
import { ChangesView } from "./ChangesView";

const LONGEST = 4_000;

interface Asked {
  base: WorkflowDocument;
  proposal: Proposal;
  /** What the canvas would be. */
  after: WorkflowDocument;
}

export function AssistDialog({ onClose }: { onClose: () => void }) {
  const editor = useEditorStore();
  const id = useEditor((state) => state.workflow.id);
  const [words, setWords] = useState("");
  const [model, setModel] = useState<Id>("");
  const [asked, setAsked] = useState<Asked>();
  const abort = useRef<AbortController>(undefined);
  const action = useMutation({
    mutationFn: async () => {
      const { document: base, kinds } = editor.getState();
      abort.current = new AbortController();
      const input = { instruction: words.trim(), document: base, ...(model === "" ? {} : { model_id: model }) };
      const proposal = await propose(id, input, abort.current.signal);
      return { base, proposal, after: placed(base, proposal.document, kinds) };
    },
    meta: { inline: true },
    onSuccess: setAsked,
  });
  // Whoever closes it does not wait for the model.
  useEffect(() => () => abort.current?.abort(), []);
  if (asked) return <Proposed asked={asked} onBack={() => setAsked(undefined)} onClose={onClose} />;
  return (
    <Ask
      words={words}
      onWords={setWords}
      model={model}
      onModel={setModel}
      busy={action.isPending}
      error={action.isError ? action.error : undefined}
      onAsk={() => action.mutate()}
      onClose={onClose}
    />
  );
}

function Ask({
  words,
  onWords,
  model,
  onModel,
  busy,
  error,
  onAsk,
  onClose,
}: {
  words: string;
  onWords: (words: string) => void;
  model: Id;
  onModel: (model: Id) => void;
  busy: boolean;
  error: unknown;
  onAsk: () => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const models = useQuery(modelsQuery(workspace.id)).data?.filter(({ kind }) => kind === "chat") ?? [];
  return (
    <Dialog
      open
      onOpenChange={onClose}
      className="max-w-xl"
      title={t("canvas-around:assist.title")}
      description={t("canvas-around:assist.about")}
      closeLabel={t("common:action.close")}
      footer={
        <>
          <Button onClick={onClose}>{t("common:action.cancel")}</Button>
          <Button variant="primary" busy={busy} disabled={words.trim() === ""} onClick={onAsk}>
            <Sparkles />
            {busy ? t("canvas-around:assist.busy") : t("canvas-around:assist.ask")}
          </Button>
        </>
      }
    >
      <div className="space-y-4">
        {error !== undefined && <ErrorNotice error={error} />}
        <Field label={t("canvas-around:assist.words")}>
          <Textarea
            rows={4}
            maxLength={LONGEST}
            value={words}
            placeholder={t("canvas-around:assist.example")}
            onChange={(event) => onWords(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === "Enter" && (event.metaKey || event.ctrlKey) && words.trim() !== "" && !busy) onAsk();
            }}
          />
        </Field>
        <Field label={t("canvas-around:assist.model")}>
          <NativeSelect value={model} onChange={(event) => onModel(event.target.value)}>
            <option value="">{t("workflows:may.default")}</option>
            {models.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </NativeSelect>
        </Field>
      </div>
    </Dialog>
  );
}

/** The proposal as a difference; taken as one step that undo takes back. */
function Proposed({ asked: { base, proposal, after }, onBack, onClose }: { asked: Asked; onBack: () => void; onClose: () => void }) {
  const { t } = useTranslation();
  const editor = useEditorStore();
  const kinds = useEditor((state) => state.kinds);
  const apply = () => {
    editor.getState().edit((now) => applied(base, now, after));
    toast({ title: t("canvas-around:assist.applied") });
    onClose();
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      className="h-[88dvh] max-h-none max-w-[1360px]"
      title={t("canvas-around:assist.proposed", { model: proposal.model })}
      description={t("canvas-around:assist.proposedHint")}
      closeLabel={t("common:action.close")}
      footer={
        <>
          <Button onClick={onBack}>{t("canvas-around:assist.again")}</Button>
          <Button onClick={onClose}>{t("canvas-around:assist.discard")}</Button>
          <Button variant="primary" onClick={apply}>
            {t("canvas-around:assist.apply")}
          </Button>
        </>
      }
    >
      <div className="flex h-full min-h-0 flex-col gap-3" data-proposal>
        {proposal.summary !== "" && <p className="max-h-24 overflow-y-auto text-[13px] whitespace-pre-wrap">{proposal.summary}</p>}
        {proposal.findings.some(({ severity }) => severity === "error") && (
          <div className="max-h-40 shrink-0 space-y-2 overflow-y-auto">
            <Notice tone="warning">{t("canvas-around:assist.findings", { count: proposal.findings.length })}</Notice>
            <Findings findings={proposal.findings} titleOf={(id) => titleOf(after, id)} />
          </div>
        )}
        <div className="flex min-h-0 flex-1 overflow-hidden rounded-lg border border-line">
          <ChangesView before={base} after={after} kinds={kinds} sides={[t("canvas-around:assist.now"), t("canvas-around:assist.then")]} />
        </div>
      </div>
    </Dialog>
  );
}
