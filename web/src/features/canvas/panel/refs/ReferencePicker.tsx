/** Chooses a value of an earlier step: only what can be seen from the node, with types and last values. */
import { Command } from "cmdk";
import { useDeferredValue, useEffect, useMemo, useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import type { ValueType } from "@/api/types";
import { NodeIcon } from "@/features/workflows/node-kinds";
import { typeText } from "@/features/workflows/outline";
import type { RefSource } from "@/graph/references";
import { cn } from "@/ui/cn";
import { useLastOutputs } from "../../run/useLastOutputs";
import { usePanel } from "../context";
import { Popover, PopoverContent, PopoverTrigger } from "../parts/Popover";
import { firstRow, pickRows, preview, type PickRow } from "./rows";

export interface PickedRef {
  ref: { node: string; path: string[] };
  type: ValueType;
}

interface PickerProps {
  onPick: (picked: PickedRef) => void;
  /** What the value has to become; others are marked. */
  wanted?: ValueType;
  /** Instead of what the node may refer to. */
  sources?: () => RefSource[];
}

/** Steps that are shown at once, the nearest first; the others are found by searching. */
const MOST = 30;

const keyOf = ({ node, path }: PickRow): string => `${node} ${path.join(".")}`;

/** The trigger opens it below itself. */
export function ReferencePicker({ children, onPick, ...rest }: PickerProps & { children: ReactElement }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <Popover open={open} onOpenChange={setOpen}>
      <PopoverTrigger asChild>{children}</PopoverTrigger>
      <PopoverContent align="start" aria-label={t("canvas-panel:ref.pick")}>
        <PickerList
          {...rest}
          onPick={(picked) => {
            setOpen(false);
            onPick(picked);
          }}
        />
      </PopoverContent>
    </Popover>
  );
}

export function PickerList({ onPick, wanted, sources }: PickerProps) {
  const { t } = useTranslation();
  const panel = usePanel();
  const [text, setText] = useState("");
  const visible = sources ?? panel.sources;
  // As it was when the list was opened: it does not change while one chooses.
  const all = useMemo(() => visible(), []); // eslint-disable-line react-hooks/exhaustive-deps
  const query = useDeferredValue(text);
  const found = useMemo(() => all.filter((source) => pickRows(source, { text: query }).length > 0), [all, query]);
  const [chosen, setChosen] = useState("");
  // Enter takes what was searched for, not what it lies in.
  useEffect(() => {
    const row = firstRow(found.slice(0, MOST), query, wanted);
    setChosen(row ? keyOf(row) : "");
  }, [found, query, wanted]);
  return (
    <Command
      shouldFilter={false}
      loop
      label={t("canvas-panel:ref.pick")}
      value={chosen}
      onValueChange={setChosen}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <Command.Input
        autoFocus
        value={text}
        onValueChange={setText}
        placeholder={t("canvas-panel:ref.search")}
        className="h-9 w-full border-b border-line bg-transparent px-3 text-[13px] outline-none"
      />
      <Command.List className="max-h-80 overflow-y-auto p-1" aria-label={t("canvas-panel:ref.pick")}>
        <Command.Empty className="px-3 py-6 text-center text-[13px] text-soft">
          {t(all.length === 0 ? "canvas-panel:ref.none" : "canvas-panel:ref.notFound")}
        </Command.Empty>
        {found.slice(0, MOST).map((source) => (
          <SourceGroup key={source.node} source={source} text={query} wanted={wanted} onPick={onPick} />
        ))}
        {found.length > MOST && (
          <p className="px-2 py-2 text-xs text-faint">{t("canvas-panel:ref.more", { count: found.length - MOST })}</p>
        )}
      </Command.List>
    </Command>
  );
}

function SourceGroup({
  source,
  text,
  wanted,
  onPick,
}: {
  source: RefSource;
  text: string;
  wanted: ValueType | undefined;
  onPick: (picked: PickedRef) => void;
}) {
  const { t } = useTranslation();
  const last = useLastOutputs(source.node);
  const rows = pickRows(source, { text, wanted, last: source.scope === "outputs" ? last : undefined });
  if (rows.length === 0) return null;
  return (
    <Command.Group
      heading={
        <span className="flex items-center gap-1.5">
          <NodeIcon kind={source.kind} className="size-3.5 shrink-0" />
          <span className="min-w-0 truncate">{source.title}</span>
          {source.scope === "element" && <span className="shrink-0 font-normal text-faint">{t("canvas-panel:ref.element")}</span>}
        </span>
      }
      className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-soft"
    >
      {rows.map((row) => (
        <Row
          key={row.path.join(".")}
          row={row}
          wanted={wanted}
          onPick={() => onPick({ ref: { node: row.node, path: row.path }, type: row.type })}
        />
      ))}
    </Command.Group>
  );
}

function Row({ row, wanted, onPick }: { row: PickRow; wanted: ValueType | undefined; onPick: () => void }) {
  const { t } = useTranslation();
  const key = row.path.at(-1) ?? "";
  const value = preview(row.last);
  const reason =
    row.fit === "always"
      ? undefined
      : t(row.fit === "never" ? "canvas-panel:ref.never" : "canvas-panel:ref.perhaps", {
          from: typeText(row.type),
          to: typeText(wanted),
        });
  return (
    <Command.Item
      value={keyOf(row)}
      disabled={row.fit === "never"}
      onSelect={onPick}
      className="cursor-default rounded-md px-2 py-1.5 data-[disabled=true]:cursor-not-allowed data-[selected=true]:bg-hover"
      style={{ paddingLeft: 8 + row.depth * 14 }}
    >
      <span className={cn("flex items-baseline gap-2", row.fit === "never" && "opacity-60")}>
        <span className="min-w-0 truncate font-mono text-[13px]">
          {/^\d+$/.test(key) ? t("canvas-panel:ref.first") : key}
        </span>
        <span className="shrink-0 font-mono text-xs text-faint">{typeText(row.type)}</span>
      </span>
      {value !== undefined && <span className="block truncate text-xs leading-4.5 text-soft">{value}</span>}
      {reason && <span className="block text-xs leading-4.5 text-warning-text">{reason}</span>}
    </Command.Item>
  );
}
