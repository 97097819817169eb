/** Code that calls an agent, ready to be pasted and run. */
import type { Id } from "@/api/types";

export interface SnippetInput {
  /** Where this instance is, without a trailing slash. */
  origin: string;
  workspaceId: Id;
  agentId: Id;
  /** A token, or nothing: then a placeholder stands in its place. */
  token: string;
  question: string;
}

export type SnippetId = "python" | "javascript" | "curl" | "native" | "simple";

export const SNIPPETS: readonly SnippetId[] = ["python", "javascript", "curl", "native", "simple"];
export const PLACEHOLDER = "YOUR_TOKEN";

/** A JSON string is a literal in Python and in JavaScript, too. */
const literal = (text: string): string => JSON.stringify(text);
/** Within single quotes of a shell. */
const shell = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
const json = (value: unknown): string => shell(JSON.stringify(value));

function python({ origin, agentId, token, question }: SnippetInput): string {
  return `# pip install cozepy
from cozepy import ChatEventType, Coze, Message, TokenAuth

coze = Coze(auth=TokenAuth(${literal(token)}), base_url=${literal(origin)})

for event in coze.chat.stream(
    bot_id=${literal(agentId)},
    user_id="user-1",
    additional_messages=[Message.build_user_question_text(${literal(question)})],
):
    if event.event == ChatEventType.CONVERSATION_MESSAGE_DELTA:
        print(event.message.content, end="", flush=True)
print()
`;
}

function javascript({ origin, agentId, token, question }: SnippetInput): string {
  return `// npm install @coze/api — save as chat.mjs, run: node chat.mjs
import { ChatEventType, CozeAPI, RoleType } from "@coze/api";

const coze = new CozeAPI({ token: ${literal(token)}, baseURL: ${literal(origin)} });

const stream = coze.chat.stream({
  bot_id: ${literal(agentId)},
  user_id: "user-1",
  additional_messages: [
    { role: RoleType.User, content: ${literal(question)}, content_type: "text" },
  ],
});
for await (const part of stream) {
  if (part.event === ChatEventType.CONVERSATION_MESSAGE_DELTA) {
    process.stdout.write(part.data.content);
  }
}
`;
}

function curl({ origin, agentId, token, question }: SnippetInput): string {
  const body = {
    bot_id: agentId,
    user_id: "user-1",
    stream: true,
    additional_messages: [{ role: "user", content: question, content_type: "text" }],
  };
  return `curl -N ${shell(`${origin}/v3/chat`)} \\
  -H ${shell(`Authorization: Bearer ${token}`)} \\
  -H 'Content-Type: application/json' \\
  -d ${json(body)}
`;
}

function native({ origin, workspaceId, agentId, token, question }: SnippetInput): string {
  const base = `${origin}/api/v1`;
  return `TOKEN=${shell(token)}

# 1. A conversation with the agent
CONVERSATION=$(curl -sS ${shell(`${base}/workspaces/${workspaceId}/conversations`)} \\
  -H "Authorization: Bearer $TOKEN" \\
  -H 'Content-Type: application/json' \\
  -d ${json({ agent_id: agentId })} | sed -E 's/.*"id":"([0-9]+)".*/\\1/')

# 2. A question; the run comes back as server-sent events
curl -N "${base}/conversations/$CONVERSATION/turns" \\
  -H "Authorization: Bearer $TOKEN" \\
  -H 'Accept: text/event-stream' \\
  -H 'Content-Type: application/json' \\
  -d ${json({ content: question })}
`;
}

function simple({ origin, agentId, token, question }: SnippetInput): string {
  return `curl -sS ${shell(`${origin}/api/chat`)} \\
  -H ${shell(`Authorization: Bearer ${token}`)} \\
  -H 'Content-Type: application/json' \\
  -d ${json({ agent_id: agentId, message: question })}
`;
}

const WRITERS: Record<SnippetId, (input: SnippetInput) => string> = {
  python,
  javascript,
  curl,
  native,
  simple,
};

export function snippet(id: SnippetId, input: SnippetInput): string {
  const token = input.token.trim() || PLACEHOLDER;
  return WRITERS[id]({ ...input, token, origin: input.origin.replace(/\/+$/, "") });
}
