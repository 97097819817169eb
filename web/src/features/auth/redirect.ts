/** Where to go after signing in: a path of ours, never another site. */
export function safeRedirect(target: string | undefined): string {
  if (!target) return "/";
  try {
    const url = new URL(target, location.origin);
    if (url.origin !== location.origin || !target.startsWith("/")) return "/";
    return url.pathname + url.search + url.hash;
  } catch {
    return "/";
  }
}
