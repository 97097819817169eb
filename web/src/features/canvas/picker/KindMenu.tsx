/** Kinds of nodes with search and categories; used by the picker and the palette. */
import { Command } from "cmdk";
import { Search } from "lucide-react";
import { useMemo, useState, type DragEvent } from "react";
import { useTranslation } from "react-i18next";
import type { Locale } from "@/api/types";
import { NodeIcon } from "@/features/workflows/node-kinds";
import { nodesOf } from "@/graph/document";
import { useEditor } from "../store";
import { KIND_DRAG } from "./drag";
import { kindGroups } from "./kind-list";

export function KindMenu({
  inside,
  autoFocus,
  draggable = false,
  onPick,
}: {
  /** What can only lie in a container is offered, too. */
  inside: boolean;
  autoFocus?: boolean;
  draggable?: boolean;
  onPick: (kind: string) => void;
}) {
  const { t, i18n } = useTranslation();
  const kinds = useEditor((state) => state.kinds);
  const ended = useEditor((state) => Object.values(nodesOf(state.document)).some(({ kind }) => kind === "end"));
  const [search, setSearch] = useState("");
  const groups = useMemo(
    () => kindGroups(kinds, i18n.language as Locale, search, { inside, ended }),
    [kinds, i18n.language, search, inside, ended],
  );
  const drag = (event: DragEvent, kind: string) => {
    event.dataTransfer.setData(KIND_DRAG, kind);
    event.dataTransfer.effectAllowed = "copy";
  };
  return (
    <Command shouldFilter={false} label={t("canvas:picker.title")} className="flex min-h-0 flex-1 flex-col" loop>
      <div className="flex items-center gap-2 border-b border-line px-3">
        <Search aria-hidden="true" className="size-4 shrink-0 text-faint" />
        <Command.Input
          autoFocus={autoFocus}
          value={search}
          onValueChange={setSearch}
          placeholder={t("canvas:picker.search")}
          className="h-10 min-w-0 flex-1 bg-transparent text-sm outline-none"
        />
      </div>
      <Command.List className="min-h-0 flex-1 overflow-y-auto p-1.5">
        <Command.Empty className="px-2 py-6 text-center text-[13px] text-faint">{t("canvas:picker.nothing")}</Command.Empty>
        {groups.map(({ category, items }) => (
          <Command.Group
            key={category}
            heading={t(`canvas:category.${category}`)}
            className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-faint"
          >
            {items.map(({ spec, title, description }) => (
              <Command.Item
                key={spec.kind}
                value={spec.kind}
                data-pick={spec.kind}
                title={description}
                draggable={draggable}
                onDragStart={(event) => drag(event, spec.kind)}
                onSelect={() => onPick(spec.kind)}
                className="flex min-h-8 cursor-default items-center gap-2 rounded-md px-2 py-1 text-[13px] data-[selected=true]:bg-hover"
              >
                <NodeIcon kind={spec.kind} className="size-4 shrink-0 text-accent-text" />
                <span className="min-w-0 flex-1">
                  <span className="block truncate">{title}</span>
                  {search !== "" && <span className="block truncate text-xs text-faint">{description}</span>}
                </span>
              </Command.Item>
            ))}
          </Command.Group>
        ))}
      </Command.List>
    </Command>
  );
}
