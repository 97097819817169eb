import { useMutation } from "@tanstack/react-query";
import { ImageUp } from "lucide-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { ErrorNotice } from "@/app/feedback";
import { useWorkspace } from "@/app/session";
import { uploadFile } from "@/features/chat/queries";
import { IconButton } from "@/ui/button";
import { cn } from "@/ui/cn";
import { Input } from "@/ui/input";
import { AgentIcon } from "./AgentIcon";

const CHOICES = ["🤖", "💬", "🎧", "📝", "🌏", "📊", "🧭", "📚", "🛒", "✨"];

const tile =
  "flex size-8 items-center justify-center rounded-md border text-lg transition-colors hover:bg-hover";

/** The agent's picture: its first letter, an emoji, or an uploaded file. */
export function IconPicker({
  name,
  value,
  onChange,
}: {
  name: string;
  value: string;
  onChange: (icon: string) => void;
}) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const picker = useRef<HTMLInputElement>(null);
  const upload = useMutation({
    mutationFn: (file: File) => uploadFile(workspace.id, file),
    meta: { inline: true },
    onSuccess: ({ id }) => onChange(id),
  });
  const uploaded = /^\d{6,}$/.test(value);
  const look = (on: boolean) => cn(tile, on ? "border-accent bg-accent-soft" : "border-transparent");
  return (
    <fieldset className="space-y-2">
      <legend className="mb-1.5 text-[13px] font-medium">{t("agents:field.icon")}</legend>
      <div className="flex flex-wrap items-center gap-1">
        <button
          type="button"
          aria-pressed={value === ""}
          aria-label={t("agents:field.iconLetter")}
          onClick={() => onChange("")}
          className={look(value === "")}
        >
          <AgentIcon agent={{ name, icon: "" }} className="size-6 rounded-md text-xs" />
        </button>
        {uploaded && (
          <span className={look(true)}>
            <AgentIcon agent={{ name, icon: value }} className="size-6 rounded-md" />
          </span>
        )}
        {CHOICES.map((icon) => (
          <button
            key={icon}
            type="button"
            aria-pressed={icon === value}
            aria-label={icon}
            onClick={() => onChange(icon)}
            className={look(icon === value)}
          >
            {icon}
          </button>
        ))}
        <IconButton
          label={t("agents:field.iconUpload")}
          busy={upload.isPending}
          onClick={() => picker.current?.click()}
        >
          {!upload.isPending && <ImageUp />}
        </IconButton>
        <input
          ref={picker}
          type="file"
          accept="image/*"
          hidden
          onChange={(event) => {
            const [file] = event.target.files ?? [];
            if (file) upload.mutate(file);
            event.target.value = "";
          }}
        />
        <Input
          aria-label={t("agents:field.iconOther")}
          placeholder={t("agents:field.iconOther")}
          className="w-28"
          value={CHOICES.includes(value) || uploaded ? "" : value}
          onChange={(event) => onChange([...event.target.value.trim()].slice(-4).join(""))}
        />
      </div>
      {upload.isError && <ErrorNotice error={upload.error} />}
    </fieldset>
  );
}
