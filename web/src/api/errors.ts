/** The error envelope of `/api/v1` and the failures that never reach it. */

export class ApiError extends Error {
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  /** Stable snake_case code. */
  readonly code: string;
  /** The request field at fault, as a path such as `tools[0].name`. */
  readonly field: string | undefined;
  /** What to search the server's log for. */
  readonly logId: string | undefined;

  constructor(init: {
    status: number;
    code: string;
    message: string;
    field?: string;
    logId?: string;
  }) {
    super(init.message);
    this.name = "ApiError";
    this.status = init.status;
    this.code = init.code;
    this.field = init.field;
    this.logId = init.logId;
  }
}

const record = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

/** Reads an error answer; one without the envelope (a proxy's page) still gets a code. */
export function errorFromBody(
  status: number,
  body: unknown,
  headerLogId?: string | null,
): ApiError {
  const error = record(record(body)?.error);
  return new ApiError({
    status,
    code: text(error?.code) ?? `http_${status}`,
    message: text(error?.message) ?? `HTTP ${status}`,
    field: text(error?.field),
    logId: text(error?.log_id) ?? headerLogId ?? undefined,
  });
}

/** Reads the error out of a response that is not ok. */
export async function errorFromResponse(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => undefined);
  return errorFromBody(response.status, body, response.headers.get("x-log-id"));
}

/** Whatever was thrown, as an ApiError; a failed fetch becomes `network`. */
export function toApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  if (isAbort(thrown)) return new ApiError({ status: 0, code: "cancelled", message: "Cancelled" });
  // fetch reports every kind of unreachable server as a TypeError.
  if (thrown instanceof TypeError)
    return new ApiError({ status: 0, code: "network", message: thrown.message });
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new ApiError({ status: 0, code: "unexpected", message });
}

export function isAbort(thrown: unknown): boolean {
  return thrown instanceof DOMException && thrown.name === "AbortError";
}
