/** Who is signed in, and in which workspace the page is. */
import { queryOptions, useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { api } from "@/api/client";
import type { Id, Me, Role, SetupStatus, WorkspaceRef } from "@/api/types";
import { currentLocale } from "@/i18n";
import { queryClient } from "./query";

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: ({ signal }) => api.get<Me>("/me", { signal }),
  staleTime: 60_000,
});

export const setupQuery = queryOptions({
  queryKey: ["setup"],
  queryFn: ({ signal }) => api.get<SetupStatus>("/setup", { signal }),
  staleTime: 60_000,
});

/** The signed-in user. Only below the app's shell, whose route has loaded it. */
export function useMe(): Me {
  return useSuspenseQuery(meQuery).data;
}

/** The signed-in user where there may be none. */
export function useMaybeMe() {
  return useQuery({ ...meQuery, retry: false });
}

const STORED = "hearth.workspace";

export function rememberWorkspace(id: Id): void {
  try {
    localStorage.setItem(STORED, id);
  } catch {
    // Blocked storage: the first workspace is taken next time.
  }
}

/** The workspace last used in this browser, else the first. */
export function homeWorkspace(me: Me): WorkspaceRef | undefined {
  let id: string | null = null;
  try {
    id = localStorage.getItem(STORED);
  } catch {
    // As above.
  }
  return me.workspaces.find((workspace) => workspace.id === id) ?? me.workspaces[0];
}

/** The workspace of the URL; on pages outside any workspace the last used one. */
export function useWorkspace(): WorkspaceRef {
  const me = useMe();
  const { workspaceId } = useParams({ strict: false }) as { workspaceId?: Id };
  const found =
    me.workspaces.find((workspace) => workspace.id === workspaceId) ?? homeWorkspace(me);
  if (!found) throw new Error("no workspace");
  return found;
}

const RANK: Record<Role, number> = { viewer: 0, builder: 1, admin: 2, owner: 3 };

export function roleIncludes(role: Role, needed: Role): boolean {
  return RANK[role] >= RANK[needed];
}

/** Whether the user's role in this workspace includes `needed`. */
export function useCan(needed: Role): boolean {
  return roleIncludes(useWorkspace().role, needed);
}

/** After sign-in, sign-up or set-up: nothing of the former user stays. */
export function startSession(me: Me): void {
  queryClient.clear();
  queryClient.setQueryData(meQuery.queryKey, me);
}

/** A new account speaks the language that its person was reading. */
export async function startAccount(me: Me): Promise<void> {
  const locale = currentLocale();
  // Not worth a failed sign-up: the language can be chosen later.
  const named =
    me.user.locale === locale ? me : await api.patch<Me>("/me", { locale }).catch(() => me);
  startSession(named);
}
