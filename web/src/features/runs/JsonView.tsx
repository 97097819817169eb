import { useTranslation } from "react-i18next";
import { cn } from "@/ui/cn";
import { CopyButton } from "@/ui/copy";

/** Pretty JSON where the value is JSON (also inside a string), else the text. */
export function prettyJson(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value, null, 2) ?? "";
  try {
    const inner: unknown = JSON.parse(value);
    return typeof inner === "object" && inner !== null ? JSON.stringify(inner, null, 2) : value;
  } catch {
    return value;
  }
}

/** A value that a step was given or gave back; long ones scroll. */
export function JsonView({
  value,
  danger = false,
  className,
}: {
  value: unknown;
  danger?: boolean;
  className?: string;
}) {
  const { t } = useTranslation();
  const text = prettyJson(value);
  return (
    <div className={cn("group relative", className)}>
      <pre
        tabIndex={0}
        className={cn(
          "max-h-72 overflow-auto rounded-md bg-sunken px-2.5 py-2 font-mono text-xs leading-5 break-words whitespace-pre-wrap",
          danger ? "text-danger-text" : "text-text",
        )}
      >
        {text}
      </pre>
      <CopyButton
        iconOnly
        text={text}
        label={t("common:action.copy")}
        doneLabel={t("common:action.copied")}
        className="absolute top-1 right-1 bg-sunken opacity-0 group-hover:opacity-100 focus-visible:opacity-100"
      />
    </div>
  );
}
