/** What a model may use on the way: tools, workflows, knowledge. */
import type { ReactNode } from "react";
import { useQuery } from "@tanstack/react-query";
import { Plus, Trash2, Workflow, Wrench } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useWorkspace } from "@/app/session";
import { toolsQuery } from "@/features/agents/queries";
import { toolAbout, toolTitle } from "@/features/agents/tool-text";
import { workflowChoicesQuery } from "@/features/workflows/queries";
import { useEditor } from "../../store";
import { Button, IconButton } from "@/ui/button";
import { Menu, MenuContent, MenuItem, MenuLabel, MenuTrigger } from "@/ui/menu";
import { Notice } from "@/ui/states";
import { usePanel } from "../context";
import { FaultText } from "../parts/FaultText";
import { PanelGroup } from "../parts/PanelField";
import { isRecord, replaced, without } from "../pointer";
import { Param } from "../schema/SchemaForm";
import { LiteralEditor } from "../values/LiteralEditor";
import { fieldsOfSchema } from "../values/types";
import { More } from "./ModelChoice";

interface Skill {
  tool?: string;
  workflow_id?: string;
  version?: string | null;
  hidden?: string[];
  defaults?: Record<string, unknown>;
}

const listOf = (value: unknown): Skill[] => (Array.isArray(value) ? value.filter(isRecord) : []);

export function Skills() {
  const { t } = useTranslation();
  const { node, readonly, setParam } = usePanel();
  const workspace = useWorkspace();
  const self = useEditor((state) => state.workflow.id);
  const tools = useQuery(toolsQuery).data ?? [];
  const workflows = (useQuery(workflowChoicesQuery(workspace.id)).data ?? []).filter(({ id }) => id !== self);
  const skills = isRecord(node.params?.skills) ? node.params.skills : {};
  const [usedTools, usedWorkflows] = [listOf(skills.tools), listOf(skills.workflows)];
  const knowledge = isRecord(skills.knowledge);
  const set = (part: Record<string, unknown>) => setParam(["skills"], { ...skills, ...part });
  const freeTools = tools.filter(({ name }) => !usedTools.some(({ tool }) => tool === name));
  const freeWorkflows = workflows.filter(({ id }) => !usedWorkflows.some(({ workflow_id }) => workflow_id === id));
  return (
    <>
      {usedTools.length + usedWorkflows.length === 0 && !knowledge && (
        <p className="text-xs leading-5 text-faint">{t("canvas-panel:skills.empty")}</p>
      )}
      <ul className="space-y-2">
        {usedTools.map((skill, at) => {
          const info = tools.find(({ name }) => name === skill.tool);
          return (
            <SkillRow
              key={`tool ${skill.tool}`}
              icon={<Wrench />}
              path={`/params/skills/tools/${at}`}
              title={info ? toolTitle(info) : (skill.tool ?? "")}
              about={info && toolAbout(info)}
              skill={skill}
              fields={info ? fieldsOfSchema(info.parameters) : []}
              onChange={(next) => set({ tools: replaced(usedTools, at, next) })}
              onRemove={() => set({ tools: without(usedTools, at) })}
            />
          );
        })}
        {usedWorkflows.map((skill, at) => {
          const info = workflows.find(({ id }) => id === skill.workflow_id);
          return (
            <SkillRow
              key={`workflow ${skill.workflow_id}`}
              icon={<Workflow />}
              path={`/params/skills/workflows/${at}`}
              title={info?.name ?? skill.workflow_id ?? ""}
              about={info?.description}
              skill={skill}
              fields={[]}
              onChange={(next) => set({ workflows: replaced(usedWorkflows, at, next) })}
              onRemove={() => set({ workflows: without(usedWorkflows, at) })}
            />
          );
        })}
      </ul>
      {knowledge && (
        <PanelGroup
          path="/params/skills/knowledge"
          label={t("canvas-panel:skills.knowledge")}
          action={
            !readonly && (
              <IconButton size="icon-sm" label={t("canvas-panel:skills.remove", { name: t("canvas-panel:skills.knowledge") })} onClick={() => set({ knowledge: null })}>
                <Trash2 />
              </IconButton>
            )
          }
        >
          <Notice tone="info">{t("canvas-panel:service.knowledge")}</Notice>
          <div className="space-y-3 pt-2">
            {["knowledge_ids", "strategy", "top_k", "min_score", "on_demand", "no_recall_reply"].map((name) => (
              <Param key={name} name={["skills", "knowledge", name]} />
            ))}
          </div>
        </PanelGroup>
      )}
      {!readonly && (
        <Menu>
          <MenuTrigger asChild>
            <Button size="sm">
              <Plus />
              {t("canvas-panel:skills.add")}
            </Button>
          </MenuTrigger>
          <MenuContent align="start" className="w-72">
            <MenuLabel>{t("canvas-panel:skills.tools")}</MenuLabel>
            {freeTools.map((tool) => (
              <MenuItem key={tool.name} onSelect={() => set({ tools: [...usedTools, { tool: tool.name }] })}>
                <Wrench />
                <span className="min-w-0 truncate">{toolTitle(tool)}</span>
              </MenuItem>
            ))}
            {freeWorkflows.length > 0 && <MenuLabel>{t("canvas-panel:skills.workflows")}</MenuLabel>}
            {freeWorkflows.map(({ id, name }) => (
              <MenuItem key={id} onSelect={() => set({ workflows: [...usedWorkflows, { workflow_id: id }] })}>
                <Workflow />
                <span className="min-w-0 truncate">{name}</span>
              </MenuItem>
            ))}
            {!knowledge && (
              <>
                <MenuLabel>{t("canvas-panel:skills.knowledge")}</MenuLabel>
                <MenuItem onSelect={() => set({ knowledge: { knowledge_ids: [] } })}>
                  <Plus />
                  {t("canvas-panel:skills.addKnowledge")}
                </MenuItem>
              </>
            )}
          </MenuContent>
        </Menu>
      )}
    </>
  );
}

