import type { Run } from "@/api/types";
import { useFormat } from "@/app/format";
import { useNow } from "./useNow";

/** Time so far, counted on while the run is under way. */
export function RunDuration({ run }: { run: Run }) {
  const format = useFormat();
  const open = run.started_at !== null && run.finished_at === null && run.status === "running";
  const now = useNow(open);
  if (run.started_at === null) return "—";
  const end = run.finished_at === null ? now : Date.parse(run.finished_at);
  return format.duration(Math.max(0, end - Date.parse(run.started_at)));
}
