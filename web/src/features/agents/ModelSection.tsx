import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ChevronRight } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { AgentConfig, ModelParams } from "@/api/types";
import { ErrorNotice } from "@/app/feedback";
import { useWorkspace } from "@/app/session";
import { modelsQuery } from "@/features/models/queries";
import { Field } from "@/ui/field";
import { Input, NativeSelect } from "@/ui/input";
import { Fold } from "./Fold";
import { Problems } from "./Problems";
import type { SectionProps } from "./section";

export function ModelSection({ config, edit, problems }: SectionProps) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const models = useQuery(modelsQuery(workspace.id));
  const chat = models.data?.filter(({ kind }) => kind === "chat") ?? [];
  // The workspace's own default goes before the instance's.
  const standard =
    chat.find((item) => item.is_default && item.workspace_id !== null) ??
    chat.find((item) => item.is_default) ??
    chat[0];
  const { model_id } = config.model;
  const chosen = model_id === null ? standard : chat.find(({ id }) => id === model_id);
  // A model that is offered tools it cannot call fails at once, and its fallback is asked.
  const fallback = chat.find(({ id }) => id === chosen?.fallback_model_id);
  const callsTools = chosen?.capabilities.tools || fallback?.capabilities.tools;
  const set = (model: Partial<AgentConfig["model"]>) =>
    edit({ model: { ...config.model, ...model } });
  return (
    <Fold title={t("agents:model.title")} note={chosen?.name}>
      {models.isError && (
        <ErrorNotice error={models.error} onRetry={() => void models.refetch()} />
      )}
      <NativeSelect
        aria-label={t("agents:model.title")}
        value={model_id ?? ""}
        onChange={(event) => set({ model_id: event.target.value || null })}
      >
        <option value="">
          {standard
            ? t("agents:model.defaultNamed", { name: standard.name })
            : t("agents:model.default")}
        </option>
        {chat.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
        {model_id !== null && models.data && !chosen && (
          <option value={model_id}>{t("agents:model.gone")}</option>
        )}
      </NativeSelect>
      {models.data && chat.length === 0 && (
        <p className="text-xs leading-5 text-warning-text">
          {t("agents:model.none")}{" "}
          <Link
            to="/w/$workspaceId/models/new"
            params={{ workspaceId: workspace.id }}
            className="underline underline-offset-2"
          >
            {t("models:add")}
          </Link>
        </p>
      )}
      {chosen && !callsTools && config.tools.length > 0 && (
        <p className="text-xs leading-5 text-warning-text">{t("agents:model.noTools")}</p>
      )}
      <Problems problems={problems} fields={["model"]} />
      <Params params={config.model.params} onChange={(params) => set({ params })} />
    </Fold>
  );
}

const NUMBERS = [
  { name: "temperature", label: "models:params.temperature", step: "0.1", max: 2 },
  { name: "top_p", label: "models:params.topP", step: "0.05", max: 1 },
  { name: "max_tokens", label: "models:params.maxTokens", step: "1", max: undefined },
] as const;

function Params({
  params,
  onChange,
}: {
  params: ModelParams;
  onChange: (params: ModelParams) => void;
}) {
  const { t } = useTranslation();
  const set = <Key extends keyof ModelParams>(key: Key, value: ModelParams[Key] | undefined) => {
    const { [key]: _, ...rest } = params;
    onChange(value === undefined ? rest : { ...rest, [key]: value });
  };
  return (
    <details className="group/params">
      <summary className="inline-flex cursor-pointer list-none items-center gap-1 rounded text-xs text-soft hover:text-text">
        <ChevronRight
          aria-hidden="true"
          className="size-3 transition-transform group-open/params:rotate-90"
        />
        {t("agents:model.params")}
      </summary>
      <div className="mt-2.5 grid grid-cols-2 gap-3">
        {NUMBERS.map(({ name, label, step, max }) => (
          <Field key={name} label={t(label)}>
            <Input
              type="number"
              min={0}
              max={max}
              step={step}
              value={params[name] ?? ""}
              placeholder={t("agents:model.inherit")}
              onChange={(event) =>
                set(name, event.target.value === "" ? undefined : event.target.valueAsNumber)
              }
            />
          </Field>
        ))}
        <Field label={t("models:params.format")}>
          <NativeSelect
            value={params.response_format ?? ""}
            onChange={(event) =>
              set(
                "response_format",
                (event.target.value || undefined) as ModelParams["response_format"],
              )
            }
          >
            <option value="">{t("agents:model.inherit")}</option>
            <option value="text">{t("models:params.text")}</option>
            <option value="json">JSON</option>
          </NativeSelect>
        </Field>
      </div>
    </details>
  );
}
