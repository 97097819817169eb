/** Models and agents. */
import type { Id, JsonSchema, Localized, Time } from "./base";

export type VendorId =
  | "openai"
  | "azure_openai"
  | "ark"
  | "deepseek"
  | "qwen"
  | "ollama"
  | "gemini"
  | "anthropic"
  | "openai_compatible"
  | "offline";
export interface Vendor {
  id: VendorId;
  name: string;
  default_base_url: string | null;
  needs_key: boolean;
  needs_base_url: boolean;
  docs?: string;
  extra_fields: { name: string; label: string; required: boolean }[];
}
export interface Capabilities {
  tools: boolean;
  parallel_tools: boolean;
  json_schema: boolean;
  vision: boolean;
  reasoning: boolean;
  embedding_dimensions: number | null;
}
export interface ModelParams {
  temperature?: number;
  top_p?: number;
  top_k?: number;
  max_tokens?: number;
  frequency_penalty?: number;
  presence_penalty?: number;
  response_format?: "text" | "json";
  seed?: number;
  stop?: string[];
}
export interface Price {
  input_per_million: number;
  output_per_million: number;
  currency: "USD" | "CNY";
}
export type ModelKind = "chat" | "embedding";
export interface ModelInput {
  name: string;
  vendor: VendorId;
  base_url?: string;
  api_key?: string;
  model: string;
  kind?: ModelKind;
  capabilities?: Capabilities;
  context_window?: number;
  max_output_tokens?: number;
  defaults?: ModelParams;
  price?: Price | null;
  max_concurrency?: number;
  fallback_model_id?: Id | null;
  timeout_seconds?: number;
  extra?: Record<string, string>;
  shared?: boolean;
  is_default?: boolean;
}
export interface Model {
  id: Id;
  workspace_id: Id | null;
  name: string;
  vendor: VendorId;
  base_url: string | null;
  model: string;
  kind: ModelKind;
  capabilities: Capabilities;
  context_window: number | null;
  max_output_tokens: number | null;
  defaults: ModelParams;
  price: Price | null;
  max_concurrency: number | null;
  fallback_model_id: Id | null;
  timeout_seconds: number | null;
  extra: Record<string, string>;
  has_key: boolean;
  read_only: boolean;
  is_default: boolean;
  created_at: Time;
  updated_at: Time;
}
export interface ProbeInput {
  vendor: VendorId;
  base_url?: string;
  api_key?: string;
  model_id?: Id;
  extra?: Record<string, string>;
  model?: string;
}
export interface Probe {
  models: string[];
  checked: { model: string; capabilities: Capabilities; notes: string[] } | null;
}
export interface Usage {
  input_tokens: number;
  output_tokens: number;
  total_tokens: number;
  cached_tokens?: number;
  reasoning_tokens?: number;
}
export interface ModelTestInput {
  model_id?: Id;
  input?: ModelInput;
  message?: string;
}
export interface ModelTest {
  answer: string;
  latency_ms: number;
  usage: Usage;
}

export interface ToolInfo {
  name: string;
  title: Localized;
  description: string;
  parameters: JsonSchema;
  effect: "pure" | "read" | "write";
}
export type AgentTool =
  | { kind: "builtin"; name: string; approval: "never" | "always" }
  | { kind: "client"; name: string; description: string; parameters: JsonSchema };
export interface AgentVariable {
  name: string;
  description: string;
  default: string;
}
export interface AgentConfig {
  prompt: string;
  model: { model_id: Id | null; params: ModelParams };
  opening: { message: string; suggested_questions: string[] };
  follow_up: { enabled: boolean; prompt?: string };
  history_rounds: number;
  variables: AgentVariable[];
  tools: AgentTool[];
  budget: { max_rounds: number; max_seconds: number; max_cost: number | null };
}
export interface AgentTemplate {
  id: string;
  name: Localized;
  description: Localized;
  config: AgentConfig;
}
export interface AgentInput {
  name: string;
  description?: string;
  icon?: string;
  template_id?: string;
  config?: AgentConfig;
}
export interface Agent {
  id: Id;
  workspace_id: Id;
  name: string;
  description: string;
  icon: string;
  created_by: Id;
  created_at: Time;
  updated_at: Time;
  published_version: number | null;
  published_at: Time | null;
  has_unpublished_changes: boolean;
}
export interface Problem {
  field: string;
  code: string;
  message: string;
  /** Publishing is refused because of it. */
  blocking: boolean;
}
export interface AgentDraft {
  config: AgentConfig;
  revision: number;
  updated_at: Time;
  problems: Problem[];
}
export interface AgentVersion {
  version: number;
  name: string;
  notes: string;
  published_by: Id;
  published_by_name: string;
  published_at: Time;
}
