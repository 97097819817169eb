/** `{{name}}` references in prompts. */

/** As the server reads them. */
const REFERENCE = /\{\{\s*([\p{L}_][\p{L}\p{N}_]*)\s*\}\}/gu;
const NAME = /^[\p{L}_][\p{L}\p{N}_]*$/u;

export type Piece = { text: string; variable: string | undefined };

/** The prompt cut into plain text and references. */
export function pieces(prompt: string): Piece[] {
  const found: Piece[] = [];
  let end = 0;
  for (const match of prompt.matchAll(REFERENCE)) {
    if (match.index > end)
      found.push({ text: prompt.slice(end, match.index), variable: undefined });
    found.push({ text: match[0], variable: match[1] });
    end = match.index + match[0].length;
  }
  if (end < prompt.length) found.push({ text: prompt.slice(end), variable: undefined });
  return found;
}

/** Names that the prompt uses, each once. */
export function used(prompt: string): string[] {
  return [...new Set(pieces(prompt).flatMap(({ variable }) => variable ?? []))];
}

export const isVariableName = (name: string): boolean => NAME.test(name);
