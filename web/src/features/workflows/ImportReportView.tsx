import { useTranslation } from "react-i18next";
import type { ImportReport, Locale } from "@/api/types";
import { Badge, type BadgeTone } from "@/ui/badge";
import { Notice } from "@/ui/states";

type Note = ImportReport["notes"][number];
type Outcome = ImportReport["nodes"][number]["outcome"];

const OUTCOMES: Record<Outcome, BadgeTone> = {
  carried_over: "success",
  changed: "warning",
  not_supported: "danger",
};
const LEVELS: Record<Note["level"], BadgeTone> = {
  warning: "warning",
  needs_mapping: "accent",
  changed: "warning",
  not_supported: "danger",
};

/** What became of each node of an imported or exported file. */
export function ImportReportView({ report }: { report: ImportReport }) {
  const { t } = useTranslation();
  const telling = report.nodes.filter(({ outcome, notes }) => outcome !== "carried_over" || notes.length > 0);
  const count = (outcome: Outcome) => report.nodes.filter((node) => node.outcome === outcome).length;
  return (
    <div className="space-y-4" data-report>
      <p className="flex flex-wrap gap-2 text-[13px]">
        {(Object.keys(OUTCOMES) as Outcome[])
          .filter((outcome) => count(outcome) > 0)
          .map((outcome) => (
            <Badge key={outcome} tone={OUTCOMES[outcome]}>
              {t(`workflows:report.${outcome}`, { count: count(outcome) })}
            </Badge>
          ))}
      </p>
      {report.notes.length > 0 && (
        <Notice tone="warning">
          <Notes notes={report.notes} />
        </Notice>
      )}
      {telling.length === 0 && report.notes.length === 0 ? (
        <p className="text-[13px] text-soft">{t("workflows:report.clean")}</p>
      ) : (
        <ul className="divide-y divide-line rounded-lg border border-line empty:hidden">
          {telling.map((node) => (
            <li key={node.node} className="space-y-1.5 px-3.5 py-2.5">
              <p className="flex flex-wrap items-center gap-2 text-[13px]">
                <span className="font-medium">{node.title || node.node}</span>
                <span className="font-mono text-xs text-faint">{node.kind || node.source_type}</span>
                <Badge tone={OUTCOMES[node.outcome]}>{t(`workflows:report.one.${node.outcome}`)}</Badge>
              </p>
              <Notes notes={node.notes} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Notes({ notes }: { notes: readonly Note[] }) {
  const { t, i18n } = useTranslation();
  const language = i18n.language as Locale;
  return (
    <ul className="space-y-1 empty:hidden">
      {notes.map((note, at) => (
        <li key={at} className="flex items-start gap-2 text-[13px] leading-5 text-soft">
          <Badge tone={LEVELS[note.level]} className="mt-0.5 shrink-0">
            {t(`workflows:report.level.${note.level}`)}
          </Badge>
          <span className="min-w-0 break-words">{note.message[language]}</span>
        </li>
      ))}
    </ul>
  );
}
