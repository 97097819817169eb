/** Nodes that call: another workflow, a tool. What is called says what goes in and comes out. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ExternalLink, RefreshCw } from "lucide-react";
import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ValueField, WorkflowDocument, WorkflowNodeInput, WorkflowVersion } from "@/api/types";
import { ErrorNotice } from "@/app/feedback";
import { usePages } from "@/app/paging";
import { useWorkspace } from "@/app/session";
import { toolsQuery } from "@/features/agents/queries";
import { toolAbout, toolTitle } from "@/features/agents/tool-text";
import {
  workflowChoicesQuery,
  workflowDraftQuery,
  workflowVersionQuery,
  workflowVersionsKey,
  workflowVersionsPath,
} from "@/features/workflows/queries";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { NativeSelect } from "@/ui/input";
import { Notice } from "@/ui/states";
import { useEditor } from "../../store";
import { usePanel } from "../context";
import { Fold } from "../parts/Fold";
import { PanelField } from "../parts/PanelField";
import { InputsFold, OutputsFold } from "../sections";
import { fieldsOfSchema } from "../values/types";
import { differs, interfaceOf, taken, takenFrom } from "./interface";

export function WorkflowBody() {
  const { t } = useTranslation();
  const { node, readonly, edit } = usePanel();
  const workspace = useWorkspace();
  const self = useEditor((state) => state.workflow.id);
  const all = useQuery(workflowChoicesQuery(workspace.id));
  const called = typeof node.params?.workflow_id === "string" ? node.params.workflow_id : "";
  const version = typeof node.params?.version === "string" ? node.params.version : "";
  const others = all.data?.filter(({ id }) => id !== self) ?? [];
  const gone = called !== "" && all.data !== undefined && !others.some(({ id }) => id === called);
  const [chosen, setChosen] = useState<string>();
  const forget = useCallback(() => setChosen(undefined), []);
  const set = (part: Record<string, unknown>) => edit((current) => ({ ...current, params: { ...current.params, ...part } }));
  return (
    <>
      <Fold title={t("canvas-panel:call.workflow")} places={["/params"]}>
        <PanelField
          path="/params/workflow_id"
          label={t("canvas-panel:call.which")}
          required
          action={
            called !== "" && (
              <Link
                to="/w/$workspaceId/workflows/$workflowId"
                params={{ workspaceId: workspace.id, workflowId: called }}
                className="flex items-center gap-1 text-xs text-accent-text hover:underline"
              >
                <ExternalLink aria-hidden="true" className="size-3.5" />
                {t("canvas-panel:call.open")}
              </Link>
            )
          }
        >
          <NativeSelect
            disabled={readonly}
            value={called}
            onChange={({ target }) => {
              const callee = others.find(({ id }) => id === target.value);
              setChosen(target.value);
              set({ workflow_id: target.value, version: callee?.published_version ?? null });
            }}
          >
            <option value="">{t("canvas-panel:choice.choose")}</option>
            {gone && <option value={called}>{t("canvas-panel:call.gone", { id: called })}</option>}
            {others.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </NativeSelect>
        </PanelField>
        {all.isError && <ErrorNotice error={all.error} onRetry={() => void all.refetch()} />}
        {called !== "" && !gone && (
          <>
            <VersionField id={called} value={version} onChange={(next) => set({ version: next === "" ? null : next })} />
            <Interface id={called} version={version} fresh={chosen === called} onTaken={forget} />
          </>
        )}
      </Fold>
      <InputsFold />
      <OutputsFold />
    </>
  );
}

function VersionField({ id, value, onChange }: { id: string; value: string; onChange: (version: string) => void }) {
  const { t } = useTranslation();
  const { readonly } = usePanel();
  const versions = usePages<WorkflowVersion>(workflowVersionsKey(id), workflowVersionsPath(id));
  const known = versions.data?.some(({ version }) => version === value) ?? true;
  return (
    <PanelField path="/params/version" label={t("canvas-panel:call.version")}>
      <NativeSelect disabled={readonly} value={value} onChange={({ target }) => onChange(target.value)}>
        <option value="">{t("workflows:versions.draft")}</option>
        {value !== "" && !known && <option value={value}>{value}</option>}
        {versions.data?.map(({ version }) => (
          <option key={version} value={version}>
            {version}
          </option>
        ))}
      </NativeSelect>
    </PanelField>
  );
}

/** What the called workflow takes and gives: taken over once it is chosen, and told when it changes later. */
function Interface({
  id,
  version,
  fresh,
  onTaken,
}: {
  id: string;
  version: string;
  /** It was chosen just now. */
  fresh: boolean;
  onTaken: () => void;
}) {
  const { t } = useTranslation();
  const { node, readonly, edit } = usePanel();
  const draft = useQuery({ ...workflowDraftQuery(id), enabled: version === "" });
  const published = useQuery({ ...workflowVersionQuery(id, version), enabled: version !== "" });
  const source = version === "" ? draft : published;
  const callee = source.data?.document as WorkflowDocument | undefined;
  useEffect(() => {
    if (!fresh || !callee || readonly) return;
    edit((current) => takenFrom(current, callee));
    onTaken();
  }, [fresh, callee, readonly, edit, onTaken]);
  if (source.isError) return <ErrorNotice error={source.error} />;
  if (!callee || fresh || readonly) return null;
  const { inputs, outputs } = interfaceOf(callee);
  if (!differs(node, inputs, outputs)) return null;
  return (
    <Notice
      tone="warning"
      action={
        <Button size="sm" onClick={() => edit((current) => takenFrom(current, callee))}>
          <RefreshCw />
          {t("canvas-panel:call.take")}
        </Button>
      }
    >
      {t("canvas-panel:call.changed")}
    </Notice>
  );
}

