/** Conversations, messages, runs and their events, files. */
import type { Id, Schemas } from "./base";

export type Conversation = Schemas["Conversation"];
export type ContentPart = Schemas["ContentPart"];
export type TurnInput = Schemas["TurnInput"];
export type MessageType = Schemas["MessageType"];
export type Message = Schemas["Message"];
export type MessagePage = Schemas["MessageList"];
export type Turn = Schemas["Turn"];

export type RunStatus = Schemas["RunStatus"];
export type Failure = Schemas["RunError"];
export type RequiredAction = Schemas["RequiredAction"];
export type Run = Schemas["Run"];
export type Step = Schemas["Step"];
export type RunDetail = Schemas["RunDetail"];
/** `step` only where a run waits at a breakpoint. */
export type ToolOutput = Omit<Schemas["ToolOutput"], "step"> & { step?: boolean };

/** What a run's stream says, by event name. By hand: OpenAPI does not describe event streams. */
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
  | { event: "variable.set"; data: { scope: string; path: string[]; value: unknown } }
  | { event: "run.requires_action"; data: { run: Run } }
  | { event: "run.completed"; data: { run: Run } }
  | { event: "run.failed"; data: { run: Run } }
  | { event: "run.cancelled"; data: { run: Run } };

export type FileInfo = Schemas["File"];
