/** The version that follows when nobody says which: the next patch. */
export function nextVersion(last: string | null): string {
  const [, major = "0", minor = "0", patch = "0"] = /^v(\d+)\.(\d+)\.(\d+)$/.exec(last ?? "") ?? [];
  return `v${major}.${minor}.${Number(patch) + 1}`;
}
