/** Nodes to choose from by name or id, with the keyboard or the pointer. */
import { Command } from "cmdk";
import { Search } from "lucide-react";
import { useMemo, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Locale } from "@/api/types";
import { NodeIcon } from "@/features/workflows/node-kinds";
import { cn } from "@/ui/cn";
import { useEditor } from "../store";

export interface NodeChoice {
  id: string;
  title: string;
  kind: string;
  /** Why it cannot be chosen. */
  refused?: string;
  /** Also found by these words. */
  words?: string;
}

export function NodeList({
  label,
  choices,
  onChoose,
  onStand,
  footer,
}: {
  label: string;
  choices: readonly NodeChoice[];
  onChoose: (id: string) => void;
  /** Called while the keyboard goes through the list. */
  onStand?: (id: string) => void;
  footer?: ReactNode;
}) {
  const { t, i18n } = useTranslation();
  const kinds = useEditor((state) => state.kinds);
  const [search, setSearch] = useState("");
  const [value, setValue] = useState("");
  const found = useMemo(() => {
    const words = search.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const textOf = ({ id, title, kind, words: more = "" }: NodeChoice) =>
      `${title} ${id} ${kinds.get(kind)?.title[i18n.language as Locale] ?? kind} ${more}`.toLowerCase();
    return choices.filter((choice) => words.every((word) => textOf(choice).includes(word))).slice(0, 200);
  }, [choices, kinds, i18n.language, search]);
  return (
    <Command
      shouldFilter={false}
      loop
      label={label}
      value={value}
      onValueChange={(next) => {
        setValue(next);
        if (next !== "") onStand?.(next);
      }}
      className="flex min-h-0 flex-col"
    >
      <div className="flex items-center gap-2 rounded-md border border-line-strong px-2.5">
        <Search aria-hidden="true" className="size-4 shrink-0 text-faint" />
        <Command.Input
          value={search}
          onValueChange={setSearch}
          placeholder={label}
          className="h-8 min-w-0 flex-1 bg-transparent text-sm outline-none"
        />
      </div>
      <Command.List className="mt-2 max-h-[46dvh] min-h-24 overflow-y-auto">
        <Command.Empty className="px-2 py-6 text-center text-[13px] text-faint">{t("canvas:find.nothing")}</Command.Empty>
        {found.map(({ id, title, kind, refused }) => (
          <Command.Item
            key={id}
            value={id}
            disabled={refused !== undefined}
            onSelect={() => onChoose(id)}
            className="flex min-h-9 cursor-default items-center gap-2 rounded-md px-2 py-1 text-[13px] data-[selected=true]:bg-hover"
          >
            <NodeIcon kind={kind} className={cn("size-4 shrink-0 text-faint", refused && "opacity-60")} />
            <span className="min-w-0 flex-1">
              <span className={cn("block truncate", refused && "text-faint")}>{title}</span>
              {refused && <span className="block truncate text-xs text-warning-text">{refused}</span>}
            </span>
            <span className={cn("shrink-0 truncate text-xs", refused ? "text-faint" : "text-soft")}>{kinds.get(kind)?.title[i18n.language as Locale] ?? kind}</span>
          </Command.Item>
        ))}
      </Command.List>
      {footer}
    </Command>
  );
}
