import { useEffect, useRef } from "react";
import { useRunActions, stopsOf } from "./actions";
import { useRunStore } from "./context";

/** Ctrl+Enter runs, F8 goes on from a breakpoint, F10 goes on to the next node. */
export function useRunKeys(begin: (step: boolean) => void, locked: boolean): void {
  const store = useRunStore();
  const actions = useRunActions();
  const begins = useRef(begin);
  useEffect(() => {
    begins.current = begin;
  });
  useEffect(() => {
    if (locked) return;
    const onKeyDown = (event: KeyboardEvent) => {
      // A form that takes the keys has taken them.
      if (event.defaultPrevented || event.isComposing) return;
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        if (document.querySelector("[role=dialog]")) return;
        event.preventDefault();
        return begins.current(false);
      }
      const { run } = store.getState().fold;
      if ((event.key !== "F8" && event.key !== "F10") || !run || stopsOf(run).length === 0) return;
      event.preventDefault();
      void actions.goOn(run, event.key === "F10");
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [store, actions, locked]);
}
