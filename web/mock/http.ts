/** A tiny router for the mock: patterns, JSON, the error envelope, SSE. */
import type { IncomingMessage, ServerResponse } from "node:http";

export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly field?: string,
  ) {
    super(message);
  }
}

export const notFound = () => new Refusal(404, "not_found", "There is no such thing here.");

export interface Call {
  params: Record<string, string>;
  query: URLSearchParams;
  // The mock trusts its one client; shapes are checked by the real server.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
  request: IncomingMessage;
  response: ServerResponse;
}

export type Handler = (call: Call) => unknown;
/** `"GET /agents/:agent_id"` → handler. */
export type Routes = Record<string, Handler>;

/** What a handler returns when it has answered by itself. */
export const ANSWERED = Symbol("answered");

export function paged<T>(items: T[], query: URLSearchParams) {
  const limit = Number(query.get("limit") ?? 20);
  const start = Number(query.get("cursor") ?? 0);
  const next = start + limit;
  return {
    items: items.slice(start, next),
    next_cursor: next < items.length ? String(next) : null,
  };
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  if (!request.headers["content-type"]?.includes("json")) return bytes;
  return bytes.length === 0 ? {} : (JSON.parse(bytes.toString("utf8")) as unknown);
}

function compile(routes: Routes) {
  return Object.entries(routes).map(([key, handler]) => {
    const [method = "", pattern = ""] = key.split(" ");
    const names: string[] = [];
    const source = pattern.replace(/:(\w+)/g, (_, name: string) => {
      names.push(name);
      return "([^/]+)";
    });
    return { method, regex: new RegExp(`^${source}$`), names, handler };
  });
}

export function sendJson(response: ServerResponse, status: number, value: unknown) {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(value));
}

export function createHandler(routes: Routes, delayMs = 120) {
  const compiled = compile(routes);
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? "/", "http://mock");
    const logId = `mock${Date.now().toString(36)}`;
    response.setHeader("x-log-id", logId);
    try {
      const body = await readBody(request);
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      for (const { method, regex, names, handler } of compiled) {
        const match = method === request.method && regex.exec(url.pathname);
        if (!match) continue;
        const params = Object.fromEntries(
          names.map((name, at) => [name, decodeURIComponent(match[at + 1] ?? "")]),
        );
        const answer = await handler({ params, query: url.searchParams, body, request, response });
        if (answer !== ANSWERED) sendJson(response, 200, answer);
        return;
      }
      throw notFound();
    } catch (thrown) {
      const refusal =
        thrown instanceof Refusal ? thrown : new Refusal(500, "internal", String(thrown));
      if (response.headersSent) return void response.end();
      const { status, code, message, field } = refusal;
      sendJson(response, status, { error: { code, message, field, log_id: logId } });
    }
  };
}
