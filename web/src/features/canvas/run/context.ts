/** The page's run store, and what components ask of it. */
import { createContext, useContext } from "react";
import { useStore } from "zustand";
import type { RunState, RunStore } from "./store";

export const RunContext = createContext<RunStore | undefined>(undefined);

export function useRunStore(): RunStore {
  const store = useContext(RunContext);
  if (!store) throw new Error("outside RunProvider");
  return store;
}

export function useRun<T>(selector: (state: RunState) => T): T {
  return useStore(useRunStore(), selector);
}
