/** The one Query client: what is retried, and where a failed mutation is told. */
import { MutationCache, QueryClient } from "@tanstack/react-query";
import { toApiError } from "@/api/errors";
import { toastError } from "./error-text";

declare module "@tanstack/react-query" {
  interface Register {
    /** `inline`: the view shows the failure itself, so no toast. */
    mutationMeta: { inline?: boolean };
  }
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (failures, thrown) => {
        const { status, code } = toApiError(thrown);
        return failures < 2 && (code === "network" || status === 502 || status === 503);
      },
    },
  },
  mutationCache: new MutationCache({
    onError: (thrown, _variables, _result, mutation) => {
      if (!mutation.meta?.inline) toastError(thrown);
    },
  }),
});
