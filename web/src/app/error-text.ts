/** An error in the reader's language: by code, else the server's own sentence. */
import i18next from "i18next";
import { toApiError, type ApiError } from "@/api/errors";
import { toast } from "@/ui/toast";

export function errorText(error: ApiError): string {
  const key = `errors:${error.code}`;
  return i18next.exists(key) ? i18next.t(key) : error.message;
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
