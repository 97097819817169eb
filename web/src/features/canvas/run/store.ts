/** The run on the canvas: which one is shown, what of it is looked at, and how the next one is tried. */
import { createStore, type StoreApi } from "zustand";
import type { Id, Run } from "@/api/types";
import { toApiError } from "@/api/errors";
import type { Focus } from "./places";
import type { Pin } from "./queries";
import { remember, remembered } from "./remembered";
import { emptyFold, type NodeState, type RunFold } from "./run-fold";
import { RunWatch, type Phase, type RunApi } from "./watch";

export const DOCK_TABS = ["start", "chat", "node", "steps", "result", "history"] as const;
export type DockTab = (typeof DOCK_TABS)[number];

/** A node that was run alone, beside the run that is shown. */
export interface Solo {
  node: string;
  runId: Id;
  fold: RunFold;
  phase: Phase;
  error: unknown;
}

/** What was said to a chatflow, and what its run answered once the next was asked. */
export interface Exchange {
  runId: Id;
  question: string;
  answers: readonly string[];
}

export interface RunState {
  /** The run that is shown. */
  runId: Id | undefined;
  /** Path of the called workflow that is looked at. */
  base: string;
  fold: RunFold;
  phase: Phase | "none";
  error: unknown;
  solo: Solo | undefined;
  focus: Focus;
  /** A run is being asked for. */
  starting: boolean;
  /** Why the last one could not be started. */
  refused: unknown;
  pins: Readonly<Record<string, Pin>>;
  breakpoints: readonly string[];
  chat: readonly Exchange[];
  /** `focus`: it was opened by somebody who wants to write into it. */
  dock: { open: boolean; tab: DockTab; focus?: boolean };

  show: (id: Id, base?: string) => void;
  clear: () => void;
  /** Saves the draft, asks for a run and shows it; whether there is one. */
  start: (ask: () => Promise<Run>) => Promise<Run | undefined>;
  /** The same for one node: the run that is shown stays. */
  startSolo: (node: string, ask: () => Promise<Run>) => Promise<Run | undefined>;
  dropSolo: () => void;
  /** The run goes on after an answer or a lost connection. */
  goOn: () => void;
  look: (container: string, iteration: number | undefined) => void;
  pin: (node: string, pin: Pin | undefined) => void;
  toggleBreakpoint: (node: string) => void;
  /** No pins and no breakpoints. */
  clearTrial: () => void;
  say: (exchange: Exchange | undefined) => void;
  openDock: (tab?: DockTab, focus?: boolean) => void;
  closeDock: () => void;
}

export interface RunConfig {
  workflow: Id;
  api: RunApi;
  /** What is written is saved; rejects when it could not be. */
  save: () => Promise<void>;
  /** Another run is shown, or none. */
  onShown: (id: Id | undefined) => void;
}

export type RunStore = StoreApi<RunState> & { stop: () => void };

export function createRunStore({ workflow, api, save, onShown }: RunConfig): RunStore {
  let main: RunWatch | undefined;
  let alone: RunWatch | undefined;
  const kept = remembered(workflow);

  const store = createStore<RunState>()((set, get) => {
    const watch = (id: Id, base: string, started?: Run) => {
      main?.stop();
      alone?.stop();
      set({ runId: id, base, solo: undefined, focus: {}, refused: undefined });
      main = new RunWatch(id, api, (view) => set(view), { base, started });
    };
    const ask = async (make: () => Promise<Run>, took: (run: Run) => void): Promise<Run | undefined> => {
      if (get().starting) return undefined;
      set({ starting: true, refused: undefined });
      try {
        await save();
        const run = await make();
        took(run);
        return run;
      } catch (thrown) {
        set({ refused: toApiError(thrown) });
        return undefined;
      } finally {
        set({ starting: false });
      }
    };
    return {
      runId: undefined,
      base: "",
      fold: emptyFold(),
      phase: "none",
      error: undefined,
      solo: undefined,
      focus: {},
      starting: false,
      refused: undefined,
      pins: kept.pins ?? {},
      breakpoints: kept.breakpoints ?? [],
      chat: [],
      dock: { open: false, tab: "node" },

      show: (id, base = "") => {
        if (main && get().runId === id && get().base === base) return;
        watch(id, base);
        onShown(id);
      },
      clear: () => {
        main?.stop();
        alone?.stop();
        main = undefined;
        set({ runId: undefined, base: "", fold: emptyFold(), phase: "none", error: undefined, solo: undefined, focus: {} });
        onShown(undefined);
      },
      start: (make) =>
        ask(make, (run) => {
          watch(run.id, "", run);
          onShown(run.id);
        }),
      startSolo: (node, make) =>
        ask(make, (run) => {
          alone?.stop();
          alone = new RunWatch(run.id, api, (view) => set({ solo: { node, runId: run.id, ...view } }), { started: run });
        }),
      dropSolo: () => {
        alone?.stop();
        set({ solo: undefined });
      },
      goOn: () => {
        main?.resume();
        alone?.resume();
      },
      look: (container, iteration) => {
        const { [container]: _, ...rest } = get().focus;
        set({ focus: iteration === undefined ? rest : { ...rest, [container]: iteration } });
      },
      pin: (node, pin) => {
        const { [node]: _, ...rest } = get().pins;
        const pins = pin ? { ...rest, [node]: pin } : rest;
        set({ pins });
        remember(workflow, { pins });
      },
      toggleBreakpoint: (node) => {
        const { breakpoints: before } = get();
        const breakpoints = before.includes(node) ? before.filter((id) => id !== node) : [...before, node];
        set({ breakpoints });
        remember(workflow, { breakpoints });
      },
      clearTrial: () => {
        set({ pins: {}, breakpoints: [] });
        remember(workflow, { pins: {}, breakpoints: [] });
      },
      say: (exchange) => {
        if (!exchange) return set({ chat: [] });
        const { chat } = get();
        const at = chat.findIndex(({ runId }) => runId === exchange.runId);
        set({ chat: at < 0 ? [...chat, exchange] : chat.map((one, index) => (index === at ? exchange : one)) });
      },
      openDock: (tab, focus = false) => set({ dock: { open: true, tab: tab ?? get().dock.tab, focus } }),
      closeDock: () => set({ dock: { ...get().dock, open: false } }),
    };
  });
  return Object.assign(store, {
    stop: () => {
      main?.stop();
      alone?.stop();
      main = undefined;
    },
  });
}

/** The state that a node's card shows: of the node run alone, else of the run. */
export const foldOf = ({ solo, fold }: RunState, node: string): RunFold =>
  solo && solo.fold.nodes[node] ? solo.fold : fold;

export const nodeStateOf = (state: RunState, node: string): NodeState | undefined =>
  foldOf(state, node).nodes[node];
