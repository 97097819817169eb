/**
 * Errors in the reader's language. `errors` has whole sentences that stand for the server's; `failures`
 * has what kind of failure it was, for codes whose message carries the facts: a line, a name, an address.
 */
import i18next from "i18next";
import { toApiError, type ApiError } from "@/api/errors";
import type { Failure } from "@/api/types";
import { toast } from "@/ui/toast";

const textOf = (key: string): string | undefined => (i18next.exists(key) ? i18next.t(key) : undefined);

/** What kind of failure it was, unless the message begins by saying the same; then the server's own words. */
export function failureWords({ code, message }: Failure): { kind?: string; message: string } {
  const kind = textOf(`failures:${code}`) ?? textOf(`errors:${code}`)?.replace(/[.。]$/, "");
  if (kind === undefined || message.toLowerCase().startsWith(kind.toLowerCase())) return { message };
  return { kind, message };
}

/** The same in one line. */
export function failureLine(failure: Failure): string {
  const { kind, message } = failureWords(failure);
  if (kind === undefined || message === "") return kind ?? message;
  return i18next.t("common:error.said", { what: kind, message });
}

export function errorText(error: ApiError): string {
  return textOf(`errors:${error.code}`) ?? failureLine(error);
}

export function errorReference(error: ApiError): string | undefined {
  return error.logId === undefined
    ? undefined
    : i18next.t("common:error.logId", { id: error.logId });
}

/** A failure with no better place to show it. */
export function toastError(thrown: unknown): void {
  const error = toApiError(thrown);
  if (error.code === "cancelled") return;
  const detail = errorReference(error);
  toast({ tone: "danger", title: errorText(error), detail });
}
