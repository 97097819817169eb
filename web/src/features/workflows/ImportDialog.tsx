/** A file of Hearth, Coze, n8n or Dify becomes a workflow; what changed on the way is told. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { FileJson, Upload } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors";
import type { Workflow, WorkflowDocument, WorkflowImport } from "@/api/types";
import { ErrorNotice } from "@/app/feedback";
import { queryClient } from "@/app/query";
import { useWorkspace } from "@/app/session";
import { Button } from "@/ui/button";
import { cn } from "@/ui/cn";
import { Dialog } from "@/ui/dialog";
import { Field } from "@/ui/field";
import { Input } from "@/ui/input";
import { ImportReportView } from "./ImportReportView";
import { PermissionList } from "./PermissionList";
import { importWorkflow, workflowDraftQuery, workflowsKey } from "./queries";

export function ImportDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const workspace = useWorkspace();
  const [file, setFile] = useState<File>();
  const [name, setName] = useState("");
  const [made, setMade] = useState<WorkflowImport>();
  const action = useMutation({
    mutationFn: async (chosen: File) => {
      if (chosen.size > LARGEST) throw refused(t("workflows:import.tooLarge"));
      const document = read(await chosen.text());
      if (document === undefined) throw refused(t("workflows:import.empty"));
      const wanted = name.trim() || (isNamed(document) ? "" : stem(chosen.name));
      return importWorkflow(workspace.id, { document, ...(wanted === "" ? {} : { name: wanted }) });
    },
    meta: { inline: true },
    onSuccess: async (imported) => {
      setMade(imported);
      await queryClient.invalidateQueries({ queryKey: workflowsKey(workspace.id) });
    },
  });
  const choose = (next: File | undefined) => {
    action.reset();
    setFile(next);
  };
  const show = () =>
    made &&
    void navigate({
      to: "/w/$workspaceId/workflows/$workflowId/canvas",
      params: { workspaceId: workspace.id, workflowId: made.workflow.id },
    });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      className="max-w-xl"
      title={made ? t("workflows:import.done", { name: made.workflow.name }) : t("workflows:import.title")}
      description={made ? undefined : t("workflows:import.description")}
      closeLabel={t("common:action.close")}
      footer={
        made ? (
          <>
            <Button onClick={onClose}>{t("common:action.close")}</Button>
            <Button variant="primary" onClick={show}>
              {t("workflows:import.open")}
            </Button>
          </>
        ) : (
          <>
            <Button onClick={onClose}>{t("common:action.cancel")}</Button>
            <Button
              variant="primary"
              disabled={!file}
              busy={action.isPending}
              onClick={() => file && action.mutate(file)}
            >
              {t("workflows:import.action")}
            </Button>
          </>
        )
      }
    >
      {made ? (
        <div className="space-y-5">
          <ImportReportView report={made.report} />
          <May workflow={made.workflow} />
        </div>
      ) : (
        <div className="space-y-4">
          {action.isError && <ErrorNotice error={action.error} />}
          <DropZone file={file} onFile={choose} />
          <Field
            label={t("workflows:field.name")}
            hint={t("workflows:import.nameHint")}
            optional={t("common:field.optional")}
          >
            <Input value={name} maxLength={100} onChange={(event) => setName(event.target.value)} />
          </Field>
        </div>
      )}
    </Dialog>
  );
}

/** What the imported workflow may touch, before anybody runs it. */
function May({ workflow }: { workflow: Workflow }) {
  const { t } = useTranslation();
  const draft = useQuery(workflowDraftQuery(workflow.id)).data;
  if (!draft) return null;
  return (
    <section className="space-y-2">
      <h3 className="text-[13px] font-medium">{t("workflows:may.title")}</h3>
      <PermissionList document={draft.document as WorkflowDocument} />
    </section>
  );
}

/** The server has its own limit; this one keeps a wrong file from freezing the page. */
const LARGEST = 64 * 1024 * 1024;
const refused = (message: string) => new ApiError({ status: 0, code: "unreadable_file", message });

/** Most files say what they are called; canvases of Coze do not, and YAML is not read here. */
const isNamed = (document: unknown): boolean =>
  typeof document === "string" ||
  (typeof document === "object" && document !== null && "name" in document && typeof document.name === "string");
const stem = (file: string): string => file.replace(/\.[^.]*$/, "").slice(0, 100);

/** What stands in the file; YAML goes to the server as one text. */
function read(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text.trim() === "" ? undefined : text;
  }
}

function DropZone({ file, onFile }: { file: File | undefined; onFile: (file: File | undefined) => void }) {
  const { t } = useTranslation();
  const picker = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  return (
    <div
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onFile(event.dataTransfer.files[0]);
      }}
      className={cn(
        "flex flex-col items-center gap-3 rounded-xl border border-dashed px-6 py-8 text-center transition-colors",
        over ? "border-accent bg-accent-soft/50" : "border-line-strong",
      )}
    >
      {file ? (
        <p className="flex max-w-full items-center gap-2 font-medium">
          <FileJson className="size-4 shrink-0 text-faint" aria-hidden="true" />
          <span className="truncate">{file.name}</span>
        </p>
      ) : (
        <p className="text-[13px] text-soft">{t("workflows:import.drop")}</p>
      )}
      <Button size="sm" onClick={() => picker.current?.click()}>
        <Upload />
        {file ? t("workflows:import.other") : t("workflows:import.choose")}
      </Button>
      <input
        ref={picker}
        type="file"
        accept="application/json,.json,.yml,.yaml,.txt"
        hidden
        aria-label={t("workflows:import.choose")}
        onChange={(event) => {
          onFile(event.target.files?.[0]);
          event.target.value = "";
        }}
      />
    </div>
  );
}
