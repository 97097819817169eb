import type { ReactNode } from "react";

/** What the parts of a run share. */
export function RunProvider({ children }: { children: ReactNode }) {
  return <>{children}</>;
}
