/**
 * The editor's state: the document, what is selected and open, how it is saved. One store per page;
 * components read it with `useEditor`, code that only acts with `useEditorStore().getState()`.
 */
import { createContext, useContext } from "react";
import { createStore, useStore, type StoreApi } from "zustand";
import type { Finding, Workflow, WorkflowDocument, WorkflowDraft } from "@/api/types";
import { nodeOf, nodesOf } from "@/graph/document";
import { History } from "@/graph/history";
import type { Kinds } from "@/graph/kinds";
import { placeMissing } from "@/graph/place";
import { Saver, type DraftServer, type SaveState } from "./saving";

export type Change = (document: WorkflowDocument) => WorkflowDocument;

export interface EditorState {
  workflow: Workflow;
  kinds: Kinds;
  readonly: boolean;
  document: WorkflowDocument;
  findings: readonly Finding[];
  selected: readonly string[];
  /** Keys of edges, as `edgeKey` gives them. */
  selectedEdges: readonly string[];
  /** Whose panel is open. */
  open: { node: string } | undefined;
  save: SaveState;
  canUndo: boolean;
  canRedo: boolean;
  /** What the canvas is asked to bring into sight; a new object each time. */
  revealing: { node: string } | undefined;
  /** Who changed the draft while it was edited here; a new object each time. */
  merged: { by: string } | undefined;
  /** Undoable and autosaved; edits of one `merge` key within a second are one step. */
  edit: (change: Change, options?: { merge?: string }) => void;
  undo: () => void;
  redo: () => void;
  select: (ids: readonly string[], edges?: readonly string[]) => void;
  openNode: (id: string | undefined) => void;
  /** Centres and selects. */
  reveal: (id: string) => void;
  /** Saves now; rejects when that fails. */
  flush: () => Promise<void>;
  /** Ends a conflict; nodes that are not named stay mine. */
  resolve: (choices: Readonly<Record<string, "mine" | "theirs">>) => Promise<void>;
  /** Takes over what others saved, when nothing of ours is unsaved. */
  refresh: () => Promise<void>;
  /** The draft as the server has it: after a version was restored. */
  take: (draft: WorkflowDraft) => void;
}

export interface EditorOptions {
  workflow: Workflow;
  draft: WorkflowDraft;
  kinds: Kinds;
  readonly: boolean;
  server: DraftServer;
  /** Called after each save. */
  onSaved?: (draft: WorkflowDraft) => void;
}

export interface EditorStore extends StoreApi<EditorState> {
  /** What the unsaved edits began from. */
  saved: () => WorkflowDocument;
  stop: () => void;
}

export function createEditorStore({ workflow, draft, kinds, readonly, server, onSaved }: EditorOptions): EditorStore {
  const history = new History<WorkflowDocument>();
  const first = placeMissing(draft.document as WorkflowDocument, kinds);
  const store: StoreApi<EditorState> = createStore<EditorState>()((set, get) => {
    /** Shows a document: what it no longer has is neither selected nor open. */
    const show = (document: WorkflowDocument) => {
      const { selected, open } = get();
      const there = selected.filter((id) => nodeOf(document, id));
      set({
        document,
        canUndo: history.canUndo,
        canRedo: history.canRedo,
        ...(there.length === selected.length ? {} : { selected: there }),
        ...(open && !nodeOf(document, open.node) ? { open: undefined } : {}),
      });
    };
    const step = (document: WorkflowDocument | undefined) => {
      if (!document) return;
      show(document);
      saver.touch();
    };
    return {
      workflow,
      kinds,
      readonly,
      document: first,
      findings: draft.findings,
      selected: [],
      selectedEdges: [],
      open: undefined,
      save: { status: "saved", revision: draft.revision, savedAt: draft.updated_at, savedBy: draft.updated_by_name },
      canUndo: false,
      canRedo: false,
      revealing: undefined,
      merged: undefined,
      edit: (change, options) => {
        const { document, readonly: locked } = get();
        if (locked) return;
        const next = change(document);
        if (next === document) return;
        history.push(document, options?.merge);
        show(next);
        saver.touch();
      },
      undo: () => step(get().readonly ? undefined : history.undo(get().document)),
      redo: () => step(get().readonly ? undefined : history.redo(get().document)),
      select: (selected, selectedEdges = []) => set({ selected, selectedEdges }),
      openNode: (id) => set({ open: id !== undefined && nodeOf(get().document, id) ? { node: id } : undefined }),
      reveal: (id) => {
        if (nodeOf(get().document, id)) set({ selected: [id], selectedEdges: [], revealing: { node: id } });
      },
      flush: () => saver.flush(),
      resolve: (choices) => saver.resolve(choices),
      refresh: () => saver.refresh(),
      take: (taken) => {
        const document = placeMissing(taken.document as WorkflowDocument, kinds);
        history.push(get().document);
        show(document);
        saver.take(taken, document);
      },
    };
  });
  const saver: Saver = new Saver(draft, first, server, {
    document: () => store.getState().document,
    merged: (document, rebase, by) => {
      history.rebase(rebase);
      const { selected, open } = store.getState();
      store.setState({
        document: placeMissing(document, kinds),
        merged: { by },
        selected: selected.filter((id) => id in nodesOf(document)),
        open: open && nodeOf(document, open.node) ? open : undefined,
      });
    },
    rewritten: (rewrite) => {
      history.rewrite(rewrite);
      store.setState(({ document }) => ({ document: rewrite(document) }));
    },
    saved: (saved) => {
      store.setState({ findings: saved.findings });
      onSaved?.(saved);
    },
    changed: (save) => store.setState({ save }),
  });
  return Object.assign(store, { saved: () => saver.saved, stop: () => saver.stop() });
}

export const EditorContext = createContext<EditorStore | undefined>(undefined);

/** The store itself: for acting on it without drawing again. */
export function useEditorStore(): EditorStore {
  const store = useContext(EditorContext);
  if (!store) throw new Error("outside the editor");
  return store;
}

/** A part of the editor's state; the component draws again when that part changes. */
export function useEditor<T>(selector: (state: EditorState) => T): T {
  return useStore(useEditorStore(), selector);
}
