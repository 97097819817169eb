/** Times and numbers as the reader writes them. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Time } from "@/api/types";

const STEPS: [limit: number, unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  [60, "second", 1],
  [3_600, "minute", 60],
  [86_400, "hour", 3_600],
  [86_400 * 30, "day", 86_400],
  [86_400 * 365, "month", 86_400 * 30],
  [Infinity, "year", 86_400 * 365],
];

export function formatter(locale: string) {
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const day = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });
  const full = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
  const compact = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
  const plain = new Intl.NumberFormat(locale);
  return {
    date: (time: Time) => day.format(new Date(time)),
    dateTime: (time: Time) => full.format(new Date(time)),
    /** "3 minutes ago". */
    ago: (time: Time, now = Date.now()) => {
      const seconds = (Date.parse(time) - now) / 1000;
      const [, unit, size] = STEPS.find(([limit]) => Math.abs(seconds) < limit) ?? STEPS[0]!;
      return relative.format(Math.round(seconds / size), unit);
    },
    number: (value: number) => plain.format(value),
    compact: (value: number) => compact.format(value),
    /** Milliseconds as "850 ms", "3.2 s", "2 min 5 s". */
    duration: (ms: number) => {
      if (ms < 1_000) return `${Math.round(ms)} ms`;
      if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
      return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`;
    },
    money: (amount: number, currency: string) =>
      new Intl.NumberFormat(locale, {
        style: "currency",
        currency,
        maximumFractionDigits: amount < 0.01 ? 6 : 4,
        minimumFractionDigits: 2,
      }).format(amount),
  };
}

export function useFormat() {
  const { i18n } = useTranslation();
  return useMemo(() => formatter(i18n.language), [i18n.language]);
}
