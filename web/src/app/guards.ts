/** What a route asks for before it is shown. */
import type { QueryClient } from "@tanstack/react-query";
import { redirect, type ParsedLocation } from "@tanstack/react-router";
import { toApiError } from "@/api/errors";
import { currentLocale, isLocale, setLocale } from "@/i18n";
import { meQuery, setupQuery } from "./session";

/** Somebody signed in; else set-up when it is due, else sign-in and back here. */
export async function requireMe({
  context,
  location,
}: {
  context: { queryClient: QueryClient };
  location: ParsedLocation;
}) {
  try {
    const me = await context.queryClient.ensureQueryData({ ...meQuery, retry: false });
    // The account's language wins over the browser's.
    if (isLocale(me.user.locale) && me.user.locale !== currentLocale())
      await setLocale(me.user.locale);
    return { me };
  } catch (thrown) {
    if (toApiError(thrown).status !== 401) throw thrown;
    const setup = await context.queryClient.ensureQueryData(setupQuery);
    if (setup.needed) throw redirect({ to: "/setup" });
    throw redirect({ to: "/sign-in", search: { redirect: location.href } });
  }
}
