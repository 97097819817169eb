/** Building an agent: instructions, settings, and a chat with the draft beside them. */
import { useQuery } from "@tanstack/react-query";
import { Navigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Agent, AgentDraft } from "@/api/types";
import { QueryView } from "@/app/feedback";
import { useTitle } from "@/app/Page";
import { useCan, useWorkspace } from "@/app/session";
import { cn } from "@/ui/cn";
import { LoadingRows } from "@/ui/states";
import { BuilderBar } from "./BuilderBar";
import { BuilderChat } from "./BuilderChat";
import { LimitsSection } from "./LimitsSection";
import { ModelSection } from "./ModelSection";
import { OpeningSection } from "./OpeningSection";
import { Problems } from "./Problems";
import { PromptEditor } from "./PromptEditor";
import { agentQuery, draftQuery } from "./queries";
import { SaveNotice } from "./SaveNotice";
import { ToolsSection } from "./ToolsSection";
import { useDraft } from "./useDraft";
import { VariablesSection } from "./VariablesSection";

export function BuilderPage() {
  const { agentId } = useParams({ from: "/app/w/$workspaceId/agents/$agentId" });
  const workspace = useWorkspace();
  const builder = useCan("builder");
  const agent = useQuery(agentQuery(agentId));
  const draft = useQuery({ ...draftQuery(agentId), enabled: builder, refetchOnWindowFocus: false });
  useTitle(agent.data?.name);
  // Who may not edit it may talk to it.
  if (!builder)
    return (
      <Navigate
        to="/w/$workspaceId/agents/$agentId/chat"
        params={{ workspaceId: workspace.id, agentId }}
        replace
      />
    );
  return (
    <QueryView query={agent} loading={<BuilderLoading />}>
      {(loaded) => (
        <QueryView query={draft} loading={<BuilderLoading />}>
          {(data) => <Builder key={agentId} agent={loaded} draft={data} />}
        </QueryView>
      )}
    </QueryView>
  );
}

function BuilderLoading() {
  const { t } = useTranslation();
  return (
    <div className="p-6">
      <LoadingRows label={t("common:loading")} rows={6} />
    </div>
  );
}

type Side = "chat" | "edit";

function Builder({ agent, draft }: { agent: Agent; draft: AgentDraft }) {
  const { t } = useTranslation();
  const handle = useDraft(agent.workspace_id, agent.id, draft);
  const { store, view } = handle;
  const { config, problems } = view;
  // At phone width one side at a time, talking first.
  const [side, setSide] = useState<Side>("chat");
  const section = { config, edit: store.edit, problems };

  const declare = (name: string) =>
    store.edit({ variables: [...config.variables, { name, description: "", default: "" }] });

  return (
    <div className="flex h-full min-h-0 flex-col">
      <BuilderBar agent={agent} draft={handle} />
      <div role="tablist" className="flex shrink-0 border-b border-line lg:hidden">
        {(["chat", "edit"] as const).map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            aria-selected={side === name}
            onClick={() => setSide(name)}
            className="h-10 flex-1 border-b-2 border-transparent text-[13px] font-medium text-soft aria-selected:border-accent aria-selected:text-text"
          >
            {t(`agents:side.${name}`)}
          </button>
        ))}
      </div>
      <SaveNotice draft={handle} />
      <div className="flex min-h-0 flex-1">
        <div
          className={cn(
            "min-h-0 min-w-0 flex-1 overflow-y-auto 2xl:flex 2xl:overflow-hidden",
            side !== "edit" && "max-lg:hidden",
          )}
        >
          <div className="flex min-w-0 flex-col 2xl:min-h-0 2xl:flex-1">
            <PromptEditor
              prompt={config.prompt}
              variables={config.variables}
              onChange={(prompt) => store.edit({ prompt })}
              onDeclare={declare}
              className="min-h-64 flex-1 2xl:min-h-0"
            />
            <div className="px-4 py-2 empty:hidden">
              <Problems problems={problems} fields={["prompt"]} />
            </div>
          </div>
          <div
            aria-label={t("agents:settings")}
            role="region"
            className="2xl:w-88 2xl:shrink-0 2xl:overflow-y-auto 2xl:border-l 2xl:border-line"
          >
            <ModelSection {...section} />
            <ToolsSection {...section} />
            <VariablesSection {...section} />
            <OpeningSection {...section} />
            <LimitsSection {...section} />
          </div>
        </div>
        <section
          aria-label={t("agents:side.chat")}
          className={cn(
            "flex min-h-0 w-full min-w-0 flex-col border-line bg-canvas lg:w-[46%] lg:max-w-152 lg:shrink-0 lg:border-l 2xl:w-[36%]",
            side !== "chat" && "max-lg:hidden",
          )}
        >
          <BuilderChat agent={agent} draft={handle} />
        </section>
      </div>
    </div>
  );
}
