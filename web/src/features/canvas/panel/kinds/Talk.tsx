/** Nodes that talk: intent, question, approval, input, output, start, end. */
import { useTranslation } from "react-i18next";
import { reorderBranches } from "../branches";
import { usePanel } from "../context";
import { Fold } from "../parts/Fold";
import { PanelField, PanelGroup } from "../parts/PanelField";
import { Segments } from "../parts/Segments";
import { isRecord } from "../pointer";
import { FlagField } from "../schema/fields";
import { InputSelect } from "../schema/InputSelect";
import { Param, ParamsForm } from "../schema/SchemaForm";
import { TextList } from "../schema/TextList";
import { questionOutputs, swapped } from "./given";
import { InputsFold, OutputsFold } from "../sections";
import { ModelChoice, More } from "./ModelChoice";
import { History } from "./Model";

const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map((one) => (typeof one === "string" ? one : "")) : []);

export function StartBody() {
  const { t } = useTranslation();
  return <OutputsFold asked title={t("canvas-panel:start.inputs")} newName="input" addLabel={t("canvas-panel:inputs.add")} />;
}

export function InputBody() {
  const { t } = useTranslation();
  return <OutputsFold asked title={t("canvas-panel:start.form")} newName="field" addLabel={t("canvas-panel:outputs.addField")} />;
}

export function EndBody() {
  const { t } = useTranslation();
  const { node, readonly, setParam } = usePanel();
  const mode = node.params?.mode === "answer" ? "answer" : "variables";
  return (
    <>
      <Fold title={t("canvas-panel:end.title")} places={["/params"]}>
        <PanelField path="/params/mode" label={t("canvas-panel:end.mode")} hint={t(`canvas-panel:end.${mode}Hint`)}>
          <Segments
            disabled={readonly}
            value={mode}
            onChange={(next) => setParam(["mode"], next)}
            choices={(["variables", "answer"] as const).map((value) => ({ value, label: t(`canvas-panel:end.${value}`) }))}
          />
        </PanelField>
        {mode === "answer" && <ParamsForm names={["answer", "streaming"]} />}
      </Fold>
      <InputsFold title={mode === "answer" ? undefined : t("canvas-panel:end.result")} newName="output" />
    </>
  );
}

export function OutputBody() {
  const { t } = useTranslation();
  return (
    <>
      <Fold title={t("canvas-panel:output.title")} places={["/params"]}>
        <ParamsForm />
      </Fold>
      <InputsFold />
    </>
  );
}

export function ApprovalBody() {
  const { t } = useTranslation();
  return (
    <>
      <Fold title={t("canvas-panel:approval.title")} places={["/params"]}>
        <ParamsForm />
      </Fold>
      <InputsFold />
      <OutputsFold />
    </>
  );
}

/** A list of texts, each with a way out. */
function BranchTexts({ name, label, hint, addLabel, long, first = 1 }: { name: string; label: string; hint?: string; addLabel: string; long?: boolean; first?: number }) {
  const { id, node, editDocument, setParam } = usePanel();
  const value = texts(node.params?.[name]);
  return (
    <PanelGroup path={`/params/${name}`} label={label} hint={hint}>
      <TextList
        value={value}
        path={`/params/${name}`}
        label={label}
        long={long}
        addLabel={addLabel}
        badge={(at) => (first === 0 ? String.fromCharCode(65 + at) : at + first)}
        onChange={(next, order) => {
          const same = next.length === value.length && order.every((old, at) => old === at);
          if (same) setParam([name], next);
          else editDocument((document) => reorderBranches(document, id, order, (params) => ({ ...params, [name]: next })));
        }}
      />
    </PanelGroup>
  );
}

