/** Conversations, turns as SSE, runs, files. */
import type { ServerResponse } from "node:http";
import type { Conversation, Message, TurnInput } from "../src/api/types/index.ts";
import { findAgent } from "./agents.ts";
import { ago, db, id, type StoredRun } from "./db.ts";
import { ANSWERED, notFound, paged, Refusal, type Call, type Routes } from "./http.ts";
import { newRun, play } from "./run.ts";

const findConversation = (conversationId: string | undefined) => {
  const found = db.conversations.find((item) => item.id === conversationId);
  if (!found) throw notFound();
  return found;
};
const findRun = (runId: string | undefined) => {
  const found = db.runs.find((item) => item.run.id === runId);
  if (!found) throw notFound();
  return found;
};

/** Streams a run's events after `after`, until the run ends or waits. */
function stream(response: ServerResponse, stored: StoredRun, after: number): typeof ANSWERED {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  const newest = stored.events.at(-1)?.id ?? 0;
  const send: Parameters<StoredRun["listeners"]["add"]>[0] = ({ id, event }) => {
    response.write(`id: ${id}\nevent: ${event.event}\ndata: ${JSON.stringify(event.data)}\n\n`);
    if (!/^run\.(completed|failed|cancelled|requires_action)$/.test(event.event)) return;
    // It waited and went on since.
    if (id < newest) return;
    stored.listeners.delete(send);
    response.end();
  };
  const past = stored.events.filter((entry) => entry.id > after);
  const ended = !["queued", "running"].includes(stored.run.status);
  for (const entry of past) send(entry);
  if (!ended) stored.listeners.add(send);
  else if (!response.writableEnded) response.end();
  response.on("close", () => stored.listeners.delete(send));
  return ANSWERED;
}

function answer(call: Call, stored: StoredRun, question: Message | undefined) {
  if (call.request.headers.accept?.includes("text/event-stream"))
    return stream(call.response, stored, 0);
  const { id: run_id, conversation_id, status } = stored.run;
  return { run_id, conversation_id, question, status };
}

export function createConversation(
  workspaceId: string,
  input: { agent_id: string; name?: string; draft?: boolean },
): Conversation {
  const conversation: Conversation = {
    id: id(),
    workspace_id: workspaceId,
    agent_id: findAgent(input.agent_id).agent.id,
    name: input.name ?? "",
    draft: input.draft ?? false,
    section_id: id(),
    created_at: ago(),
    updated_at: ago(),
    active_run_id: null,
  };
  db.conversations.unshift(conversation);
  return conversation;
}

export function createMessage(
  conversation: Conversation,
  fields: Partial<Message> & Pick<Message, "role" | "type" | "content">,
): Message {
  const message: Message = {
    id: id(),
    conversation_id: conversation.id,
    run_id: null,
    section_id: conversation.section_id,
    status: "completed",
    feedback: null,
    meta: {},
    created_at: ago(),
    updated_at: ago(),
    ...fields,
  };
  db.messages.push(message);
  return message;
}

function startTurn(conversation: Conversation, input: TurnInput) {
  const content =
    typeof input.content === "string"
      ? [{ type: "text" as const, text: input.content }]
      : input.content;
  const stored = newRun(conversation);
  const question = createMessage(conversation, {
    role: "user",
    type: "question",
    content,
    run_id: stored.run.id,
  });
  const first = content.find((part) => part.type === "text");
  conversation.name ||= first ? [...first.text].slice(0, 24).join("") : "";
  conversation.updated_at = ago();
  conversation.active_run_id = stored.run.id;
  void play(stored, conversation, question);
  return { stored, question };
}

const W = "/workspaces/:workspace_id";

