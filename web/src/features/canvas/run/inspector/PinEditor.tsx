/** Outputs that stand for a node in the runs to come: those it gave, or others. */
import { Pin } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Step } from "@/api/types";
import { parseObject } from "@/features/workflows/inputs/values";
import { portsOf } from "@/graph/kinds";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { NativeSelect, Textarea } from "@/ui/input";
import { useEditor } from "../../store";
import { useRun, useRunStore } from "../context";

export function PinEditor({ id, step, onClose }: { id: string; step: Step | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const store = useRunStore();
  const pin = useRun((state) => state.pins[id]);
  const node = useEditor(({ document }) => document.nodes?.[id]);
  const kinds = useEditor((state) => state.kinds);
  const given = pin?.outputs ?? step?.output ?? {};
  const before = JSON.stringify(given, null, 2);
  const [text, setText] = useState(before);
  const [port, setPort] = useState(pin?.port ?? step?.port ?? "out");
  const outputs = parseObject(text);
  // The body is no way out: it leads inside.
  const ports = node ? portsOf(node, kinds).filter((one) => one.id !== "body") : [];
  const chosen = ports.some((one) => one.id === port) ? port : (ports[0]?.id ?? "out");
  const unchanged = pin !== undefined && text === before && (pin.port ?? "out") === chosen;
  const keep = () => {
    if (!outputs) return;
    store.getState().pin(id, { outputs, ...(chosen === "out" ? {} : { port: chosen }) });
    onClose();
  };
  return (
    <section
      aria-label={t("canvas-run:pin.title")}
      data-pin={id}
      className="max-w-2xl space-y-3 rounded-lg border border-line bg-canvas px-4 py-3"
    >
      <Field
        label={t("canvas-run:pin.title")}
        hint={t("canvas-run:pin.hint")}
        error={outputs === undefined ? t("workflows:fault.object") : undefined}
      >
        <Textarea
          rows={Math.min(12, text.split("\n").length + 1)}
          spellCheck={false}
          className="font-mono !text-xs"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </Field>
      {ports.length > 1 && (
        <Field label={t("canvas-run:pin.port")} className="max-w-60">
          <NativeSelect value={chosen} onChange={(event) => setPort(event.target.value)}>
            {ports.map(({ id: one, label }) => (
              <option key={one} value={one}>
                {label ? `${one} · ${label}` : one}
              </option>
            ))}
          </NativeSelect>
        </Field>
      )}
      <div className="flex gap-2">
        <Button size="sm" variant="primary" disabled={outputs === undefined || unchanged} onClick={keep}>
          <Pin />
          {t(pin ? "common:action.save" : "canvas-run:pin.on")}
        </Button>
        {!pin && (
          <Button size="sm" onClick={onClose}>
            {t("common:action.cancel")}
          </Button>
        )}
      </div>
    </section>
  );
}
