/** Calls of `/api/v1`: JSON in and out, the session cookie, one error shape. */
import { ApiError, errorFromResponse, toApiError } from "./errors";

const BASE = "/api/v1";

export type Query = Record<string, string | number | boolean | null | undefined>;

export interface CallOptions {
  query?: Query;
  body?: unknown;
  signal?: AbortSignal;
  headers?: Record<string, string>;
}

let onUnauthenticated: () => void = () => {};

/** Set once by the app: what to do when a call finds no session. */
export function handleUnauthenticated(handler: () => void): void {
  onUnauthenticated = handler;
}

/** Joins path segments, each encoded: `path("agents", id, "draft")`. */
export function path(...segments: (string | number)[]): string {
  return segments.map((segment) => `/${encodeURIComponent(segment)}`).join("");
}

export function apiUrl(path: string, query?: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== null && value !== undefined && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return `${BASE}${path}${text === "" ? "" : `?${text}`}`;
}

/** One request; an answer that is not ok is thrown as an ApiError. */
export async function request(
  method: string,
  path: string,
  options: CallOptions = {},
): Promise<Response> {
  const headers: Record<string, string> = { accept: "application/json", ...options.headers };
  // What the server writes for people (templates, explanations) is in the language of the page, not of the browser.
  const language = globalThis.document?.documentElement.lang;
  if (language) headers["accept-language"] = language;
  let body: BodyInit | undefined;
  if (options.body instanceof FormData) {
    body = options.body;
  } else if (options.body !== undefined) {
    headers["content-type"] = "application/json";
    body = JSON.stringify(options.body);
  }
  let response: Response;
  try {
    response = await fetch(apiUrl(path, options.query), {
      method,
      headers,
      body,
      signal: options.signal,
      credentials: "same-origin",
    });
  } catch (thrown) {
    // An abort stays itself so that Query recognises its own cancellation.
    if (options.signal?.aborted) throw thrown;
    throw toApiError(thrown);
  }
  if (!response.ok) {
    const error = await errorFromResponse(response);
    if (error.status === 401 && error.code !== "sign_in_failed") onUnauthenticated();
    throw error;
  }
  return response;
}

async function json<T>(method: string, path: string, options?: CallOptions): Promise<T> {
  const response = await request(method, path, options);
  try {
    return (await response.json()) as T;
  } catch {
    throw new ApiError({
      status: response.status,
      code: "unreadable_answer",
      message: "The server's answer is not JSON.",
      logId: response.headers.get("x-log-id") ?? undefined,
    });
  }
}

export const api = {
  get: <T>(path: string, options?: Omit<CallOptions, "body">) => json<T>("GET", path, options),
  post: <T>(path: string, body: unknown = {}, options?: Omit<CallOptions, "body">) =>
    json<T>("POST", path, { ...options, body }),
  put: <T>(path: string, body: unknown, options?: Omit<CallOptions, "body">) =>
    json<T>("PUT", path, { ...options, body }),
  patch: <T>(path: string, body: unknown, options?: Omit<CallOptions, "body">) =>
    json<T>("PATCH", path, { ...options, body }),
  delete: <T>(path: string, options?: Omit<CallOptions, "body">) =>
    json<T>("DELETE", path, options),
};
