/** Model vendors, models, probe and test. */
import type { Capabilities, Model, Vendor } from "../src/api/types/index.ts";
import { ago, db, id } from "./db.ts";
import { notFound, Refusal, type Routes } from "./http.ts";

const vendor = (
  id: Vendor["id"],
  name: string,
  url: string | null,
  rest: Partial<Vendor> = {},
): Vendor => ({
  id,
  name,
  default_base_url: url,
  needs_key: true,
  needs_base_url: url === null,
  extra_fields: [],
  ...rest,
});

const VENDORS: Vendor[] = [
  vendor("openai", "OpenAI", "https://api.openai.com/v1"),
  vendor("azure_openai", "Azure OpenAI", null, {
    extra_fields: [{ name: "api_version", label: "API version", required: true }],
  }),
  vendor("ark", "Volcengine Ark", "https://ark.cn-beijing.volces.com/api/v3"),
  vendor("deepseek", "DeepSeek", "https://api.deepseek.com"),
  vendor("qwen", "Qwen", "https://dashscope.aliyuncs.com/compatible-mode/v1"),
  vendor("ollama", "Ollama", "http://localhost:11434", { needs_key: false }),
  vendor("gemini", "Gemini", "https://generativelanguage.googleapis.com"),
  vendor("anthropic", "Anthropic", "https://api.anthropic.com"),
  vendor("openai_compatible", "OpenAI-compatible", null, { needs_key: false }),
  vendor("offline", "Offline (built in)", null, { needs_key: false, needs_base_url: false }),
];

export const CAPABLE: Capabilities = {
  tools: true,
  parallel_tools: true,
  json_schema: true,
  vision: false,
  reasoning: false,
  embedding_dimensions: null,
};

// eslint-disable-next-line @typescript-eslint/no-explicit-any
export function createModel(workspaceId: string | null, input: any): Model {
  const { api_key, shared, ...rest } = input;
  const model: Model = {
    base_url: null,
    kind: "chat",
    capabilities: CAPABLE,
    context_window: null,
    max_output_tokens: null,
    defaults: {},
    price: null,
    max_concurrency: null,
    fallback_model_id: null,
    timeout_seconds: null,
    extra: {},
    read_only: false,
    is_default: !db.models.some((item) => item.is_default),
    ...rest,
    id: id(),
    workspace_id: shared ? null : workspaceId,
    has_key: Boolean(api_key),
    created_at: ago(),
    updated_at: ago(),
  };
  db.models.push(model);
  return model;
}

const find = (modelId: string | undefined) => {
  const model = db.models.find((item) => item.id === modelId);
  if (!model) throw notFound();
  return model;
};

export const routes: Routes = {
  "GET /model-vendors": () => ({ items: VENDORS }),
  "GET /workspaces/:workspace_id/models": ({ params }) => ({
    items: db.models.filter(
      (item) => item.workspace_id === null || item.workspace_id === params.workspace_id,
    ),
    next_cursor: null,
  }),
  "POST /workspaces/:workspace_id/models": ({ params, body }) =>
    createModel(params.workspace_id!, body),
  "GET /models/:id": ({ params }) => find(params.id),
  "PATCH /models/:id": ({ params, body }) => {
    const model = find(params.id);
    if (model.read_only)
      throw new Refusal(409, "model_read_only", "This model comes from the environment.");
    const { api_key, ...rest } = body;
    return Object.assign(model, rest, api_key ? { has_key: true } : {}, { updated_at: ago() });
  },
  "DELETE /models/:id": ({ params, query }) => {
    const model = find(params.id);
    const used = db.agents.filter((item) => item.draft.config.model.model_id === model.id);
    if (used.length > 0 && query.get("force") !== "true")
      throw new Refusal(
        409,
        "model_in_use",
        `Used by ${used.map((item) => item.agent.name).join(", ")}.`,
      );
    db.models = db.models.filter((item) => item !== model);
    return {};
  },
  "POST /workspaces/:workspace_id/models/probe": async ({ body }) => {
    await new Promise((resolve) => setTimeout(resolve, 900));
    if (body.api_key === "bad")
      throw new Refusal(502, "model_vendor_error", "401 Unauthorized: Incorrect API key provided: bad.");
    if (body.model)
      return {
        models: [],
        checked: {
          model: body.model,
          capabilities: { ...CAPABLE, vision: /vision|4o|vl/.test(body.model) },
          notes: ["Tool call answered with valid arguments."],
        },
      };
    const models = body.vendor === "offline" ? ["offline"] : ["gpt-4o", "gpt-4o-mini", "deepseek-chat", "text-embedding-3-small"];
    return { models, checked: null };
  },
  "POST /workspaces/:workspace_id/models/test": async ({ body }) => {
    await new Promise((resolve) => setTimeout(resolve, 700));
    if (body.input?.api_key === "bad")
      throw new Refusal(502, "model_vendor_error", "401 Unauthorized: Incorrect API key provided: bad.");
    return {
      answer: "Hello! I can hear you.",
      latency_ms: 684,
      usage: { input_tokens: 14, output_tokens: 7, total_tokens: 21 },
    };
  },
};
