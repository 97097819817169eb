import { useEffect, useRef } from "react";
import { toastError } from "@/app/error-text";
import { isElsewhere, isOnCanvas } from "../key-target";
import { runActionOf, strokeOf, type RunKeyAction } from "../keys";
import { useRunActions, stopsOf } from "./actions";
import { useRunStore } from "./context";

/** What a key that was pressed does to runs; nothing where people write. */
export function runKeyOf(event: KeyboardEvent): RunKeyAction | undefined {
  // A form that takes the keys has taken them.
  if (event.defaultPrevented || event.isComposing || isElsewhere(event.target)) return undefined;
  const action = runActionOf(strokeOf(event));
  return action === "inspect" && !isOnCanvas(event.target) ? undefined : action;
}

/**
 * Ctrl+Enter runs, F8 goes on from a breakpoint, F10 goes on to the next node; I, on the canvas,
 * leads to what the selected node did.
 */
export function useRunKeys(begin: (step: boolean) => void, locked: boolean): void {
  const store = useRunStore();
  const actions = useRunActions();
  const begins = useRef(begin);
  useEffect(() => {
    begins.current = begin;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const action = runKeyOf(event);
      if (action === undefined) return;
      if (action === "inspect") {
        event.preventDefault();
        return store.getState().openDock("node", true);
      }
      if (locked) return;
      if (action === "run") {
        if (document.querySelector("[role=dialog]")) return;
        event.preventDefault();
        return begins.current(false);
      }
      const { run } = store.getState().fold;
      if (!run || stopsOf(run).length === 0) return;
      event.preventDefault();
      void actions.goOn(run, action === "step").catch(toastError);
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [store, actions, locked]);
}
