import { cn } from "./cn";

// Muted tints that carry dark text in light and light text in dark.
const TINTS = [
  "bg-[#dcebe6] text-[#1d5a4c] dark:bg-[#1d3a33] dark:text-[#9bd7c6]",
  "bg-[#e6e6f5] text-[#41418c] dark:bg-[#2a2a48] dark:text-[#b9b9ee]",
  "bg-[#f6e7d6] text-[#7d4a12] dark:bg-[#3d2c19] dark:text-[#e8c08e]",
  "bg-[#f3e0e6] text-[#86304f] dark:bg-[#40222e] dark:text-[#ecabc0]",
  "bg-[#dfe9f4] text-[#25517d] dark:bg-[#1e3246] dark:text-[#a3c8ec]",
];

const hash = (text: string) => [...text].reduce((sum, char) => sum + (char.codePointAt(0) ?? 0), 0);

/** First letter (or Han character) of a name on a tint that stays with the name. */
export function Avatar({
  name,
  square = false,
  className,
}: {
  name: string;
  square?: boolean;
  className?: string;
}) {
  const initial = [...name.trim()][0]?.toUpperCase() ?? "?";
  return (
    <span
      aria-hidden="true"
      className={cn(
        "inline-flex size-6 shrink-0 items-center justify-center text-xs font-semibold select-none",
        square ? "rounded-md" : "rounded-full",
        TINTS[hash(name) % TINTS.length],
        className,
      )}
    >
      {initial}
    </span>
  );
}
