/** At the bottom of the page: how to run, what a node did, all steps, the result, earlier runs. */
import { Link } from "@tanstack/react-router";
import { useReactFlow } from "@xyflow/react";
import { X } from "lucide-react";
import { lazy, Suspense, useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from "react";
import { useTranslation } from "react-i18next";
import { ErrorNotice } from "@/app/feedback";
import { ResumeForms } from "@/features/runs/ResumeForms";
import { Button, IconButton } from "@/ui/button";
import { cn } from "@/ui/cn";
import { LoadingRows, Notice } from "@/ui/states";
import { Tab, TabList, TabPanel, Tabs } from "@/ui/tabs";
import { useEditor } from "../store";
import { useRun, useRunStore } from "./context";
import { HistoryTab } from "./history/HistoryTab";
import { NodeTab } from "./inspector/NodeTab";
import { ResultTab } from "./ResultTab";
import { StartTab } from "./StartTab";
import { StepsTab } from "./StepsTab";
import { DOCK_TABS, type DockTab } from "./store";

// Answers are drawn as Markdown, and most workflows are no conversation.
const ChatTab = lazy(() => import("./ChatTab").then((module) => ({ default: module.ChatTab })));

const KEY = "hearth.dock";
const LEAST = 140;
const STEP = 24;
const most = () => Math.max(LEAST, Math.round(window.innerHeight * 0.75));
const clamp = (height: number) => Math.min(most(), Math.max(LEAST, Math.round(height)));

function useHeight() {
  const [height, setHeight] = useState(() => {
    try {
      const kept = Number(localStorage.getItem(KEY));
      return clamp(kept > 0 ? kept : 320);
    } catch {
      return clamp(320);
    }
  });
  const set = (next: number) => {
    const height = clamp(next);
    setHeight(height);
    try {
      localStorage.setItem(KEY, String(height));
    } catch {
      // Blocked storage: the height holds until the page is left.
    }
  };
  return [height, set] as const;
}

/** What is in the middle of the canvas stays there when the dock takes its lower part, and gives it back. */
function useMiddle(height: number): void {
  const flow = useReactFlow();
  const taken = useRef(height);
  useEffect(() => {
    taken.current = height;
  }, [height]);
  useEffect(() => {
    const move = (by: number) => {
      if (!flow.viewportInitialized) return;
      const { x, y, zoom } = flow.getViewport();
      void flow.setViewport({ x, y: y + by, zoom });
    };
    move(-taken.current / 2);
    return () => move(taken.current / 2);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once when it opens, once when it closes
  }, []);
}

export function RunDock() {
  const open = useRun((state) => state.dock.open);
  return open ? <Dock /> : null;
}

function Dock() {
  const { t } = useTranslation();
  const store = useRunStore();
  const dock = useRun((state) => state.dock);
  const locked = useEditor((state) => state.readonly);
  const chatflow = useEditor(({ document }) => document.mode === "chatflow");
  const [height, setHeight] = useHeight();
  useMiddle(height);
  const body = useRef<HTMLElement>(null);
  const tabs = DOCK_TABS.filter(
    (name) => (name === "start" ? !chatflow && !locked : name === "chat" ? chatflow && !locked : true),
  );
  const shown = tabs.includes(dock.tab) ? dock.tab : "node";
  const { openDock } = store.getState();
  const closeDock = () => {
    store.getState().closeDock();
    document.querySelector<HTMLElement>("[data-dock-toggle]")?.focus();
  };
  // What was opened by a key is reached by the next one.
  useEffect(() => {
    if (!dock.focus) return;
    const panel = body.current?.querySelector<HTMLElement>("[role=tabpanel][data-state=active]");
    const field =
      dock.tab === "start" || dock.tab === "chat"
        ? panel?.querySelector<HTMLElement>("form input, form textarea, form select, form button[type=submit]")
        : undefined;
    (field ?? panel)?.focus();
  }, [dock]);
  return (
    <section
      ref={body}
      aria-label={t("canvas-run:dock.label")}
      data-dock={shown}
      style={{ height }}
      className="relative flex shrink-0 flex-col border-t border-line-strong bg-surface"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented) return;
        event.stopPropagation();
        closeDock();
      }}
    >
      <Grip height={height} onChange={setHeight} />
      <Tabs
        value={shown}
        onValueChange={(next) => openDock(next as DockTab)}
        className="flex min-h-0 flex-1 flex-col"
      >
        <div className="flex shrink-0 items-center gap-2 border-b border-line pr-1.5 pl-4">
          <TabList aria-label={t("canvas-run:dock.label")} className="min-w-0 flex-1 overflow-x-auto border-b-0">
            {tabs.map((name) => (
              <Tab key={name} value={name}>
                {t(`canvas-run:tab.${name}`)}
              </Tab>
            ))}
          </TabList>
          <IconButton size="icon-sm" label={t("canvas-run:dock.close")} onClick={closeDock}>
            <X />
          </IconButton>
        </div>
        <div className="flex min-h-0 flex-1 flex-col overflow-y-auto">
          {shown !== "chat" && <Waiting />}
          <Called />
          <Lost />
          <TabPanel
            value={shown}
            className={cn("px-4 pt-3 pb-4 outline-offset-[-2px]", shown === "chat" && "min-h-0 flex-1")}
            tabIndex={-1}
          >
            {shown === "start" && <StartTab />}
            {shown === "chat" && (
              <Suspense fallback={<LoadingRows label={t("common:loading")} rows={2} />}>
                <ChatTab />
              </Suspense>
            )}
            {shown === "node" && <NodeTab />}
            {shown === "steps" && <StepsTab />}
            {shown === "result" && <ResultTab />}
            {shown === "history" && <HistoryTab />}
          </TabPanel>
        </div>
      </Tabs>
    </section>
  );
}

