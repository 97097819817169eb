/** In the page's top bar: starts, stops and steps the run, and says how it goes. */
import { useMutation } from "@tanstack/react-query";
import { ChevronDown, History, PanelBottom, PinOff, Play, SkipForward, Square, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { StatusBadge } from "@/features/runs/RunStatus";
import { Button, IconButton } from "@/ui/button";
import { Menu, MenuContent, MenuItem, MenuSeparator, MenuTrigger } from "@/ui/menu";
import { useEditor } from "../store";
import { stopsOf, useRunActions } from "./actions";
import { useRun, useRunStore } from "./context";
import { RunFigures } from "./Figures";
import { hasEnded } from "./run-fold";
import { useBegin } from "./useBegin";
import { useRunKeys } from "./useRunKeys";

export function RunBar() {
  const { t } = useTranslation();
  const locked = useEditor((state) => state.readonly);
  const run = useRun((state) => state.fold.run);
  const starting = useRun((state) => state.starting);
  const dock = useRun((state) => state.dock);
  const store = useRunStore();
  const actions = useRunActions();
  const begin = useBegin();
  useRunKeys(begin, locked);
  const stop = useMutation({ mutationFn: () => actions.stop() });
  const goOn = useMutation({
    mutationFn: (step: boolean) => (run ? actions.goOn(run, step) : Promise.resolve()),
  });
  const tried = useRun(({ pins, breakpoints }) => Object.keys(pins).length + breakpoints.length);
  const { openDock, closeDock, clear, clearTrial } = store.getState();
  const stops = stopsOf(run);
  const open = run !== undefined && !hasEnded(run);
  return (
    <div role="group" aria-label={t("canvas-run:bar.label")} className="flex items-center gap-1.5" data-run={run?.id}>
      {run && (
        <Button
          variant="ghost"
          size="sm"
          className="gap-2 px-1.5"
          title={t("canvas-run:bar.details")}
          onClick={() => openDock("result")}
        >
          <StatusBadge status={run.status} />
          <RunFigures run={run} className="max-lg:hidden" />
        </Button>
      )}
      {stops.length > 0 && (
        <>
          <Button size="sm" busy={goOn.isPending} title="F8" onClick={() => goOn.mutate(false)}>
            <Play />
            {t("runs:resume.continue")}
          </Button>
          <Button size="sm" disabled={goOn.isPending} title="F10" onClick={() => goOn.mutate(true)}>
            <SkipForward />
            {t("runs:resume.step")}
          </Button>
        </>
      )}
      {open && run.root_run_id === null && (
        <Button size="sm" busy={stop.isPending} onClick={() => stop.mutate()}>
          <Square fill="currentColor" className="!size-3" />
          {t("canvas-run:bar.stop")}
        </Button>
      )}
      {!locked && (
        <span className="flex">
          <Button
            size="sm"
            className="rounded-r-none"
            busy={starting}
            title={t("canvas-run:bar.runHint")}
            onClick={() => begin(false)}
          >
            {!starting && <Play />}
            {t("workflows:run.action")}
          </Button>
          <Menu>
            <MenuTrigger asChild>
              <IconButton
                label={t("canvas-run:bar.more")}
                variant="secondary"
                size="icon-sm"
                className="-ml-px w-6 rounded-l-none"
              >
                <ChevronDown className="!size-3.5" />
              </IconButton>
            </MenuTrigger>
            <MenuContent align="end">
              <MenuItem onSelect={() => begin(true)}>
                <SkipForward />
                {t("canvas-run:bar.stepwise")}
              </MenuItem>
              <MenuItem onSelect={() => openDock("history")}>
                <History />
                {t("canvas-run:tab.history")}
              </MenuItem>
              {(run || tried > 0) && <MenuSeparator />}
              {tried > 0 && (
                <MenuItem onSelect={clearTrial}>
                  <PinOff />
                  {t("canvas-run:bar.clearTrial", { count: tried })}
                </MenuItem>
              )}
              {run && (
                <MenuItem onSelect={clear}>
                  <X />
                  {t("canvas-run:bar.clear")}
                </MenuItem>
              )}
            </MenuContent>
          </Menu>
        </span>
      )}
      <IconButton
        size="icon-sm"
        label={t(dock.open ? "canvas-run:dock.close" : "canvas-run:dock.open")}
        aria-expanded={dock.open}
        data-dock-toggle
        onClick={() => (dock.open ? closeDock() : openDock())}
      >
        <PanelBottom />
      </IconButton>
    </div>
  );
}
