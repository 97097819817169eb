import { Plus, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { AgentConfig } from "@/api/types";
import { Button, IconButton } from "@/ui/button";
import { Switch } from "@/ui/choice";
import { Field, SettingRow } from "@/ui/field";
import { Input, Textarea } from "@/ui/input";
import { Fold } from "./Fold";
import { Problems } from "./Problems";
import type { SectionProps } from "./section";

export function OpeningSection({ config, edit, problems }: SectionProps) {
  const { t } = useTranslation();
  const { opening, follow_up } = config;
  const questions = opening.suggested_questions;
  const set = (part: Partial<AgentConfig["opening"]>) => edit({ opening: { ...opening, ...part } });
  return (
    <Fold title={t("agents:opening.title")}>
      <Field label={t("agents:opening.message")}>
        <Textarea
          value={opening.message}
          placeholder={t("agents:opening.placeholder")}
          onChange={(event) => set({ message: event.target.value })}
        />
      </Field>
      <div className="space-y-1.5">
        <p className="text-[13px] font-medium">{t("agents:opening.questions")}</p>
        {questions.map((question, at) => (
          <div key={at} className="flex gap-1.5">
            <Input
              aria-label={t("agents:opening.question", { number: at + 1 })}
              value={question}
              autoFocus={question === ""}
              onChange={(event) =>
                set({
                  suggested_questions: questions.map((item, index) =>
                    index === at ? event.target.value : item,
                  ),
                })
              }
            />
            <IconButton
              label={t("agents:opening.remove", { number: at + 1 })}
              onClick={() =>
                set({ suggested_questions: questions.filter((_, index) => index !== at) })
              }
            >
              <Trash2 />
            </IconButton>
          </div>
        ))}
        <Button size="sm" onClick={() => set({ suggested_questions: [...questions, ""] })}>
          <Plus />
          {t("agents:opening.add")}
        </Button>
      </div>
      <SettingRow label={t("agents:followUp.title")} hint={t("agents:followUp.hint")}>
        <Switch
          checked={follow_up.enabled}
          onCheckedChange={(enabled) => edit({ follow_up: { ...follow_up, enabled } })}
        />
      </SettingRow>
      {follow_up.enabled && (
        <Field label={t("agents:followUp.prompt")} optional={t("common:field.optional")}>
          <Textarea
            value={follow_up.prompt ?? ""}
            onChange={(event) => {
              const prompt = event.target.value;
              edit({ follow_up: prompt === "" ? { enabled: true } : { enabled: true, prompt } });
            }}
          />
        </Field>
      )}
      <Problems problems={problems} fields={["opening", "follow_up"]} />
    </Fold>
  );
}
