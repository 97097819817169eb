import { useTranslation } from "react-i18next";
import type { AgentConfig } from "@/api/types";
import { Field } from "@/ui/field";
import { Input } from "@/ui/input";
import { Fold } from "./Fold";
import { Problems } from "./Problems";
import type { SectionProps } from "./section";

/** Memory of the conversation, and how far one turn may go. */
export function LimitsSection({ config, edit, problems }: SectionProps) {
  const { t } = useTranslation();
  const { budget } = config;
  const set = (part: Partial<AgentConfig["budget"]>) => edit({ budget: { ...budget, ...part } });
  return (
    <Fold title={t("agents:limits.title")} open={false}>
      <div className="grid grid-cols-2 gap-3">
        <Field label={t("agents:limits.history")} hint={t("agents:limits.historyHint")}>
          <NumberInput
            value={config.history_rounds}
            onChange={(history_rounds) => edit({ history_rounds: history_rounds ?? 0 })}
          />
        </Field>
        <Field label={t("agents:limits.rounds")} hint={t("agents:limits.roundsHint")}>
          <NumberInput
            value={budget.max_rounds}
            onChange={(max_rounds) => set({ max_rounds: max_rounds ?? 1 })}
          />
        </Field>
        <Field label={t("agents:limits.seconds")}>
          <NumberInput
            value={budget.max_seconds}
            onChange={(max_seconds) => set({ max_seconds: max_seconds ?? 1 })}
          />
        </Field>
        <Field label={t("agents:limits.cost")} hint={t("agents:limits.costHint")}>
          <NumberInput
            value={budget.max_cost}
            step="0.01"
            onChange={(max_cost) => set({ max_cost: max_cost ?? null })}
          />
        </Field>
      </div>
      <Problems problems={problems} fields={["history_rounds", "budget"]} />
    </Fold>
  );
}

function NumberInput({
  value,
  onChange,
  step = "1",
  ...props
}: {
  value: number | null;
  onChange: (value: number | undefined) => void;
  step?: string;
}) {
  return (
    <Input
      type="number"
      min={0}
      step={step}
      value={value ?? ""}
      onChange={(event) =>
        onChange(event.target.value === "" ? undefined : event.target.valueAsNumber)
      }
      {...props}
    />
  );
}
