/**
 * The shapes of `/api/v1`, written by hand until they are generated from the
 * OpenAPI document (`npm run api`). Ids are decimal strings, times RFC 3339 UTC.
 */
export type Id = string;
export type Time = string;
export type Role = "owner" | "admin" | "builder" | "viewer";
export type Locale = "zh-CN" | "en";
export type Localized = Record<Locale, string>;
export type JsonSchema = { [key: string]: unknown };

export interface List<T> {
  items: T[];
  next_cursor: string | null;
}

// ---- identity

export interface SetupStatus {
  needed: boolean;
  code_required: boolean;
  version: string;
}
export interface SetupInput {
  email: string;
  name: string;
  password: string;
  code?: string;
}
export interface AuthOptions {
  registration: "open" | "listed" | "closed";
}
export interface SignUpInput {
  email: string;
  name: string;
  password: string;
  invitation?: string;
}
export interface SignInInput {
  email: string;
  password: string;
}
export interface User {
  id: Id;
  email: string;
  name: string;
  locale: string;
  is_instance_admin: boolean;
  created_at: Time;
}
export interface WorkspaceRef {
  id: Id;
  name: string;
  kind: "personal" | "team";
  role: Role;
}
export interface Me {
  user: User;
  workspaces: WorkspaceRef[];
}
export interface Session {
  id: Id;
  current: boolean;
  created_at: Time;
  last_seen_at: Time;
  expires_at: Time;
  user_agent: string;
  ip: string;
}
export type TokenPermissions = "read" | "run" | "build" | "full";
export interface Token {
  id: Id;
  name: string;
  prefix: string;
  workspace_ids: Id[] | null;
  permissions: string;
  created_at: Time;
  expires_at: Time | null;
  last_used_at: Time | null;
}
export type NewToken = Token & { secret: string };
export interface TokenInput {
  name: string;
  workspace_ids?: Id[];
  expires_in_days?: number | null;
  permissions?: TokenPermissions;
}

// ---- workspaces

export interface Workspace extends WorkspaceRef {
  description: string;
  member_count: number;
  created_at: Time;
}
export interface WorkspaceInput {
  name: string;
  description?: string;
}
export interface Member {
  user_id: Id;
  name: string;
  email: string;
  role: Role;
  joined_at: Time;
}
export interface Invitation {
  id: Id;
  role: Role;
  created_at: Time;
  expires_at: Time;
  max_uses: number;
  uses: number;
}
export type NewInvitation = Invitation & { code: string; url: string };
export interface InvitationInput {
  role: Role;
  expires_in_days?: number;
  max_uses?: number;
}
export interface InvitationPreview {
  workspace_name: string;
  role: Role;
  inviter_name: string;
  expires_at: Time;
}
export interface ServiceAccount {
  id: Id;
  user_id: Id;
  name: string;
  role: Role;
  created_at: Time;
  token_count: number;
}
export type OAuthAppKind = "jwt" | "pkce" | "web" | "device";
export interface OAuthApp {
  id: Id;
  client_id: string;
  name: string;
  kind: OAuthAppKind;
  redirect_uris: string[];
  key_id: string | null;
  created_at: Time;
}
export type NewOAuthApp = OAuthApp & { client_secret?: string };
export interface OAuthAppInput {
  name: string;
  kind: OAuthAppKind;
  redirect_uris?: string[];
  public_key?: string;
  key_id?: string;
}
export interface Consent {
  app_name: string;
  workspace_name: string;
  redirect_uri: string;
  scopes: string[];
}
export interface ConsentInput {
  client_id: string;
  redirect_uri: string;
  state?: string;
  code_challenge?: string;
  code_challenge_method?: string;
  approve: boolean;
}
export interface DeviceRequest {
  app_name: string;
  workspace_name: string;
  expires_at: Time;
}
export interface AuditEntry {
  id: Id;
  at: Time;
  actor_id: Id | null;
  actor_name: string;
  action: string;
  target: string;
  ip: string;
  detail: Record<string, unknown>;
}
export type AdminUser = User & { disabled: boolean; last_sign_in_at: Time | null };
export interface SystemInfo {
  version: string;
  started_at: Time;
  settings: { name: string; value: string; origin: string }[];
  components: { name: string; state: "ok" | "degraded" | "down"; detail: string }[];
}

