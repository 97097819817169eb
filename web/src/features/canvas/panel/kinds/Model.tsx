/** The model node: which model, what it is asked, what it may use, what it gives. */
import { useTranslation } from "react-i18next";
import type { ValueField } from "@/api/types";
import { usePanel } from "../context";
import { Fold } from "../parts/Fold";
import { PanelField, PanelGroup } from "../parts/PanelField";
import { Segments } from "../parts/Segments";
import { isRecord } from "../pointer";
import { InputsFold, OutputsFold } from "../sections";
import { InputChecks } from "../schema/InputSelect";
import { FlagField } from "../schema/fields";
import { Param, ParamsForm } from "../schema/SchemaForm";
import { isFileType, isListType } from "../values/types";
import { ModelChoice, More } from "./ModelChoice";
import { Skills } from "./Skills";

const FORMATS = ["text", "markdown", "json"] as const;

export function ModelBody() {
  const { t } = useTranslation();
  const { node, readonly, edit, setParam } = usePanel();
  const params = node.params ?? {};
  const images = Array.isArray(params.images) ? params.images.filter((one): one is string => typeof one === "string") : [];
  const skills = isRecord(params.skills) ? params.skills : {};
  const count = [skills.tools, skills.workflows].reduce<number>((sum, all) => sum + (Array.isArray(all) ? all.length : 0), isRecord(skills.knowledge) ? 1 : 0);
  return (
    <>
      <Fold title={t("canvas-panel:model.title")} places={["/params/model_id", "/params/temperature", "/params/top_p", "/params/max_tokens"]}>
        <ModelChoice />
      </Fold>
      <InputsFold />
      <Fold title={t("canvas-panel:model.prompts")} places={["/params/system_prompt", "/params/prompt", "/params/images"]}>
        <Param name="system_prompt" />
        <Param name="prompt" />
        <PanelGroup path="/params/images" label={t("canvas-panel:model.images")} hint={t("canvas-panel:model.imagesHint")} own>
          <InputChecks
            value={images}
            onChange={(names) => setParam(["images"], names)}
            fits={({ type }) => isFileType(type) || (isListType(type) && typeof type === "object" && "list" in type && isFileType(type.list))}
            wanted={{ file: "image" }}
          />
        </PanelGroup>
        <More label={t("canvas-panel:model.history")} open={isRecord(params.history) && params.history.enabled === true}>
          <History />
        </More>
      </Fold>
      <Fold title={t("canvas-panel:skills.title")} note={count || undefined} open={count > 0} places={["/params/skills", "/params/max_rounds"]}>
        <Skills />
        {count > 0 && <ParamsForm names={["max_rounds"]} />}
      </Fold>
      <Fold title={t("canvas-panel:model.answer")} places={["/params/response_format"]}>
        <PanelField path="/params/response_format" label={t("canvas-panel:model.format")} hint={t(`canvas-panel:model.${formatOf(params)}Hint`)}>
          <Segments
            disabled={readonly}
            value={formatOf(params)}
            onChange={(format) =>
              edit((current) => ({
                ...current,
                params: { ...current.params, response_format: format },
                outputs: outputsFor(format, current.outputs ?? []),
              }))
            }
            choices={FORMATS.map((value) => ({ value, label: t(`canvas-panel:model.${value}`) }))}
          />
        </PanelField>
        <FlagField
          path="/outputs#reasoning"
          label={t("canvas-panel:model.reasoning")}
          hint={t("canvas-panel:model.reasoningHint")}
          value={(node.outputs ?? []).some(({ name }) => name === REASONING)}
          onChange={(on) =>
            edit((current) => {
              const others = (current.outputs ?? []).filter(({ name }) => name !== REASONING);
              return { ...current, outputs: on ? [...others, { name: REASONING, type: "string" }] : others };
            })
          }
        />
      </Fold>
      <OutputsFold />
    </>
  );
}

const REASONING = "reasoning_content";

function formatOf(params: Record<string, unknown>): (typeof FORMATS)[number] {
  return FORMATS.find((format) => format === params.response_format) ?? "text";
}

/** A text has one output; JSON keeps what is declared. */
function outputsFor(format: string, outputs: readonly ValueField[]): ValueField[] {
  if (format === "json") return [...outputs];
  const reasoning = outputs.filter(({ name }) => name === REASONING);
  const others = outputs.filter(({ name }) => name !== REASONING);
  const [only] = others;
  const kept: ValueField = others.length === 1 && only?.type === "string" ? only : { name: "output", type: "string" };
  return [kept, ...reasoning];
}

export function History() {
  const { t } = useTranslation();
  const { node, setParam, document } = usePanel();
  const history = isRecord(node.params?.history) ? node.params.history : {};
  return (
    <>
      <FlagField
        path="/params/history/enabled"
        label={t("canvas-panel:model.showHistory")}
        hint={document.mode === "chatflow" ? undefined : t("canvas-panel:model.historyHint")}
        value={history.enabled}
        onChange={(enabled) => setParam(["history"], { rounds: 3, ...history, enabled })}
      />
      {history.enabled === true && <Param name={["history", "rounds"]} />}
    </>
  );
}
