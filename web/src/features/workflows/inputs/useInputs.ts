import { useState } from "react";
import type { ValueField } from "@/api/types";
import { draftsOf, read, type Draft, type Fault } from "./values";

/** A form of typed fields: what is written, and what is wrong with it once it was submitted. */
export function useInputs(fields: readonly ValueField[], initial: Record<string, unknown>) {
  const [drafts, setDrafts] = useState<Record<string, Draft>>(() => draftsOf(fields, initial));
  const [faults, setFaults] = useState<Record<string, Fault>>({});
  return {
    drafts,
    faults,
    onChange: (next: Record<string, Draft>) => {
      setDrafts(next);
      setFaults({});
    },
    /** The values, or nothing: then the faults are shown. */
    submit: (): Record<string, unknown> | undefined => {
      const result = read(fields, drafts);
      setFaults(result.faults);
      return Object.keys(result.faults).length > 0 ? undefined : result.value;
    },
    /** What can be read as it stands. */
    soFar: (): Record<string, unknown> => read(fields, drafts).value,
    fill: (values: Record<string, unknown>) => {
      setDrafts(draftsOf(fields, values));
      setFaults({});
    },
  };
}
