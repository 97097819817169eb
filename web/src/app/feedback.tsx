/** Loading, failure and data of a query, the same everywhere. */
import type { UseQueryResult } from "@tanstack/react-query";
import type { ErrorComponentProps } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { toApiError } from "@/api/errors";
import { Button } from "@/ui/button";
import { LoadingRows, Notice } from "@/ui/states";
import { errorReference, errorText } from "./error-text";
import { NotFoundPage } from "./NotFoundPage";

/** A failure: what happened, the log id, and a way to try again. */
export function ErrorNotice({
  error,
  onRetry,
  className,
}: {
  error: unknown;
  onRetry?: () => void;
  className?: string;
}) {
  const { t } = useTranslation();
  const known = toApiError(error);
  return (
    <Notice
      className={className}
      reference={errorReference(known)}
      action={
        onRetry && (
          <Button size="sm" onClick={onRetry}>
            {t("common:action.retry")}
          </Button>
        )
      }
    >
      {errorText(known)}
    </Notice>
  );
}

/** Draws a query: `loading` (or grey rows), the failure, or the data. */
export function QueryView<T>({
  query,
  loading,
  children,
}: {
  query: UseQueryResult<T>;
  loading?: ReactNode;
  children: (data: T) => ReactNode;
}) {
  const { t } = useTranslation();
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.isError)
    return toApiError(query.error).status === 404 ? (
      <NotFoundPage />
    ) : (
      <ErrorNotice error={query.error} onRetry={() => void query.refetch()} />
    );
  return <>{loading ?? <LoadingRows label={t("common:loading")} />}</>;
}

/** The last net: a page that threw while it loaded or drew. */
export function RouteError({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation();
  const known = toApiError(error);
  return (
    <main className="mx-auto flex min-h-[70vh] max-w-lg flex-col justify-center gap-4 px-6">
      <div>
        <h1 className="text-xl font-semibold">{t("common:error.boundary")}</h1>
        <p className="mt-1 text-soft">{t("common:error.boundaryHint")}</p>
      </div>
      <Notice reference={errorReference(known)}>
        {errorText(known)}
        {known.code === "unexpected" && <p className="font-mono text-xs">{known.message}</p>}
      </Notice>
      <div className="flex gap-2">
        <Button variant="primary" onClick={() => location.reload()}>
          {t("common:error.reload")}
        </Button>
        <Button onClick={reset}>{t("common:action.retry")}</Button>
      </div>
    </main>
  );
}
