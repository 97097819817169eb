import i18next from "i18next";
import { TriangleAlert } from "lucide-react";
import type { Problem } from "@/api/types";

/** The problem in the reader's language: by code, else the server's sentence. */
export function problemText({ code, message, field }: Problem): string {
  const key = `agents:problem.${code}`;
  return i18next.exists(key) ? i18next.t(key, { field }) : message;
}

/** Said by the prompt editor and the model's own part, with a way on. */
const SAID_ELSEWHERE: readonly string[] = ["variable_undeclared", "model_without_tools"];

/** What keeps the draft from being published, of these fields. */
export function Problems({
  problems,
  fields,
}: {
  problems: readonly Problem[];
  fields: readonly string[];
}) {
  const mine = problems.filter(
    ({ field, code }) =>
      !SAID_ELSEWHERE.includes(code) &&
      fields.some((name) => field === name || /^[.[]/.test(field.slice(name.length)) && field.startsWith(name)),
  );
  if (mine.length === 0) return null;
  return (
    <ul className="space-y-1">
      {mine.map((problem, at) => (
        <li
          key={`${problem.field} ${problem.code} ${at}`}
          className="flex items-start gap-1.5 text-xs leading-5 text-warning-text"
        >
          <TriangleAlert aria-hidden="true" className="mt-0.5 size-3.5 shrink-0" />
          <span className="min-w-0 break-words">{problemText(problem)}</span>
        </li>
      ))}
    </ul>
  );
}
