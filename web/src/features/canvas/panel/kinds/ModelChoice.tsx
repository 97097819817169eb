import type { ReactNode } from "react";
import { useQuery } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import { useTranslation } from "react-i18next";
import { ErrorNotice } from "@/app/feedback";
import { WorkspaceLink } from "@/app/links";
import { useWorkspace } from "@/app/session";
import { modelsQuery } from "@/features/models/queries";
import { NativeSelect } from "@/ui/input";
import { usePanel } from "../context";
import { PanelField } from "../parts/PanelField";
import { ParamsForm } from "../schema/SchemaForm";

/** Which model answers, and how it is asked to. */
export function ModelChoice({ more = ["temperature", "top_p", "max_tokens"] }: { more?: readonly string[] }) {
  const { t } = useTranslation();
  const { node, readonly, setParam } = usePanel();
  const workspace = useWorkspace();
  const models = useQuery(modelsQuery(workspace.id));
  const chat = models.data?.filter(({ kind }) => kind === "chat") ?? [];
  const standard =
    chat.find((item) => item.is_default && item.workspace_id !== null) ?? chat.find((item) => item.is_default) ?? chat[0];
  const chosen = typeof node.params?.model_id === "string" ? node.params.model_id : "";
  const gone = chosen !== "" && models.data !== undefined && !chat.some(({ id }) => id === chosen);
  return (
    <>
      <PanelField
        path="/params/model_id"
        label={t("canvas-panel:model.model")}
        hint={
          models.data && chat.length === 0 ? (
            <>
              {t("agents:model.none")}{" "}
              <WorkspaceLink page="models" className="text-accent-text underline underline-offset-2">
                {t("models:add")}
              </WorkspaceLink>
            </>
          ) : undefined
        }
      >
        <NativeSelect
          disabled={readonly}
          value={chosen}
          onChange={({ target }) => setParam(["model_id"], target.value === "" ? null : target.value)}
        >
          <option value="">{standard ? t("agents:model.defaultNamed", { name: standard.name }) : t("agents:model.default")}</option>
          {chat.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
          {gone && <option value={chosen}>{t("agents:model.gone")}</option>}
        </NativeSelect>
      </PanelField>
      {models.isError && <ErrorNotice error={models.error} onRetry={() => void models.refetch()} />}
      <More label={t("canvas-panel:model.more")}>
        <ParamsForm names={more} />
      </More>
    </>
  );
}

/** What is seldom needed. */
export function More({ label, open = false, children }: { label: string; open?: boolean; children: ReactNode }) {
  return (
    <details className="group/more" open={open}>
      <summary className="inline-flex cursor-pointer list-none items-center gap-1 rounded text-xs text-soft hover:text-text [&::-webkit-details-marker]:hidden">
        <ChevronRight aria-hidden="true" className="size-3 transition-transform group-open/more:rotate-90" />
        {label}
      </summary>
      <div className="mt-2.5 space-y-3">{children}</div>
    </details>
  );
}
