/** The instructions, with `{{variables}}` in colour. */
import { Braces, Plus } from "lucide-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import type { AgentVariable } from "@/api/types";
import { Button } from "@/ui/button";
import { cn } from "@/ui/cn";
import { Menu, MenuContent, MenuItem, MenuLabel, MenuSeparator, MenuTrigger } from "@/ui/menu";
import { pieces, used } from "./variables";

// Both layers must break lines at the same places.
const text =
  "col-start-1 row-start-1 w-full px-4 py-3 font-sans text-sm leading-6 break-words whitespace-pre-wrap [overflow-wrap:anywhere] max-sm:text-base";

export function PromptEditor({
  prompt,
  variables,
  onChange,
  onDeclare,
  className,
}: {
  prompt: string;
  variables: readonly AgentVariable[];
  onChange: (prompt: string) => void;
  /** Declares a variable; without a name, an empty one to be filled in. */
  onDeclare: (name: string) => void;
  className?: string;
}) {
  const { t } = useTranslation();
  const area = useRef<HTMLTextAreaElement>(null);
  const known = new Set(variables.map(({ name }) => name));
  const unknown = used(prompt).filter((name) => !known.has(name));

  const insert = (name: string) => {
    const box = area.current;
    if (!box) return;
    box.focus();
    box.setRangeText(`{{${name}}}`, box.selectionStart, box.selectionEnd, "end");
    onChange(box.value);
  };

  return (
    <div className={cn("flex min-h-0 flex-col", className)}>
      <div className="flex h-10 shrink-0 items-center justify-between gap-2 pr-2 pl-4">
        <label htmlFor="agent-prompt" className="text-[13px] font-semibold">
          {t("agents:prompt.label")}
        </label>
        <Menu>
          <MenuTrigger asChild>
            <Button size="sm" variant="ghost">
              <Braces />
              {t("agents:prompt.insert")}
            </Button>
          </MenuTrigger>
          <MenuContent
            align="end"
            // Focus belongs to the prompt, after the inserted name.
            onCloseAutoFocus={(event) => event.preventDefault()}
          >
            {known.size > 0 && <MenuLabel>{t("agents:variables.title")}</MenuLabel>}
            {[...known].filter(Boolean).map((name) => (
              <MenuItem key={name} onSelect={() => insert(name)}>
                <code className="font-mono text-[13px]">{`{{${name}}}`}</code>
              </MenuItem>
            ))}
            {known.size > 0 && <MenuSeparator />}
            <MenuItem onSelect={() => onDeclare("")}>
              <Plus />
              {t("agents:variables.add")}
            </MenuItem>
          </MenuContent>
        </Menu>
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto border-y border-line bg-surface focus-within:border-accent">
        <div className="grid min-h-full">
          <div aria-hidden="true" className={cn(text, "pointer-events-none text-transparent")}>
            {pieces(prompt).map((piece, at) =>
              piece.variable === undefined ? (
                <span key={at}>{piece.text}</span>
              ) : (
                <span
                  key={at}
                  className={cn(
                    "rounded-sm",
                    known.has(piece.variable)
                      ? "bg-accent-soft ring-1 ring-accent/30"
                      : "bg-warning-soft ring-1 ring-warning-text/40",
                  )}
                >
                  {piece.text}
                </span>
              ),
            )}
            {/* A last empty line has height only with something in it. */}
            {"\u200b"}
          </div>
          <textarea
            ref={area}
            id="agent-prompt"
            value={prompt}
            spellCheck={false}
            placeholder={t("agents:prompt.placeholder")}
            onChange={(event) => onChange(event.target.value)}
            className={cn(text, "h-full resize-none overflow-hidden bg-transparent outline-none")}
          />
        </div>
      </div>
      {unknown.length > 0 && (
        <ul className="flex shrink-0 flex-wrap items-center gap-1.5 px-4 py-2 text-xs">
          <li className="text-warning-text">{t("agents:prompt.undeclared")}</li>
          {unknown.map((name) => (
            <li key={name}>
              <Button
                size="sm"
                className="h-6 px-1.5 font-mono text-xs"
                title={t("agents:prompt.declare", { name })}
                onClick={() => onDeclare(name)}
              >
                <Plus className="!size-3" />
                {name}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
