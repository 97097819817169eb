/** How the canvas is looked at: tools, what is open above it. Nothing of this is saved with the document. */
import { createContext, useContext } from "react";
import { createStore, useStore, type StoreApi } from "zustand";
import type { Point } from "@/graph/document";

/** Where a node that is picked goes, and what it is joined to. */
export interface PickRequest {
  /** Where the picker shows, in the window. */
  screen: Point;
  /** Where the node goes, on the canvas. */
  at: Point;
  /** The container it goes into. */
  parent?: string;
  /** The way out that leads to it. */
  from?: { node: string; port: string };
  /** What it leads to. */
  to?: string;
  /** The edge it goes onto. */
  edge?: string;
}

export type DialogName = "json" | "keys" | "find" | "connect" | "conflict" | "publish";

export interface ViewState {
  tool: "pointer" | "hand";
  minimap: boolean;
  snap: boolean;
  palette: boolean;
  findings: boolean;
  /** The next node's panel is as wide as the last one's. */
  widePanel: boolean;
  dialog: DialogName | undefined;
  /** Whose JSON is shown: a node's, or the document's. */
  jsonOf: string | undefined;
  picking: PickRequest | undefined;
  /** Where the context menu is open, and for what. */
  menu: { x: number; y: number; on: "selection" | "pane" } | undefined;
  /** The container that nodes being dragged would fall into; `null`: out of theirs. */
  dropInto: string | null | undefined;
  /** The node that the keyboard stands on. */
  focused: string | undefined;
  set: (part: Partial<Omit<ViewState, "set">>) => void;
}

const STORED = "hearth.canvas";
type Kept = Pick<ViewState, "tool" | "minimap" | "snap">;

function kept(): Partial<Kept> {
  try {
    return JSON.parse(localStorage.getItem(STORED) ?? "{}") as Partial<Kept>;
  } catch {
    return {};
  }
}

export function createViewStore(): StoreApi<ViewState> {
  const { tool = "pointer", minimap = true, snap = true } = kept();
  return createStore<ViewState>()((set, get) => ({
    tool,
    minimap,
    snap,
    palette: false,
    findings: false,
    widePanel: false,
    dialog: undefined,
    jsonOf: undefined,
    picking: undefined,
    menu: undefined,
    dropInto: undefined,
    focused: undefined,
    set: (part) => {
      set(part);
      if (!("tool" in part || "minimap" in part || "snap" in part)) return;
      const now = get();
      try {
        localStorage.setItem(STORED, JSON.stringify({ tool: now.tool, minimap: now.minimap, snap: now.snap }));
      } catch {
        // Blocked storage: the choice holds until the page is left.
      }
    },
  }));
}

export const ViewContext = createContext<StoreApi<ViewState> | undefined>(undefined);

export function useViewStore(): StoreApi<ViewState> {
  const store = useContext(ViewContext);
  if (!store) throw new Error("outside the editor");
  return store;
}

export function useView<T>(selector: (state: ViewState) => T): T {
  return useStore(useViewStore(), selector);
}
