/** Names of inputs in programs, which get them as `params`. */

/** Whether a name can stand behind a dot. */
const isIdentifier = (name: string): boolean => /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name);
const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
const quotable = (name: string): string => name.replace(/["'\\]/g, "\\$&");

/**
 * The program with an input called otherwise, where it is read by its name: `params.x`, `params["x"]` and
 * `params.get("x")`. What a program does by other means, such as `const { x } = params`, stays.
 */
export function renameInCode(code: string, from: string, to: string): string {
  if (!code.includes("params") || !code.includes(from)) return code;
  const params = String.raw`(?<![\p{ID_Continue}$])params`;
  const name = literally(from);
  const quoted = new RegExp(String.raw`(${params}\s*(?:(?:\?\.\s*)?\[|\.\s*get\s*\()\s*(["']))${name}(?=\2)`, "gu");
  const renamed = code.replace(quoted, (_, before: string) => before + quotable(to));
  if (!isIdentifier(from)) return renamed;
  // No input can be called: `params.get(…)` is not one of that name.
  const dotted = new RegExp(String.raw`(${params}\s*)(\??\.)${name}(?![\p{ID_Continue}$]|\s*\()`, "gu");
  return renamed.replace(dotted, (_, before: string, dot: string) =>
    isIdentifier(to) ? before + dot + to : `${before}${dot === "?." ? dot : ""}["${quotable(to)}"]`,
  );
}
