/** A tool's call: what it was given, what came back, and what it waits for. */
import { Link } from "@tanstack/react-router";
import { Check, ChevronRight, CircleX, Hand, Wrench } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Id, RequiredAction, ToolOutput } from "@/api/types";
import { useFormat } from "@/app/format";
import { Button } from "@/ui/button";
import { Spinner } from "@/ui/spinner";
import { Textarea } from "@/ui/input";
import { JsonView } from "@/features/runs/JsonView";
import { approve, clientOutput } from "./approvals";
import type { ToolItem } from "./turns";

type Call = RequiredAction["calls"][number];

function preview(value: unknown): string {
  if (typeof value !== "object" || value === null) return "";
  return Object.entries(value)
    .map(([key, item]) => `${key}: ${typeof item === "string" ? item : JSON.stringify(item)}`)
    .join(", ");
}

export function ToolCall({
  item,
  durationMs,
  running,
  pending,
  asks,
  decided,
  onDecide,
  open,
  workspaceId,
}: {
  item: ToolItem;
  durationMs: number | null | undefined;
  running: boolean;
  /** The call, when the run waits for this one. */
  pending: Call | undefined;
  /** The run that the call is waits for somebody. */
  asks: boolean;
  decided: ToolOutput | undefined;
  onDecide: (output: ToolOutput) => void;
  open: boolean;
  workspaceId: Id;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const [unfolded, setUnfolded] = useState(open);
  const shown = unfolded || pending !== undefined;
  return (
    <div className="overflow-hidden rounded-lg border border-line bg-surface" data-tool={item.name}>
      <button
        type="button"
        aria-expanded={shown}
        onClick={() => setUnfolded(!shown)}
        className="flex min-h-9 w-full items-center gap-2 px-3 py-1.5 text-left text-[13px] transition-colors hover:bg-hover/60"
      >
        <StateIcon item={item} running={running} pending={pending !== undefined || asks} />
        <code className="shrink-0 font-mono text-[13px] font-medium">{item.name}</code>
        <span className="min-w-0 flex-1 truncate text-xs text-faint">
          {preview(item.arguments)}
        </span>
        {durationMs != null && (
          <span className="shrink-0 text-xs text-faint tabular-nums">
            {format.duration(durationMs)}
          </span>
        )}
        <ChevronRight
          aria-hidden="true"
          className={`size-3.5 shrink-0 text-faint transition-transform ${shown ? "rotate-90" : ""}`}
        />
      </button>
      {shown && (
        <div className="space-y-2 border-t border-line px-3 py-2.5">
          <Part label={t("chat:tool.arguments")}>
            <JsonView value={item.arguments ?? {}} />
          </Part>
          {item.output !== undefined && (
            <Part label={item.isError ? t("chat:tool.error") : t("chat:tool.result")}>
              <JsonView value={item.output} danger={item.isError} />
            </Part>
          )}
          {item.runId !== undefined && (
            <Link
              to="/w/$workspaceId/runs/$runId"
              params={{ workspaceId, runId: item.runId }}
              className="inline-block text-xs text-accent-text hover:underline"
            >
              {t("chat:tool.openRun")}
            </Link>
          )}
          {pending && item.output === undefined && (
            <Decision call={pending} decided={decided} onDecide={onDecide} />
          )}
        </div>
      )}
    </div>
  );
}

function Part({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div>
      <p className="mb-1 text-xs text-faint">{label}</p>
      {children}
    </div>
  );
}

function StateIcon({
  item,
  running,
  pending,
}: {
  item: ToolItem;
  running: boolean;
  pending: boolean;
}) {
  const { t } = useTranslation();
  const size = "size-4 shrink-0";
  if (item.isError)
    return <CircleX aria-label={t("chat:tool.failed")} className={`${size} text-danger-text`} />;
  if (item.response)
    return <Check aria-label={t("chat:tool.done")} className={`${size} text-success-text`} />;
  if (pending)
    return <Hand aria-label={t("chat:tool.waits")} className={`${size} text-warning-text`} />;
  if (running) return <Spinner className={`${size} text-accent-text`} />;
  return <Wrench aria-hidden="true" className={`${size} text-faint`} />;
}

function Decision({
  call,
  decided,
  onDecide,
}: {
  call: Call;
  decided: ToolOutput | undefined;
  onDecide: (output: ToolOutput) => void;
}) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  if (decided)
    return <p className="text-[13px] text-soft">{t("chat:approval.decided")}</p>;
  if (call.kind === "approval")
    return (
      <div className="rounded-md bg-warning-soft px-3 py-2.5">
        <p className="text-[13px] text-warning-text">{t("chat:approval.ask", { name: call.name })}</p>
        <div className="mt-2 flex gap-2">
          <Button size="sm" variant="primary" onClick={() => onDecide(approve(call, true))}>
            {t("chat:approval.allow")}
          </Button>
          <Button size="sm" onClick={() => onDecide(approve(call, false))}>
            {t("chat:approval.deny")}
          </Button>
        </div>
      </div>
    );
  return (
    <form
      className="rounded-md bg-warning-soft px-3 py-2.5"
      onSubmit={(event) => {
        event.preventDefault();
        onDecide(clientOutput(call, text));
      }}
    >
      <label htmlFor={`output-${call.call_id}`} className="text-[13px] text-warning-text">
        {t("chat:approval.client", { name: call.name })}
      </label>
      <Textarea
        id={`output-${call.call_id}`}
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="mt-1.5 font-mono text-[13px]"
      />
      <Button size="sm" variant="primary" type="submit" className="mt-2" disabled={text.trim() === ""}>
        {t("chat:approval.submit")}
      </Button>
    </form>
  );
}
