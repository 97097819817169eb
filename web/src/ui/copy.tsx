import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { Button, type ButtonProps } from "./button";
import { cn } from "./cn";

/** navigator.clipboard exists in secure contexts only; plain-HTTP hosts need the old way. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    area.style.position = "fixed";
    area.style.opacity = "0";
    // Inside an open dialog focus may not leave it, so the area goes there.
    (document.activeElement?.closest("[role=dialog]") ?? document.body).append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

export function CopyButton({
  text,
  label,
  doneLabel,
  iconOnly = false,
  ...props
}: ButtonProps & { text: string; label: string; doneLabel: string; iconOnly?: boolean }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1_600);
    return () => clearTimeout(timer);
  }, [copied]);
  const shown = copied ? doneLabel : label;
  return (
    <Button
      size={iconOnly ? "icon-sm" : "md"}
      variant={iconOnly ? "ghost" : "secondary"}
      aria-label={iconOnly ? shown : undefined}
      title={iconOnly ? shown : undefined}
      onClick={() => void copyText(text).then(setCopied)}
      {...props}
    >
      {copied ? <Check className="text-success-text" /> : <Copy />}
      {!iconOnly && shown}
    </Button>
  );
}

/** One line of code or a secret, with its copy button. */
export function CopyLine({
  text,
  label,
  doneLabel,
  className,
}: {
  text: string;
  label: string;
  doneLabel: string;
  className?: string;
}) {
  return (
    <div
      className={cn(
        "flex items-center gap-1 rounded-md border border-line bg-sunken py-1 pr-1 pl-2.5",
        className,
      )}
    >
      <code className="min-w-0 flex-1 overflow-x-auto font-mono text-[13px] whitespace-nowrap">
        {text}
      </code>
      <CopyButton iconOnly text={text} label={label} doneLabel={doneLabel} />
    </div>
  );
}
