/** Plays an agent's turn: steps, a tool call when the text asks for one, a streamed answer. */
import type { Conversation, Message, Run, RunEvent, Step, Usage } from "../src/api/types/index.ts";
import { createMessage } from "./chat.ts";
import { ago, db, id, type StoredRun } from "./db.ts";

const NO_TOKENS: Usage = {
  input_tokens: 0,
  output_tokens: 0,
  total_tokens: 0,
  cached_tokens: 0,
  reasoning_tokens: 0,
};

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export function newRun(conversation: Conversation): StoredRun {
  const agent = db.agents.find((item) => item.agent.id === conversation.agent_id)?.agent;
  const stored: StoredRun = {
    run: {
      id: id(),
      workspace_id: conversation.workspace_id,
      program: "agent",
      agent_id: conversation.agent_id,
      agent_name: agent?.name ?? "",
      agent_version: conversation.draft ? null : (agent?.published_version ?? null),
      workflow_id: null,
      workflow_name: "",
      workflow_version: null,
      forked_from: null,
      parent_run_id: null,
      root_run_id: null,
      root_step: null,
      output: null,
      conversation_id: conversation.id,
      status: "running",
      error: null,
      section_id: conversation.section_id,
      meta: {},
      usage: { ...NO_TOKENS },
      cost: null,
      required_action: null,
      created_by: db.owner?.id ?? "",
      created_at: ago(),
      started_at: ago(),
      finished_at: null,
      resumed: 0,
      steps: [],
    },
    events: [],
    listeners: new Set(),
    cancelled: false,
  };
  db.runs.unshift(stored);
  return stored;
}

function emit(stored: StoredRun, event: RunEvent) {
  const entry = { id: stored.events.length + 1, event: structuredClone(event) };
  stored.events.push(entry);
  for (const listener of [...stored.listeners]) listener(entry);
}

const summary = (stored: StoredRun): Run => {
  const { steps: _, ...run } = stored.run;
  return run;
};

function startStep(stored: StoredRun, kind: Step["kind"], name: string, input: unknown): Step {
  const step: Step = {
    seq: stored.run.steps.length + 1,
    kind,
    name,
    status: "running",
    started_at: ago(),
    finished_at: null,
    duration_ms: null,
    input,
    output: null,
    error: null,
    usage: null,
    cost: null,
    attempt: 1,
    node: null,
    port: null,
    warnings: [],
    raw: null,
    pinned: false,
    run_id: null,
  };
  stored.run.steps.push(step);
  emit(stored, { event: "step.started", data: { step } });
  return step;
}

function finishStep(stored: StoredRun, step: Step, output: unknown, tokens = 0) {
  step.status = "completed";
  step.output = output;
  step.finished_at = ago();
  step.duration_ms = Date.parse(step.finished_at) - Date.parse(step.started_at);
  if (tokens > 0) {
    const input_tokens = 180 + tokens;
    step.usage = { ...NO_TOKENS, input_tokens, output_tokens: tokens, total_tokens: input_tokens + tokens };
    step.cost = tokens * 0.000002;
    const { usage } = stored.run;
    usage.input_tokens += input_tokens;
    usage.output_tokens += tokens;
    usage.total_tokens += input_tokens + tokens;
    stored.run.cost = { amount: (stored.run.cost?.amount ?? 0) + step.cost, currency: "USD" };
  }
  emit(stored, { event: "step.completed", data: { step } });
}

function finish(
  stored: StoredRun,
  conversation: Conversation,
  status: "completed" | "failed" | "cancelled",
) {
  stored.run.status = status;
  stored.run.finished_at = ago();
  conversation.active_run_id = null;
  emit(stored, { event: `run.${status}`, data: { run: summary(stored) } });
}

/** "12 * 34" → calculator; a URL → a fetch that has to be approved. */
function toolFor(text: string) {
  const url = /https?:\/\/\S+/.exec(text)?.[0];
  if (url) return { name: "fetch_page", arguments: { url }, output: "# Example\n\nA page.", ask: true };
  const sum = /(\d+)\s*([*x×+-])\s*(\d+)/.exec(text);
  if (sum) {
    const [, a = "0", op = "+", b = "0"] = sum;
    const value = op === "+" ? +a + +b : op === "-" ? +a - +b : +a * +b;
    return { name: "calculator", arguments: { expression: sum[0] }, output: String(value), ask: false };
  }
  return undefined;
}