export const routes: Routes = {
  [`GET ${W}/conversations`]: ({ params, query }) => {
    const agent = query.get("agent_id");
    const text = (query.get("q") ?? "").toLowerCase();
    const found = db.conversations.filter(
      (item) =>
        item.workspace_id === params.workspace_id &&
        (!agent || item.agent_id === agent) &&
        item.name.toLowerCase().includes(text),
    );
    return paged(found, query);
  },
  [`POST ${W}/conversations`]: ({ params, body }) => createConversation(params.workspace_id!, body),
  "GET /conversations/:id": ({ params }) => findConversation(params.id),
  "PATCH /conversations/:id": ({ params, body }) =>
    Object.assign(findConversation(params.id), body),
  "DELETE /conversations/:id": ({ params }) => {
    const found = findConversation(params.id);
    db.conversations = db.conversations.filter((item) => item !== found);
    return {};
  },
  "POST /conversations/:id/clear": ({ params }) => {
    const found = findConversation(params.id);
    found.section_id = id();
    return { section_id: found.section_id };
  },
  "GET /conversations/:id/messages": ({ params, query }) => {
    const all = db.messages.filter((item) => item.conversation_id === params.id);
    const before = query.get("before");
    const end = before ? all.findIndex((item) => item.id === before) : all.length;
    const start = Math.max(0, end - Number(query.get("limit") ?? 20));
    return { items: all.slice(start, end), has_more: start > 0 };
  },
  "POST /conversations/:id/turns": (call) => {
    const conversation = findConversation(call.params.id);
    const { stored, question } = startTurn(conversation, call.body as TurnInput);
    return answer(call, stored, question);
  },
  "POST /messages/:id/regenerate": (call) => {
    const old = db.messages.find((item) => item.id === call.params.id);
    if (!old) throw notFound();
    const conversation = findConversation(old.conversation_id);
    const question = db.messages.find(
      (item) => item.run_id === old.run_id && item.type === "question",
    );
    if (!question) throw notFound();
    old.meta = { ...old.meta, superseded: true };
    const stored = newRun(conversation);
    conversation.active_run_id = stored.run.id;
    void play(stored, conversation, question);
    return answer(call, stored, question);
  },
  "PUT /messages/:id/feedback": ({ params, body }) => {
    const message = db.messages.find((item) => item.id === params.id);
    if (!message) throw notFound();
    message.feedback = body.rating ? { rating: body.rating, comment: body.comment ?? "" } : null;
    return message;
  },
  [`GET ${W}/runs`]: ({ params, query }) => {
    const found = db.runs
      .map(({ run }) => {
        const { steps: _, ...rest } = run;
        return rest;
      })
      .filter(
        (item) =>
          item.workspace_id === params.workspace_id &&
          (!query.get("agent_id") || item.agent_id === query.get("agent_id")) &&
          (!query.get("status") || item.status === query.get("status")),
      );
    return paged(found, query);
  },
  "GET /runs/:id": ({ params }) => findRun(params.id).run,
  "GET /runs/:id/events": ({ params, query, request, response }) => {
    const after = request.headers["last-event-id"] ?? query.get("after") ?? 0;
    return stream(response, findRun(params.id), Number(after));
  },
  "POST /runs/:id/cancel": ({ params }) => {
    const stored = findRun(params.id);
    if (stored.run.finished_at) throw new Refusal(409, "run_finished", "The run has ended.");
    stored.cancelled = true;
    stored.resume?.([]);
    return stored.run;
  },
  "POST /runs/:id/tool-outputs": (call) => {
    const stored = findRun(call.params.id);
    if (!stored.resume) throw new Refusal(409, "run_not_waiting", "The run waits for nothing.");
    const after = stored.events.at(-1)?.id ?? 0;
    stored.resume(call.body.outputs);
    if (call.request.headers.accept?.includes("text/event-stream"))
      return stream(call.response, stored, after);
    return { run_id: stored.run.id, conversation_id: stored.run.conversation_id, status: "running" };
  },
  [`POST ${W}/files`]: ({ params, body }) => ({
    id: id(),
    workspace_id: params.workspace_id,
    name: /filename="([^"]*)"/.exec((body as Buffer).toString("latin1"))?.[1] ?? "file",
    size: (body as Buffer).length,
    content_type: "application/octet-stream",
    created_at: ago(),
  }),
};