// ---- models

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

// ---- agents

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

// ---- conversations and turns

export interface Conversation {
  id: Id;
  workspace_id: Id;
  agent_id: Id;
  name: string;
  draft: boolean;
  section_id: Id;
  created_at: Time;
  updated_at: Time;
  active_run_id: Id | null;
}
export type ContentPart =
  | { type: "text"; text: string }
  | { type: "image"; file_id?: Id; url?: string }
  | { type: "file"; file_id?: Id; url?: string };
export interface TurnInput {
  content: ContentPart[] | string;
  variables?: Record<string, string>;
  on_busy?: "queue" | "reject";
}
export type MessageType =
  | "question"
  | "answer"
  | "function_call"
  | "tool_response"
  | "follow_up"
  | "verbose";
export interface Message {
  id: Id;
  conversation_id: Id;
  run_id: Id | null;
  section_id: Id;
  role: "user" | "assistant";
  type: MessageType;
  content: ContentPart[];
  reasoning?: string;
  status: "streaming" | "completed" | "interrupted" | "failed";
  feedback: { rating: "up" | "down"; comment: string } | null;
  meta: Record<string, unknown>;
  created_at: Time;
  updated_at: Time;
}
export interface MessagePage {
  items: Message[];
  has_more: boolean;
}
export interface Turn {
  run_id: Id;
  conversation_id: Id;
  question: Message;
  status: RunStatus;
}

// ---- runs

export type RunStatus =
  | "queued"
  | "running"
  | "requires_action"
  | "completed"
  | "failed"
  | "cancelled";
export interface Failure {
  code: string;
  message: string;
}
export interface RequiredAction {
  calls: {
    call_id: string;
    name: string;
    arguments: Record<string, unknown>;
    kind: "client" | "approval";
  }[];
}
export interface Run {
  id: Id;
  workspace_id: Id;
  program: "agent";
  agent_id: Id | null;
  agent_name: string;
  agent_version: number | null;
  conversation_id: Id | null;
  status: RunStatus;
  error: Failure | null;
  usage: Usage;
  cost: { amount: number; currency: string } | null;
  required_action: RequiredAction | null;
  created_by: Id;
  created_at: Time;
  started_at: Time | null;
  finished_at: Time | null;
  resumed: number;
}
export interface Step {
  seq: number;
  kind: "model" | "tool";
  name: string;
  status: "running" | "completed" | "failed" | "cancelled" | "waiting";
  started_at: Time;
  finished_at: Time | null;
  duration_ms: number | null;
  input: unknown;
  output: unknown;
  error: Failure | null;
  usage: Usage | null;
  cost: number | null;
  attempt: number;
}
export type RunDetail = Run & { steps: Step[] };
export interface ToolOutput {
  call_id: string;
  output?: string;
  approve?: boolean;
}

/** What a run's stream says, by event name. */
export type RunEvent =
  | { event: "run.created"; data: { run: Run; question?: Message } }
  | { event: "run.started"; data: { run: Run } }
  | {
      event: "message.delta";
      data: { message_id: Id; type: "answer"; text?: string; reasoning?: string };
    }
  | { event: "message.reset"; data: { message_id: Id } }
  | { event: "message.completed"; data: { message: Message } }
  | { event: "step.started"; data: { step: Step } }
  | { event: "step.completed"; data: { step: Step } }
  | { event: "run.requires_action"; data: { run: Run } }
  | { event: "run.completed"; data: { run: Run } }
  | { event: "run.failed"; data: { run: Run } }
  | { event: "run.cancelled"; data: { run: Run } };

// ---- files

export interface FileInfo {
  id: Id;
  workspace_id: Id;
  name: string;
  size: number;
  content_type: string;
  created_at: Time;
}
