/** Agents: draft, versions, templates, tools. */
import type { AgentConfig, AgentDraft, AgentTemplate, Problem, ToolInfo } from "../src/api/types/index.ts";
import { ago, db, id, type StoredAgent } from "./db.ts";
import { notFound, paged, Refusal, type Routes } from "./http.ts";

export const emptyConfig = (): AgentConfig => ({
  prompt: "",
  model: { model_id: db.models.find((item) => item.is_default)?.id ?? null, params: {} },
  opening: { message: "", suggested_questions: [] },
  follow_up: { enabled: false },
  history_rounds: 10,
  variables: [],
  tools: [],
  budget: { max_rounds: 12, max_seconds: 300, max_cost: null },
});

const tool = (
  name: string,
  zh: string,
  en: string,
  description: string,
  effect: ToolInfo["effect"],
  properties: Record<string, unknown>,
): ToolInfo => ({
  name,
  title: { "zh-CN": zh, en },
  description,
  parameters: { type: "object", properties },
  effect,
});

const TOOLS: ToolInfo[] = [
  tool("current_time", "当前时间", "Current time", "Tells date and time in a time zone.", "pure", {
    timezone: { type: "string" },
  }),
  tool("calculator", "计算器", "Calculator", "Computes an expression.", "pure", {
    expression: { type: "string" },
  }),
  tool("fetch_page", "读取网页", "Fetch page", "Fetches a web page as Markdown.", "read", {
    url: { type: "string", format: "uri" },
  }),
];

const templates = (): AgentTemplate[] => [
  {
    id: "assistant",
    icon: "💬",
    name: { "zh-CN": "通用助手", en: "Assistant" },
    description: {
      "zh-CN": "回答问题，会用计算器和当前时间。",
      en: "Answers questions; can calculate and tell the time.",
    },
    config: {
      ...emptyConfig(),
      prompt: "You are a helpful assistant. Answer in the language of the question.",
      opening: { message: "Hello! What can I do for you?", suggested_questions: ["What is 12 * 34?", "What time is it in Beijing?"] },
      tools: [
        { kind: "builtin", name: "calculator", approval: "never" },
        { kind: "builtin", name: "current_time", approval: "never" },
      ],
    },
  },
  {
    id: "reader",
    icon: "📖",
    name: { "zh-CN": "网页阅读", en: "Page reader" },
    description: { "zh-CN": "读取链接并总结要点。", en: "Reads a link and sums it up." },
    config: {
      ...emptyConfig(),
      prompt: "Fetch the page the user names and summarise it in {{bullet_count}} points.",
      variables: [{ name: "bullet_count", description: "How many points", default: "5" }],
      tools: [{ kind: "builtin", name: "fetch_page", approval: "always" }],
    },
  },
  {
    id: "translator",
    icon: "🌐",
    name: { "zh-CN": "中英互译", en: "Translator" },
    description: { "zh-CN": "地道地互译中文和英文。", en: "Translates between Chinese and English." },
    config: { ...emptyConfig(), prompt: "Translate Chinese to English and English to Chinese." },
  },
];

export function createAgent(
  workspaceId: string,
  input: { name: string; description?: string; icon?: string; template_id?: string; config?: AgentConfig },
): StoredAgent {
  const template = templates().find((item) => item.id === input.template_id);
  const stored: StoredAgent = {
    agent: {
      id: id(),
      workspace_id: workspaceId,
      name: input.name,
      description: input.description ?? "",
      icon: input.icon ?? "",
      created_by: db.owner?.id ?? "",
      created_at: ago(),
      updated_at: ago(),
      published_version: null,
      published_at: null,
      has_unpublished_changes: true,
    },
    draft: {
      config: structuredClone(input.config ?? template?.config ?? emptyConfig()),
      revision: 1,
      updated_at: ago(),
    },
    versions: [],
  };
  db.agents.unshift(stored);
  return stored;
}

export const findAgent = (agentId: string | undefined) => {
  const found = db.agents.find((item) => item.agent.id === agentId);
  if (!found) throw notFound();
  return found;
};

