import { CircleX, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Finding, Locale } from "@/api/types";

/** What is wrong with a document, errors first; `onSelect` leads to the place. */
export function Findings({
  findings,
  titleOf,
  onSelect,
}: {
  findings: readonly Finding[];
  titleOf: (node: string) => string;
  onSelect?: (finding: Finding) => void;
}) {
  const { i18n } = useTranslation();
  const sorted = [...findings].sort((a, b) => rank(a) - rank(b));
  return (
    <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line" data-findings>
      {sorted.map((finding, at) => {
        const error = finding.severity === "error";
        const Icon = error ? CircleX : TriangleAlert;
        const body = (
          <>
            <Icon
              aria-hidden="true"
              className={`mt-0.5 size-4 shrink-0 ${error ? "text-danger-text" : "text-warning-text"}`}
            />
            <span className="min-w-0 flex-1">
              <span className="block break-words">{finding.message[i18n.language as Locale]}</span>
              <span className="block font-mono text-xs break-all text-faint">
                {[finding.node && titleOf(finding.node), finding.path, finding.code]
                  .filter(Boolean)
                  .join(" · ")}
              </span>
            </span>
          </>
        );
        const look = "flex w-full items-start gap-2.5 px-3.5 py-2.5 text-left text-[13px] leading-5";
        return (
          <li key={`${finding.node} ${finding.path} ${finding.code} ${at}`} data-severity={finding.severity}>
            {onSelect && finding.node ? (
              <button type="button" onClick={() => onSelect(finding)} className={`${look} hover:bg-hover/60`}>
                {body}
              </button>
            ) : (
              <div className={look}>{body}</div>
            )}
          </li>
        );
      })}
    </ul>
  );
}

const rank = ({ severity }: Finding) => (severity === "error" ? 0 : 1);
