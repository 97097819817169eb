/** Lists with a cursor: loaded page by page, one button for more. */
import { useInfiniteQuery, type QueryKey } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { api, type Query } from "@/api/client";
import type { List } from "@/api/types";
import { Button } from "@/ui/button";
import { LoadingRows } from "@/ui/states";
import { ErrorNotice } from "./feedback";

export function usePages<T>(key: QueryKey, path: string, query: Query = {}) {
  return useInfiniteQuery({
    queryKey: [...key, query],
    queryFn: ({ pageParam, signal }) =>
      api.get<List<T>>(path, { query: { limit: 30, ...query, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    select: (data) => data.pages.flatMap((page) => page.items),
  });
}

/** Draws pages: grey rows, the failure, `empty`, or the items and "load more". */
export function PagesView<T>({
  pages,
  empty,
  loading,
  children,
}: {
  pages: ReturnType<typeof usePages<T>>;
  empty: ReactNode;
  loading?: ReactNode;
  children: (items: T[]) => ReactNode;
}) {
  const { t } = useTranslation();
  if (pages.data === undefined)
    return pages.isError ? (
      <ErrorNotice error={pages.error} onRetry={() => void pages.refetch()} />
    ) : (
      <>{loading ?? <LoadingRows label={t("common:loading")} />}</>
    );
  if (pages.data.length === 0) return <>{empty}</>;
  return (
    <div className="space-y-3">
      {children(pages.data)}
      {pages.isFetchNextPageError && <ErrorNotice error={pages.error} />}
      {pages.hasNextPage && (
        <div className="text-center">
          <Button busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            {t("common:action.loadMore")}
          </Button>
        </div>
      )}
    </div>
  );
}
