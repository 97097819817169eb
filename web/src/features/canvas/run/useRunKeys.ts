import { useEffect, useRef } from "react";
import { toastError } from "@/app/error-text";
import { useRunActions, stopsOf } from "./actions";
import { useRunStore } from "./context";

/** Whether the keyboard is on the canvas, or nowhere. */
const isOnCanvas = (target: EventTarget | null): boolean =>
  target === document.body || (target instanceof Element && target.closest("[data-canvas]") !== null);

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
      // A form that takes the keys has taken them.
      if (event.defaultPrevented || event.isComposing) return;
      const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
      if (event.key.toLowerCase() === "i" && plain && isOnCanvas(event.target)) {
        event.preventDefault();
        return store.getState().openDock("node", true);
      }
      if (locked) return;
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        if (document.querySelector("[role=dialog]")) return;
        event.preventDefault();
        return begins.current(false);
      }
      const { run } = store.getState().fold;
      if ((event.key !== "F8" && event.key !== "F10") || !run || stopsOf(run).length === 0) return;
      event.preventDefault();
      void actions.goOn(run, event.key === "F10").catch(toastError);
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [store, actions, locked]);
}
