/** Conversations, messages, runs and their events, files. */
import type { Id, Time } from "./base";
import type { Usage } from "./studio";

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
      data: {
        message_id: Id;
        type: "answer";
        text?: string;
        reasoning?: string;
        /** Where the piece begins in the message, in Unicode code points; a re-sent piece overlaps. */
        offset?: number;
        reasoning_offset?: number;
      };
    }
  | { event: "message.reset"; data: { message_id: Id } }
  | { event: "message.completed"; data: { message: Message } }
  | { event: "step.started"; data: { step: Step } }
  | { event: "step.completed"; data: { step: Step } }
  | { event: "run.requires_action"; data: { run: Run } }
  | { event: "run.completed"; data: { run: Run } }
  | { event: "run.failed"; data: { run: Run } }
  | { event: "run.cancelled"; data: { run: Run } };

export interface FileInfo {
  id: Id;
  workspace_id: Id;
  name: string;
  size: number;
  content_type: string;
  created_at: Time;
}