export function ToolBody() {
  const { t } = useTranslation();
  const { node, readonly, edit } = usePanel();
  const tools = useQuery(toolsQuery);
  const name = typeof node.params?.tool === "string" ? node.params.tool : "";
  const tool = tools.data?.find((one) => one.name === name);
  const plugin = node.params?.plugin;
  const inputs: ValueField[] = tool ? fieldsOfSchema(tool.parameters) : [];
  const [required, optional] = [inputs.filter((field) => field.required), inputs.filter((field) => !field.required)];
  const present = new Set((node.inputs ?? []).map((input) => input.name));
  const missing = optional.filter((field) => !present.has(field.name));
  const row = ({ name: of, type }: ValueField): WorkflowNodeInput => ({ name: of, ...(type ? { type } : {}) });
  return (
    <>
      <Fold title={t("canvas-panel:tool.title")} places={["/params"]}>
        <PanelField path="/params/tool" label={t("canvas-panel:tool.which")} hint={tool && toolAbout(tool)} required>
          <NativeSelect
            disabled={readonly}
            value={name}
            onChange={({ target }) => {
              const chosen = tools.data?.find((one) => one.name === target.value);
              const fields = chosen ? fieldsOfSchema(chosen.parameters) : [];
              edit((current) => ({
                ...taken(current, fields.filter((field) => field.required), current.outputs?.length ? current.outputs : [{ name: "output", type: "string" }]),
                params: { tool: target.value },
              }));
            }}
          >
            <option value="">{t("canvas-panel:choice.choose")}</option>
            {name !== "" && !tool && <option value={name}>{name}</option>}
            {tools.data?.map((one) => (
              <option key={one.name} value={one.name}>
                {toolTitle(one)}
              </option>
            ))}
          </NativeSelect>
        </PanelField>
        {tools.isError && <ErrorNotice error={tools.error} onRetry={() => void tools.refetch()} />}
        {tool?.effect === "write" && <Badge tone="warning">{t("canvas-panel:tool.writes")}</Badge>}
        {plugin !== undefined && plugin !== null && !tool && tools.data && (
          <Notice tone="info">{t("canvas-panel:service.plugin", { name })}</Notice>
        )}
        {tool && !readonly && (required.some((field) => !present.has(field.name)) || missing.length > 0) && (
          <div className="flex flex-wrap gap-1.5">
            {[...required.filter((field) => !present.has(field.name)), ...missing].map((field) => (
              <Button
                key={field.name}
                size="sm"
                className="font-mono"
                title={field.description}
                onClick={() => edit((current) => ({ ...current, inputs: [...(current.inputs ?? []), row(field)] }))}
              >
                + {field.name}
              </Button>
            ))}
          </div>
        )}
      </Fold>
      <InputsFold hint={tool && inputs.length > 0 ? t("canvas-panel:tool.inputs", { names: inputs.map((field) => field.name).join(", ") }) : undefined} />
      <OutputsFold />
    </>
  );
}