async function wait(stored: StoredRun, call: { call_id: string; name: string; arguments: Record<string, unknown> }) {
  stored.run.status = "requires_action";
  stored.run.required_action = { calls: [{ ...call, kind: "approval" }] };
  const outputs = await new Promise<{ call_id: string; output?: string; approve?: boolean }[]>(
    (resolve) => {
      stored.resume = resolve;
      emit(stored, { event: "run.requires_action", data: { run: summary(stored) } });
    },
  );
  stored.resume = undefined;
  stored.run.status = "running";
  stored.run.required_action = null;
  return outputs[0]?.approve !== false;
}

export async function play(stored: StoredRun, conversation: Conversation, question: Message) {
  const run_id = stored.run.id;
  const text = question.content.map((part) => (part.type === "text" ? part.text : "")).join(" ");
  emit(stored, { event: "run.created", data: { run: summary(stored), question } });
  emit(stored, { event: "run.started", data: { run: summary(stored) } });
  const wanted = toolFor(text);
  let result: string | undefined;
  if (wanted) {
    const think = startStep(stored, "model", "gpt-4o", { messages: [{ role: "user", content: text }] });
    await sleep(500);
    finishStep(stored, think, { tool_calls: [wanted] }, 22);
    const call = { call_id: `call_${id()}`, name: wanted.name, arguments: wanted.arguments };
    const json = (value: unknown) => [{ type: "text" as const, text: JSON.stringify(value) }];
    const called = createMessage(conversation, { role: "assistant", type: "function_call", content: json(call), run_id });
    emit(stored, { event: "message.completed", data: { message: called } });
    const approved = wanted.ask ? await wait(stored, call) : true;
    if (stored.cancelled) return finish(stored, conversation, "cancelled");
    const step = startStep(stored, "tool", wanted.name, wanted.arguments);
    await sleep(400);
    result = approved ? wanted.output : "The user declined.";
    finishStep(stored, step, result);
    const response = createMessage(conversation, {
      role: "assistant",
      type: "tool_response",
      content: json({ name: call.name, call_id: call.call_id, output: result, is_error: !approved }),
      run_id,
    });
    emit(stored, { event: "message.completed", data: { message: response } });
  }
  if (/fail/i.test(text)) {
    stored.run.error = { code: "model_vendor_error", message: "503 from the vendor: overloaded." };
    return finish(stored, conversation, "failed");
  }
  const step = startStep(stored, "model", "gpt-4o", { messages: [{ role: "user", content: text }] });
  const reply = createMessage(conversation, {
    role: "assistant", type: "answer", content: [{ type: "text", text: "" }], run_id, status: "streaming",
  });
  const full = result
    ? `工具的结果是 **${result}**。\n\nThe tool says **${result}**.`
    : `You said: “${text}”\n\n这是演示用的回答，支持 **Markdown**：\n\n1. 第一点\n2. 第二点\n\n\`\`\`python\nprint("hello")\n\`\`\`\n`;
  let said = "";
  for (const piece of full.match(/[\s\S]{1,4}/g) ?? []) {
    if (stored.cancelled) {
      reply.status = "interrupted";
      emit(stored, { event: "message.completed", data: { message: reply } });
      return finish(stored, conversation, "cancelled");
    }
    said += piece;
    reply.content = [{ type: "text", text: said }];
    const offset = [...said].length - [...piece].length;
    emit(stored, { event: "message.delta", data: { message_id: reply.id, type: "answer", text: piece, offset } });
    await sleep(25);
  }
  reply.status = "completed";
  finishStep(stored, step, { content: full }, Math.ceil(full.length / 3));
  emit(stored, { event: "message.completed", data: { message: reply } });
  for (const text of ["What is 12 * 34?", "再说详细一点"]) {
    const message = createMessage(conversation, { role: "assistant", type: "follow_up", content: [{ type: "text", text }], run_id });
    emit(stored, { event: "message.completed", data: { message } });
  }
  finish(stored, conversation, "completed");
}
