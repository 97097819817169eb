/** The way through the iterations of a container: one by one, by number, to the next that failed. */
import { ChevronLeft, ChevronRight, CircleX } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { StatusIcon } from "@/features/runs/RunStatus";
import { Button, IconButton } from "@/ui/button";
import { Input } from "@/ui/input";
import { useEditor } from "../../store";
import { useRun, useRunStore } from "../context";
import { clampRound, nextRound, roundsOf } from "../pager";
import { foldOf } from "../store";

export function Pager({ container }: { container: string }) {
  const { t } = useTranslation();
  const store = useRunStore();
  const fold = useRun((state) => foldOf(state, container));
  const focus = useRun((state) => state.focus);
  const name = useEditor(({ document }) => document.nodes?.[container]?.title || container);
  const rounds = useMemo(() => roundsOf(fold, container, focus), [fold, container, focus]);
  const at = focus[container];
  const [text, setText] = useState("");
  useEffect(() => setText(at === undefined ? "" : String(at + 1)), [at]);
  if (rounds.length === 0) return null;
  const go = (iteration: number | undefined) => store.getState().look(container, iteration);
  const failed = rounds.filter(({ status }) => status === "failed").length;
  const current = at === undefined ? undefined : rounds[at];
  return (
    <div
      role="group"
      aria-label={t("canvas-run:pager.label", { name })}
      data-pager={container}
      className="flex flex-wrap items-center gap-1.5 text-xs text-soft"
    >
      <span className="max-w-48 truncate font-medium" title={name}>
        {name}
      </span>
      <IconButton
        size="icon-sm"
        label={t("canvas-run:pager.previous")}
        disabled={at === undefined || at === 0}
        onClick={() => go((at ?? 1) - 1)}
      >
        <ChevronLeft />
      </IconButton>
      <Input
        inputMode="numeric"
        aria-label={t("canvas-run:pager.number")}
        className="!h-7 w-14 text-center tabular-nums"
        placeholder="–"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={() => {
          const wanted = clampRound(text, rounds.length);
          if (wanted !== at) go(wanted);
          setText(wanted === undefined ? "" : String(wanted + 1));
        }}
        onKeyDown={(event) => {
          if (event.key !== "Enter") return;
          event.preventDefault();
          go(clampRound(text, rounds.length));
        }}
      />
      <span className="tabular-nums">/ {rounds.length}</span>
      <IconButton
        size="icon-sm"
        label={t("canvas-run:pager.next")}
        disabled={at !== undefined && at >= rounds.length - 1}
        onClick={() => go(at === undefined ? 0 : at + 1)}
      >
        <ChevronRight />
      </IconButton>
      {current && (
        <span className="flex items-center gap-1">
          <StatusIcon status={current.status} />
          {t(`runs:status.${current.status}`)}
        </span>
      )}
      {failed > 0 && (
        <Button
          size="sm"
          disabled={failed === 1 && current?.status === "failed"}
          onClick={() => go(nextRound(rounds, at, ({ status }) => status === "failed"))}
        >
          <CircleX className="text-danger-text" />
          {t("canvas-run:pager.failed", { count: failed })}
        </Button>
      )}
      {at !== undefined && (
        <Button size="sm" variant="ghost" onClick={() => go(undefined)}>
          {t("canvas-run:pager.all")}
        </Button>
      )}
    </div>
  );
}