function problems(config: AgentConfig): Problem[] {
  const found: Problem[] = [];
  if (!config.model.model_id)
    found.push({ field: "model.model_id", code: "model_unavailable", message: "Choose a model.", blocking: true });
  for (const [, name] of config.prompt.matchAll(/\{\{\s*(\w+)\s*\}\}/g))
    if (!config.variables.some((item) => item.name === name))
      found.push({ field: "prompt", code: "variable_undeclared", message: `{{${name}}} is not declared.`, blocking: false });
  return found;
}

const draft = ({ draft }: StoredAgent): AgentDraft => ({ ...draft, problems: problems(draft.config) });

export function publish(stored: StoredAgent, body: { name?: string; notes?: string }) {
  const version = (stored.versions[0]?.version ?? 0) + 1;
  const entry = {
    version,
    name: body.name ?? "",
    notes: body.notes ?? "",
    published_by: db.owner?.id ?? "",
    published_by_name: db.owner?.name ?? "",
    published_at: ago(),
    config: structuredClone(stored.draft.config),
  };
  stored.versions.unshift(entry);
  Object.assign(stored.agent, {
    published_version: version,
    published_at: entry.published_at,
    has_unpublished_changes: false,
  });
  return entry;
}

export const routes: Routes = {
  "GET /tools": () => ({ items: TOOLS }),
  "GET /agent-templates": () => ({ items: templates() }),
  "GET /workspaces/:workspace_id/agents": ({ params, query }) => {
    const text = (query.get("q") ?? "").toLowerCase();
    const found = db.agents
      .map((item) => item.agent)
      .filter((item) => item.workspace_id === params.workspace_id)
      .filter((item) => item.name.toLowerCase().includes(text));
    return paged(found, query);
  },
  "POST /workspaces/:workspace_id/agents": ({ params, body }) =>
    createAgent(params.workspace_id!, body).agent,
  "GET /agents/:id": ({ params }) => findAgent(params.id).agent,
  "PATCH /agents/:id": ({ params, body }) =>
    Object.assign(findAgent(params.id).agent, body, { updated_at: ago() }),
  "DELETE /agents/:id": ({ params }) => {
    const found = findAgent(params.id);
    db.agents = db.agents.filter((item) => item !== found);
    return {};
  },
  "POST /agents/:id/duplicate": ({ params, body }) => {
    const { agent, draft } = findAgent(params.id);
    return createAgent(agent.workspace_id, {
      ...agent,
      name: body.name ?? `${agent.name} (2)`,
      config: draft.config,
    }).agent;
  },
  "GET /agents/:id/draft": ({ params }) => draft(findAgent(params.id)),
  "PUT /agents/:id/draft": ({ params, body }) => {
    const found = findAgent(params.id);
    if (body.revision !== found.draft.revision)
      throw new Refusal(409, "draft_changed", "The draft was changed elsewhere. Reload it.");
    found.draft = { config: body.config, revision: body.revision + 1, updated_at: ago() };
    found.agent.has_unpublished_changes = true;
    found.agent.updated_at = ago();
    return draft(found);
  },
  "GET /agents/:id/versions": ({ params, query }) => paged(findAgent(params.id).versions, query),
  "GET /agents/:id/versions/:version": ({ params }) => {
    const found = findAgent(params.id).versions.find((item) => String(item.version) === params.version);
    if (!found) throw notFound();
    return found;
  },
  "POST /agents/:id/publish": ({ params, body }) => {
    const found = findAgent(params.id);
    const problem = problems(found.draft.config).find(({ blocking }) => blocking);
    if (problem) throw new Refusal(400, "agent_incomplete", problem.message, problem.field);
    return publish(found, body);
  },
  "POST /agents/:id/unpublish": ({ params }) =>
    Object.assign(findAgent(params.id).agent, { published_version: null, published_at: null }),
  "POST /agents/:id/versions/:version/restore": ({ params }) => {
    const found = findAgent(params.id);
    const version = found.versions.find((item) => String(item.version) === params.version);
    if (!version) throw notFound();
    found.draft = {
      config: structuredClone(version.config),
      revision: found.draft.revision + 1,
      updated_at: ago(),
    };
    return draft(found);
  },
};