export function IntentBody() {
  const { t } = useTranslation();
  const { node, readonly, setParam } = usePanel();
  const mode = node.params?.mode === "fast" ? "fast" : "full";
  return (
    <>
      <InputsFold />
      <Fold title={t("canvas-panel:intent.title")} places={["/params/intents", "/params/mode"]}>
        <BranchTexts name="intents" long label={t("canvas-panel:intent.intents")} hint={t("canvas-panel:intent.hint")} addLabel={t("canvas-panel:intent.add")} />
        <PanelField path="/params/mode" label={t("canvas-panel:intent.mode")} hint={t(`canvas-panel:intent.${mode}Hint`)}>
          <Segments
            disabled={readonly}
            value={mode}
            onChange={(next) => setParam(["mode"], next)}
            choices={(["full", "fast"] as const).map((value) => ({ value, label: t(`canvas-panel:intent.${value}`) }))}
          />
        </PanelField>
      </Fold>
      <TalkModel />
      <OutputsFold />
    </>
  );
}

function TalkModel({ open = true }: { open?: boolean }) {
  const { t } = useTranslation();
  const { node } = usePanel();
  const history = isRecord(node.params?.history) && node.params.history.enabled === true;
  return (
    <Fold title={t("canvas-panel:model.title")} open={open} places={["/params/model_id", "/params/system_prompt", "/params/temperature", "/params/top_p", "/params/max_tokens"]}>
      <ModelChoice />
      <Param name="system_prompt" />
      <More label={t("canvas-panel:model.history")} open={history}>
        <History />
      </More>
    </Fold>
  );
}

export function QuestionBody() {
  const { t } = useTranslation();
  const { node, readonly, edit, setParam } = usePanel();
  const params = node.params ?? {};
  const answer = params.answer === "options" ? "options" : "text";
  const dynamic = typeof params.options_from === "string";
  const extract = answer === "text" && params.extract === true;
  return (
    <>
      <InputsFold />
      <Fold title={t("canvas-panel:question.title")} places={["/params"]}>
        <Param name="question" />
        <PanelField path="/params/answer" label={t("canvas-panel:question.answer")}>
          <Segments
            disabled={readonly}
            value={answer}
            onChange={(next) =>
              edit((current) => ({
                ...current,
                params: { ...current.params, answer: next },
                outputs: swapped(current.outputs ?? [], questionOutputs(answer), questionOutputs(next)),
              }))
            }
            choices={(["text", "options"] as const).map((value) => ({ value, label: t(`canvas-panel:question.${value}`) }))}
          />
        </PanelField>
        {answer === "options" && (
          <>
            <FlagField
              path="/params/options_from"
              label={t("canvas-panel:question.dynamic")}
              hint={t("canvas-panel:question.dynamicHint")}
              value={dynamic}
              onChange={(on) => setParam(["options_from"], on ? "" : null)}
            />
            {dynamic ? (
              <PanelField path="/params/options_from" label={t("canvas-panel:question.list")}>
                <InputSelect
                  wanted={{ list: "string" }}
                  value={params.options_from as string}
                  onChange={(name) => setParam(["options_from"], name ?? "")}
                />
              </PanelField>
            ) : (
              <BranchTexts name="options" first={0} label={t("canvas-panel:question.options")} hint={t("canvas-panel:question.hint")} addLabel={t("canvas-panel:question.add")} />
            )}
          </>
        )}
        {answer === "text" && (
          <>
            <FlagField
              path="/params/extract"
              label={t("canvas-panel:question.extract")}
              hint={t("canvas-panel:question.extractHint")}
              value={params.extract}
              onChange={(on) =>
                edit((current) => ({
                  ...current,
                  params: { ...current.params, extract: on },
                  outputs: on && !current.outputs?.length ? [{ name: "value", type: "string", required: true }] : current.outputs,
                }))
              }
            />
            {extract && <Param name="max_rounds" />}
          </>
        )}
      </Fold>
      {extract && <TalkModel />}
      <OutputsFold asked={extract} suggested={questionOutputs(answer)} />
    </>
  );
}