function SkillRow({
  icon,
  path,
  title,
  about,
  skill,
  fields,
  onChange,
  onRemove,
}: {
  icon: ReactNode;
  path: string;
  title: string;
  about: string | undefined;
  skill: Skill;
  fields: ReturnType<typeof fieldsOfSchema>;
  onChange: (skill: Skill) => void;
  onRemove: () => void;
}) {
  const { t } = useTranslation();
  const { readonly, fault } = usePanel();
  const wrong = fault(path);
  const hidden = skill.hidden ?? [];
  const defaults = skill.defaults ?? {};
  return (
    <li className="rounded-lg border border-line px-3 py-2 [&_svg]:size-4" data-path={path}>
      <div className="flex items-center gap-2 [&>svg]:shrink-0 [&>svg]:text-faint">
        {icon}
        <span className="min-w-0 flex-1 truncate text-[13px] font-medium">{title}</span>
        {!readonly && (
          <IconButton size="icon-sm" className="-mr-1.5" label={t("canvas-panel:skills.remove", { name: title })} onClick={onRemove}>
            <Trash2 />
          </IconButton>
        )}
      </div>
      {about && <p className="line-clamp-2 text-xs leading-5 text-faint">{about}</p>}
      <FaultText fault={wrong} />
      {fields.length > 0 && (
        <More label={t("canvas-panel:skills.arguments")}>
          {fields.map(({ name, type, description }) => (
            <div key={name} className="space-y-1">
              <div className="flex items-center justify-between gap-2 text-[13px]">
                <span className="min-w-0 truncate font-mono" title={description}>
                  {name}
                </span>
                <label className="flex shrink-0 items-center gap-1.5 text-xs text-soft">
                  <input
                    type="checkbox"
                    disabled={readonly}
                    checked={hidden.includes(name)}
                    onChange={({ target }) =>
                      onChange({ ...skill, hidden: target.checked ? [...hidden, name] : hidden.filter((one) => one !== name) })
                    }
                  />
                  {t("canvas-panel:skills.hidden")}
                </label>
              </div>
              <LiteralEditor
                aria-label={t("canvas-panel:skills.default", { name })}
                disabled={readonly}
                type={type}
                value={defaults[name]}
                onChange={(value) => {
                  const { [name]: _, ...rest } = defaults;
                  onChange({ ...skill, defaults: value === undefined || value === "" ? rest : { ...rest, [name]: value } });
                }}
              />
            </div>
          ))}
        </More>
      )}
    </li>
  );
}
