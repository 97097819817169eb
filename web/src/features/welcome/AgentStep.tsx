import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { AgentTemplate, Id, Locale, Model } from "@/api/types";
import { ErrorNotice, QueryView } from "@/app/feedback";
import { queryClient } from "@/app/query";
import { createAgent, templatesQuery } from "@/features/agents/queries";
import { modelsQuery } from "@/features/models/queries";
import { Button } from "@/ui/button";
import { ChoiceCards } from "@/ui/choice";
import { Field } from "@/ui/field";
import { Input, NativeSelect } from "@/ui/input";

/** A template becomes an agent; its page opens. */
export function AgentStep({ workspaceId }: { workspaceId: Id }) {
  const { i18n } = useTranslation();
  const templates = useQuery(templatesQuery(i18n.language));
  const models = useQuery(modelsQuery(workspaceId));
  return (
    <QueryView query={templates}>
      {(items) => (
        <QueryView query={models}>
          {(all) => (
            <TemplateForm
              workspaceId={workspaceId}
              templates={items}
              models={all.filter(({ kind }) => kind === "chat")}
            />
          )}
        </QueryView>
      )}
    </QueryView>
  );
}

const BLANK = "";

function TemplateForm({
  workspaceId,
  templates,
  models,
}: {
  workspaceId: Id;
  templates: AgentTemplate[];
  models: Model[];
}) {
  const { t, i18n } = useTranslation();
  const locale = i18n.language as Locale;
  const navigate = useNavigate();
  const [templateId, setTemplateId] = useState(templates[0]?.id ?? BLANK);
  const [typedName, setTypedName] = useState<string>();
  const [modelId, setModelId] = useState(
    (models.find(({ is_default }) => is_default) ?? models.at(-1))?.id ?? "",
  );
  const template = templates.find(({ id }) => id === templateId);
  const name = typedName ?? template?.name[locale] ?? "";
  const create = useMutation({
    mutationFn: () =>
      createAgent(workspaceId, {
        name: name.trim(),
        ...(template && {
          description: template.description[locale],
          config: {
            ...template.config,
            model: { ...template.config.model, model_id: modelId || null },
          },
        }),
      }),
    meta: { inline: true },
    onSuccess: async (agent) => {
      await queryClient.invalidateQueries({ queryKey: ["workspaces", workspaceId] });
      await navigate({
        to: "/w/$workspaceId/agents/$agentId",
        params: { workspaceId, agentId: agent.id },
      });
    },
  });
  return (
    <form
      className="space-y-5"
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate();
      }}
    >
      <ChoiceCards
        label={t("welcome:agent.title")}
        value={templateId}
        onChange={setTemplateId}
        className="sm:grid-cols-2"
        choices={[
          ...templates.map(({ id, name, description }) => ({
            value: id,
            title: name[locale],
            description: description[locale],
          })),
          {
            value: BLANK,
            title: t("welcome:agent.blank"),
            description: t("welcome:agent.blankHint"),
          },
        ]}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={t("welcome:agent.name")}>
          <Input
            value={name}
            maxLength={64}
            autoComplete="off"
            onChange={(event) => setTypedName(event.target.value)}
          />
        </Field>
        {template && models.length > 0 && (
          <Field label={t("welcome:agent.model")}>
            <NativeSelect value={modelId} onChange={(event) => setModelId(event.target.value)}>
              {models.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </NativeSelect>
          </Field>
        )}
      </div>
      {create.isError && <ErrorNotice error={create.error} />}
      <div className="flex items-center gap-2">
        <Button
          type="submit"
          variant="primary"
          size="lg"
          busy={create.isPending}
          disabled={name.trim() === ""}
        >
          {t("welcome:agent.submit")}
        </Button>
        <Button asChild variant="ghost" size="lg">
          <Link to="/w/$workspaceId" params={{ workspaceId }}>
            {t("welcome:skip")}
          </Link>
        </Button>
      </div>
    </form>
  );
}
