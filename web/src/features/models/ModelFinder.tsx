/** Which of the vendor's models: asked for, listed, tried. */
import { useMutation } from "@tanstack/react-query";
import { Check, Radar, RefreshCw } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Vendor } from "@/api/types";
import { ErrorNotice } from "@/app/feedback";
import { useWorkspace } from "@/app/session";
import { Button } from "@/ui/button";
import { Section } from "@/ui/card";
import { cn } from "@/ui/cn";
import { Field } from "@/ui/field";
import { Input } from "@/ui/input";
import { CapabilityBadges } from "./CapabilityBadges";
import type { FormProps } from "./form-props";
import { toProbe } from "./form-values";
import { probeModel } from "./queries";

/** More names than this are found by typing. */
const SHOWN = 60;

export function ModelFinder({
  form,
  vendor,
  ready,
}: {
  form: FormProps;
  vendor: Vendor;
  ready: boolean;
}) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const { values, change, errorOf, model } = form;
  const [picked, setPicked] = useState(false);
  const list = useMutation({
    mutationFn: () => probeModel(workspace.id, toProbe(values, model?.id)),
    meta: { inline: true },
  });
  const check = useMutation({
    mutationFn: (name: string) => probeModel(workspace.id, toProbe(values, model?.id, name)),
    meta: { inline: true },
    onSuccess: ({ checked }) => {
      if (!checked) return;
      const { capabilities } = checked;
      change({
        capabilities,
        kind: capabilities.embedding_dimensions === null ? "chat" : "embedding",
      });
    },
  });
  const pick = (name: string) => {
    setPicked(true);
    change({ model: name, ...(values.named ? {} : { name }) });
    check.mutate(name);
  };
  const typed = values.model.trim();
  const needle = picked ? "" : typed.toLowerCase();
  const found = list.data?.models.filter((name) => name.toLowerCase().includes(needle)) ?? [];
  const checked = check.data?.checked?.model === typed ? check.data.checked : undefined;

  return (
    <Section
      title={t("models:find.title")}
      description={vendor.id === "offline" ? undefined : t("models:find.description")}
      action={
        vendor.id !== "offline" && (
          <Button size="sm" busy={list.isPending} disabled={!ready} onClick={() => list.mutate()}>
            {list.data ? <RefreshCw /> : <Radar />}
            {t("models:find.action")}
          </Button>
        )
      }
    >
      {list.isError && <ErrorNotice error={list.error} />}
      {list.data && list.data.models.length === 0 && (
        <p className="text-[13px] text-soft">{t("models:find.none")}</p>
      )}
      {found.length > 0 && (
        <ul
          aria-label={t("models:find.title")}
          className="max-h-52 overflow-y-auto rounded-lg border border-line p-1"
        >
          {found.slice(0, SHOWN).map((name) => (
            <li key={name}>
              <button
                type="button"
                aria-pressed={name === typed}
                onClick={() => pick(name)}
                className={cn(
                  "flex min-h-8 w-full items-center gap-2 rounded-md px-2 text-left font-mono text-[13px] break-all hover:bg-hover",
                  name === typed && "bg-accent-soft/60",
                )}
              >
                <span className="flex-1">{name}</span>
                {name === typed && <Check aria-hidden="true" className="size-4 text-accent-text" />}
              </button>
            </li>
          ))}
          {found.length > SHOWN && (
            <li className="px-2 py-1.5 text-xs text-faint">
              {t("models:find.more", { number: found.length - SHOWN })}
            </li>
          )}
        </ul>
      )}
      <div className="flex items-end gap-2">
        <Field label={t("models:find.model")} error={errorOf("model")} className="flex-1">
          <Input
            value={values.model}
            spellCheck={false}
            className="font-mono text-[13px]"
            placeholder={t("models:find.placeholder")}
            onChange={(event) => {
              setPicked(false);
              const name = event.target.value;
              change({ model: name, ...(values.named ? {} : { name }) });
            }}
          />
        </Field>
        <Button
          busy={check.isPending}
          disabled={!ready || typed === ""}
          onClick={() => check.mutate(typed)}
        >
          {t("models:find.check")}
        </Button>
      </div>
      {check.isError && <ErrorNotice error={check.error} />}
      {checked && (
        <div className="space-y-1.5 rounded-lg border border-line px-3 py-2.5 text-[13px]">
          <p className="font-medium">{t("models:find.found")}</p>
          <CapabilityBadges capabilities={checked.capabilities} />
          {checked.notes.map((note) => (
            <p key={note} className="text-xs leading-5 text-soft">
              {note}
            </p>
          ))}
        </div>
      )}
    </Section>
  );
}
