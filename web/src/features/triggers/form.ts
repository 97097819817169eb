/** What the dialog of a trigger holds, and the trigger it stands for. */
import { z } from "zod";
import type { Schedule, Trigger, TriggerInput } from "@/api/types";

export type TriggerKind = "webhook" | "schedule";

const isObject = (text: string): boolean => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
};

export const triggerSchema = z.object({
  name: z.string().trim().min(1, "common:field.required").max(100, "common:field.tooLong"),
  version: z.string(),
  inputs: z.string().refine((text) => text.trim() === "" || isObject(text), "triggers:fault.inputs"),
  signed: z.boolean(),
  answer: z.enum(["async", "wait"]),
  repeats: z.enum(["cron", "every"]),
  cron: z.string().trim(),
  every: z.string().trim().regex(/^[1-9]\d{0,4}$/, "triggers:fault.every"),
  unit: z.enum(["minutes", "hours"]),
  time_zone: z.string().trim(),
  missed: z.enum(["run_once", "skip"]),
  overlap: z.enum(["allow", "skip"]),
});

export type TriggerForm = z.infer<typeof triggerSchema>;

/** The form of a trigger, or of a new one. */
export function formOf(trigger: Trigger | undefined, zone: string): TriggerForm {
  const { webhook, schedule } = trigger ?? {};
  const minutes = schedule?.every_minutes ?? 60;
  const hours = minutes % 60 === 0;
  const inputs = trigger?.inputs ?? {};
  return {
    name: trigger?.name ?? "",
    version: trigger?.version ?? "latest",
    inputs: Object.keys(inputs).length === 0 ? "" : JSON.stringify(inputs, null, 2),
    signed: webhook?.signed ?? false,
    answer: webhook?.answer ?? "async",
    repeats: schedule?.every_minutes == null ? "cron" : "every",
    cron: schedule?.cron ?? "0 9 * * MON-FRI",
    every: String(hours ? minutes / 60 : minutes),
    unit: hours ? "hours" : "minutes",
    time_zone: schedule?.time_zone ?? zone,
    missed: schedule?.missed ?? "run_once",
    overlap: schedule?.overlap ?? "allow",
  };
}

export type ScheduleForm = Pick<TriggerForm, "repeats" | "cron" | "every" | "unit" | "time_zone" | "missed" | "overlap">;

export function scheduleOf({ repeats, cron, every, unit, time_zone, missed, overlap }: ScheduleForm): Schedule {
  const when = repeats === "cron" ? { cron } : { every_minutes: Number(every) * (unit === "hours" ? 60 : 1) };
  return { ...when, time_zone, missed, overlap };
}

export function triggerOf(kind: TriggerKind, form: TriggerForm): TriggerInput {
  const inputs = form.inputs.trim() === "" ? {} : (JSON.parse(form.inputs) as Record<string, unknown>);
  const common = { name: form.name, version: form.version, inputs };
  return kind === "webhook"
    ? { ...common, webhook: { signed: form.signed, answer: form.answer } }
    : { ...common, schedule: scheduleOf(form) };
}
