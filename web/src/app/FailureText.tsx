/** Why a run or a step failed: what happened in the reader's language, then the server's own words. */
import { useTranslation } from "react-i18next";
import type { Failure } from "@/api/types";
import { failureLine, failureWords } from "./error-text";

export function FailureText({ failure }: { failure: Failure }) {
  useTranslation(); // Drawn again when the language changes.
  const { kind, message } = failureWords(failure);
  return (
    <>
      {kind !== undefined && <p>{kind}</p>}
      {message !== "" && <p className="whitespace-pre-wrap">{message}</p>}
    </>
  );
}

/** Below a run in a list: cut off where the column ends, whole when pointed at. */
export function FailureLine({ failure }: { failure: Failure | null }) {
  useTranslation();
  if (!failure) return null;
  const line = failureLine(failure);
  return (
    <p title={line} className="max-w-40 truncate text-xs sm:max-w-md text-danger-text">
      {line}
    </p>
  );
}
