import { useTranslation } from "react-i18next";
import { cn } from "@/ui/cn";
import { Input } from "@/ui/input";

const CHOICES = ["🤖", "💬", "🎧", "📝", "🌏", "📊", "🧭", "🛠️", "📚", "🧪", "🛒", "✨"];

/** An emoji for the agent: one of some, or any. */
export function IconPicker({
  value,
  onChange,
}: {
  value: string;
  onChange: (icon: string) => void;
}) {
  const { t } = useTranslation();
  return (
    <fieldset>
      <legend className="mb-1.5 text-[13px] font-medium">{t("agents:field.icon")}</legend>
      <div className="flex flex-wrap gap-1">
        {CHOICES.map((icon) => (
          <button
            key={icon}
            type="button"
            aria-pressed={icon === value}
            aria-label={icon}
            onClick={() => onChange(icon)}
            className={cn(
              "flex size-8 items-center justify-center rounded-md border text-lg transition-colors hover:bg-hover",
              icon === value ? "border-accent bg-accent-soft" : "border-transparent",
            )}
          >
            {icon}
          </button>
        ))}
        <Input
          aria-label={t("agents:field.iconOther")}
          placeholder={t("agents:field.iconOther")}
          className="w-28"
          value={CHOICES.includes(value) || /^\d{6,}$/.test(value) ? "" : value}
          onChange={(event) => onChange([...event.target.value.trim()].slice(-4).join(""))}
        />
      </div>
    </fieldset>
  );
}
