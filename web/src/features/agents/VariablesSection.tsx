import { Plus, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { AgentVariable } from "@/api/types";
import { Button, IconButton } from "@/ui/button";
import { Input } from "@/ui/input";
import { Fold } from "./Fold";
import { Problems } from "./Problems";
import type { SectionProps } from "./section";
import { isVariableName } from "./variables";

export function VariablesSection({ config, edit, problems }: SectionProps) {
  const { t } = useTranslation();
  const { variables } = config;
  const put = (at: number, part: Partial<AgentVariable>) =>
    edit({
      variables: variables.map((item, index) => (index === at ? { ...item, ...part } : item)),
    });
  return (
    <Fold
      title={t("agents:variables.title")}
      note={variables.length || undefined}
      open={variables.length > 0}
      key={variables.length > 0 ? "some" : "none"}
    >
      <p className="text-xs leading-5 text-faint">{t("agents:variables.hint")}</p>
      <ul className="space-y-3">
        {variables.map((variable, at) => (
          <li key={at} className="space-y-1.5 rounded-lg border border-line p-2">
            <div className="flex gap-1.5">
              <Input
                aria-label={t("agents:variables.name")}
                placeholder={t("agents:variables.name")}
                className="font-mono text-[13px]"
                spellCheck={false}
                autoFocus={variable.name === ""}
                aria-invalid={variable.name !== "" && !isVariableName(variable.name)}
                value={variable.name}
                onChange={(event) => put(at, { name: event.target.value })}
              />
              <Input
                aria-label={t("agents:variables.default")}
                placeholder={t("agents:variables.default")}
                value={variable.default}
                onChange={(event) => put(at, { default: event.target.value })}
              />
              <IconButton
                label={t("agents:variables.remove", { name: variable.name })}
                onClick={() => edit({ variables: variables.filter((_, index) => index !== at) })}
              >
                <Trash2 />
              </IconButton>
            </div>
            <Input
              aria-label={t("agents:variables.about")}
              placeholder={t("agents:variables.about")}
              value={variable.description}
              onChange={(event) => put(at, { description: event.target.value })}
            />
          </li>
        ))}
      </ul>
      <Problems problems={problems} fields={["variables"]} />
      <Button
        size="sm"
        onClick={() =>
          edit({ variables: [...variables, { name: "", description: "", default: "" }] })
        }
      >
        <Plus />
        {t("agents:variables.add")}
      </Button>
    </Fold>
  );
}
