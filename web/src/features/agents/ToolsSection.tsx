import { useQuery } from "@tanstack/react-query";
import { MonitorSmartphone, Pencil, Plus, Trash2, Workflow as WorkflowIcon, Wrench } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { AgentTool, ToolInfo } from "@/api/types";
import { ErrorNotice } from "@/app/feedback";
import { useWorkspace } from "@/app/session";
import { Badge } from "@/ui/badge";
import { Button, IconButton } from "@/ui/button";
import { Switch } from "@/ui/choice";
import { Menu, MenuContent, MenuItem, MenuSeparator, MenuTrigger } from "@/ui/menu";
import { ClientToolDialog, type ClientTool } from "./ClientToolDialog";
import { Fold } from "./Fold";
import { Problems } from "./Problems";
import { toolsQuery } from "./queries";
import { WorkflowDialog, WorkflowRow } from "./WorkflowTools";
import { toolAbout, toolTitle } from "./tool-text";
import type { SectionProps } from "./section";

/** Tools that are called by a name of their own. */
type NamedTool = Exclude<AgentTool, { kind: "workflow" }>;
const nameOf = (tool: AgentTool) => (tool.kind === "workflow" ? undefined : tool.name);

/** A tool that changes things outside asks first, unless the builder says otherwise. */
const added = (tool: ToolInfo): AgentTool => ({
  kind: "builtin",
  name: tool.name,
  approval: tool.effect === "write" ? "always" : "never",
});

export function ToolsSection({ config, edit, problems }: SectionProps) {
  const { t } = useTranslation();
  const tools = useQuery(toolsQuery);
  const workspace = useWorkspace();
  const [editing, setEditing] = useState<{ at: number | undefined }>();
  const [choosing, setChoosing] = useState(false);
  const known = tools.data ?? [];
  const free = known.filter(({ name }) => !config.tools.some((tool) => nameOf(tool) === name));

  const put = (at: number, tool: AgentTool) =>
    edit({ tools: config.tools.map((item, index) => (index === at ? tool : item)) });
  const remove = (at: number) => edit({ tools: config.tools.filter((_, index) => index !== at) });
  const current = editing?.at === undefined ? undefined : config.tools[editing.at];

  return (
    <Fold title={t("agents:tools.title")} note={config.tools.length || undefined}>
      {tools.isError && <ErrorNotice error={tools.error} onRetry={() => void tools.refetch()} />}
      {config.tools.length === 0 && (
        <p className="text-xs leading-5 text-faint">{t("agents:tools.empty")}</p>
      )}
      <ul className="space-y-2">
        {config.tools.map((tool, at) =>
          tool.kind === "workflow" ? (
            <WorkflowRow
              key={`workflow ${tool.workflow} ${at}`}
              tool={tool}
              workspaceId={workspace.id}
              onChange={(next) => put(at, next)}
              onRemove={() => remove(at)}
            />
          ) : (
            <ToolRow
              key={`${tool.kind} ${tool.name} ${at}`}
              tool={tool}
              info={known.find(({ name }) => name === tool.name)}
              onChange={(next) => put(at, next)}
              onEdit={() => setEditing({ at })}
              onRemove={() => remove(at)}
            />
          ),
        )}
      </ul>
      <Problems problems={problems} fields={["tools"]} />
      <Menu>
        <MenuTrigger asChild>
          <Button size="sm">
            <Plus />
            {t("agents:tools.add")}
          </Button>
        </MenuTrigger>
        <MenuContent align="start" className="w-72">
          {free.map((tool) => (
            <MenuItem
              key={tool.name}
              className="h-auto items-start py-1.5"
              onSelect={() => edit({ tools: [...config.tools, added(tool)] })}
            >
              <Wrench className="mt-0.5" />
              <span className="min-w-0">
                <span className="block font-medium">{toolTitle(tool)}</span>
                <span className="block text-xs leading-4.5 text-faint">{toolAbout(tool)}</span>
              </span>
            </MenuItem>
          ))}
          {free.length > 0 && <MenuSeparator />}
          <MenuItem className="h-auto items-start py-1.5" onSelect={() => setChoosing(true)}>
            <WorkflowIcon className="mt-0.5" />
            <span className="min-w-0">
              <span className="block font-medium">{t("agents:tools.workflow")}</span>
              <span className="block text-xs leading-4.5 text-faint">
                {t("agents:tools.workflowHint")}
              </span>
            </span>
          </MenuItem>
          <MenuItem
            className="h-auto items-start py-1.5"
            onSelect={() => setEditing({ at: undefined })}
          >
            <MonitorSmartphone className="mt-0.5" />
            <span className="min-w-0">
              <span className="block font-medium">{t("agents:tools.client")}</span>
              <span className="block text-xs leading-4.5 text-faint">
                {t("agents:tools.clientHint")}
              </span>
            </span>
          </MenuItem>
        </MenuContent>
      </Menu>
      {choosing && (
        <WorkflowDialog
          workspaceId={workspace.id}
          taken={config.tools.flatMap((tool) => (tool.kind === "workflow" ? [tool.workflow] : []))}
          onClose={() => setChoosing(false)}
          onChoose={(workflow) => {
            edit({ tools: [...config.tools, { kind: "workflow", workflow }] });
            setChoosing(false);
          }}
        />
      )}
      {editing && (
        <ClientToolDialog
          tool={current?.kind === "client" ? current : undefined}
          taken={config.tools.filter((_, at) => at !== editing.at).flatMap((tool) => nameOf(tool) ?? [])}
          onClose={() => setEditing(undefined)}
          onSave={(tool: ClientTool) => {
            if (editing.at === undefined) edit({ tools: [...config.tools, tool] });
            else put(editing.at, tool);
            setEditing(undefined);
          }}
        />
      )}
    </Fold>
  );
}

function ToolRow({
  tool,
  info,
  onChange,
  onEdit,
  onRemove,
}: {
  tool: NamedTool;
  info: ToolInfo | undefined;
  onChange: (tool: NamedTool) => void;
  onEdit: () => void;
  onRemove: () => void;
}) {
  const { t } = useTranslation();
  const title = info ? toolTitle(info) : tool.name;
  return (
    <li className="rounded-lg border border-line px-3 py-2" data-tool={tool.name}>
      <div className="flex items-center gap-2">
        <span className="min-w-0 flex-1 truncate text-[13px] font-medium">{title}</span>
        {tool.kind === "client" && (
          <>
            <Badge>{t("agents:tools.clientBadge")}</Badge>
            <IconButton
              size="icon-sm"
              label={t("agents:tools.edit", { name: title })}
              onClick={onEdit}
            >
              <Pencil />
            </IconButton>
          </>
        )}
        <IconButton
          size="icon-sm"
          className="-mr-1.5"
          label={t("agents:tools.remove", { name: title })}
          onClick={onRemove}
        >
          <Trash2 />
        </IconButton>
      </div>
      <p className="line-clamp-2 text-xs leading-5 text-faint">
        {tool.kind === "client" ? tool.description : info && toolAbout(info)}
      </p>
      {tool.kind === "builtin" && (
        <label className="mt-1.5 flex items-center justify-between gap-2 text-xs text-soft">
          {t("agents:tools.approval")}
          <Switch
            checked={tool.approval === "always"}
            onCheckedChange={(on) => onChange({ ...tool, approval: on ? "always" : "never" })}
          />
        </label>
      )}
    </li>
  );
}