/** The upper edge: dragged, or moved with the arrow keys. */
function Grip({ height, onChange }: { height: number; onChange: (height: number) => void }) {
  const { t } = useTranslation();
  const from = useRef<{ y: number; height: number } | undefined>(undefined);
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    from.current = { y: event.clientY, height };
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const to = { ArrowUp: height + STEP, ArrowDown: height - STEP, Home: most(), End: LEAST }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    onChange(to);
  };
  return (
    <div
      role="separator"
      aria-orientation="horizontal"
      aria-label={t("canvas-run:dock.resize")}
      aria-valuemin={LEAST}
      aria-valuemax={most()}
      aria-valuenow={height}
      tabIndex={0}
      className="absolute inset-x-0 -top-1 z-10 h-2 cursor-row-resize touch-none hover:bg-accent/30 focus-visible:bg-accent/40"
      onPointerDown={onPointerDown}
      onPointerMove={(event) => {
        if (from.current) onChange(from.current.height + from.current.y - event.clientY);
      }}
      onPointerUp={() => (from.current = undefined)}
      onPointerCancel={() => (from.current = undefined)}
      onKeyDown={onKeyDown}
    />
  );
}

/** What the run waits for, whichever tab is open. */
function Waiting() {
  const run = useRun((state) => state.fold.run);
  const alone = useRun((state) => state.solo?.fold.run);
  const store = useRunStore();
  const waiting = [alone, run].filter((one) => one?.status === "requires_action");
  return waiting.map(
    (one) =>
      one && (
        <div key={one.id} className="max-w-3xl px-4 pt-3">
          {/* Other calls of the run are other forms. */}
          <ResumeForms
            key={one.required_action?.calls.map(({ call_id }) => call_id).join()}
            run={one}
            onSent={() => store.getState().goOn()}
          />
        </div>
      ),
  );
}

/** The canvas shows what this workflow did where another called it. */
function Called() {
  const { t } = useTranslation();
  const base = useRun((state) => state.base);
  const run = useRun((state) => state.fold.run);
  if (base === "" || !run?.workflow_id) return null;
  return (
    <Notice
      tone="info"
      className="mx-4 mt-3"
      action={
        <Button asChild size="sm">
          <Link
            to="/w/$workspaceId/workflows/$workflowId/canvas"
            params={{ workspaceId: run.workspace_id, workflowId: run.workflow_id }}
            search={{ run: run.id }}
          >
            {t("canvas-run:inside.back")}
          </Link>
        </Button>
      }
    >
      {t("canvas-run:inside.called", { name: run.workflow_name })}
    </Notice>
  );
}

function Lost() {
  const { t } = useTranslation();
  const phase = useRun((state) => state.phase);
  const error = useRun((state) => state.error);
  const refused = useRun((state) => state.refused);
  const store = useRunStore();
  return (
    <>
      {refused !== undefined && <ErrorNotice error={refused} className="mx-4 mt-3" />}
      {phase === "lost" && (
        <div className="mx-4 mt-3 space-y-2">
          <ErrorNotice error={error} onRetry={() => store.getState().goOn()} />
          <Button size="sm" onClick={() => store.getState().clear()}>
            {t("canvas-run:bar.clear")}
          </Button>
        </div>
      )}
    </>
  );
}
