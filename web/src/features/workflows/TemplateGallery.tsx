/** What a new workflow begins with: nothing, or one of the templates, seen before it is chosen. */
import { useQuery } from "@tanstack/react-query";
import { FilePlus2 } from "lucide-react";
import { lazy, Suspense, useMemo, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Locale, WorkflowTemplate } from "@/api/types";
import { kindsOf } from "@/graph/kinds";
import { cn } from "@/ui/cn";
import { workflowTemplatesQuery } from "./around";
import { nodeTypesQuery } from "./queries";

// With it comes the drawing of graphs.
const GraphView = lazy(async () => ({ default: (await import("../canvas/around/GraphView")).GraphView }));

export function TemplateGallery({
  chosen,
  onChoose,
}: {
  chosen: WorkflowTemplate | undefined;
  onChoose: (template: WorkflowTemplate | undefined) => void;
}) {
  const { t, i18n } = useTranslation();
  const language = i18n.language as Locale;
  const [category, setCategory] = useState("");
  const templates = useQuery(workflowTemplatesQuery(language)).data ?? [];
  const categories = [...new Set(templates.map((template) => template.category))];
  const shown = templates.filter((template) => category === "" || template.category === category);
  return (
    <div className="space-y-3" data-templates={templates.length}>
      <div role="group" aria-label={t("workflows:template.category")} className="flex flex-wrap gap-1">
        {["", ...categories].map((id) => (
          <button
            key={id}
            type="button"
            aria-pressed={id === category}
            onClick={() => setCategory(id)}
            className={cn(
              "rounded-md px-2 py-1 text-[13px]",
              id === category ? "bg-accent-soft font-medium text-accent-text" : "text-soft hover:bg-hover",
            )}
          >
            {categoryName(id)}
          </button>
        ))}
      </div>
      <ul className="grid gap-2 sm:grid-cols-2">
        <li>
          <Card chosen={chosen === undefined} onChoose={() => onChoose(undefined)} icon={<FilePlus2 className="size-4 text-accent-text" />} name={t("workflows:template.blank")}>
            {t("workflows:template.blankHint")}
          </Card>
        </li>
        {shown.map((template) => (
          <li key={template.id}>
            <Card
              id={template.id}
              chosen={chosen?.id === template.id}
              onChoose={() => onChoose(template)}
              icon={template.icon}
              name={template.name[language]}
            >
              {template.description[language]}
            </Card>
          </li>
        ))}
      </ul>
    </div>
  );

  function categoryName(id: string): string {
    if (id === "") return t("workflows:template.all");
    return i18n.exists(`workflows:template.of.${id}`) ? t(`workflows:template.of.${id}`) : id;
  }
}

function Card({
  id,
  chosen,
  onChoose,
  icon,
  name,
  children,
}: {
  id?: string;
  chosen: boolean;
  onChoose: () => void;
  icon: ReactNode;
  name: string;
  children: ReactNode;
}) {
  return (
    <button
      type="button"
      aria-pressed={chosen}
      data-template={id}
      onClick={onChoose}
      className={cn(
        "flex h-full w-full items-start gap-2.5 rounded-lg border p-3 text-left transition-colors",
        chosen ? "border-accent bg-accent-soft/60" : "border-line hover:border-line-strong",
      )}
    >
      <span aria-hidden="true" className="flex size-7 shrink-0 items-center justify-center rounded-md bg-hover text-base leading-none">
        {icon}
      </span>
      <span className="min-w-0">
        <span className="block text-[13px] font-medium">{name}</span>
        <span className="mt-0.5 line-clamp-3 text-xs leading-4 text-soft">{children}</span>
      </span>
    </button>
  );
}

/** The template's graph. */
export function TemplatePicture({ template }: { template: WorkflowTemplate }) {
  const specs = useQuery(nodeTypesQuery).data;
  const kinds = useMemo(() => specs && kindsOf(specs), [specs]);
  return (
    <div className="h-52 overflow-hidden rounded-lg border border-line bg-canvas" data-template-picture={template.id}>
      {kinds && (
        <Suspense>
          <GraphView key={template.id} document={template.document} kinds={kinds} still />
        </Suspense>
      )}
    </div>
  );
}
