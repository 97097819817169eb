/** Time, retries, what follows a failure, and another model to try. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { WorkflowNode } from "@/api/types";
import { useWorkspace } from "@/app/session";
import { modelsQuery } from "@/features/models/queries";
import { declaredBy } from "@/graph/kinds";
import { NativeSelect } from "@/ui/input";
import { usePanel } from "./context";
import { Fold } from "./parts/Fold";
import { NumberInput } from "./parts/NumberInput";
import { PanelField, PanelGroup } from "./parts/PanelField";
import { setAt } from "./pointer";
import { LiteralEditor } from "./values/LiteralEditor";

type Stored = NonNullable<WorkflowNode["policy"]>;
type Policy = Partial<Stored>;
const NONE = { timeout_ms: null, retries: 0, backoff_ms: 0, on_error: "fail", default: {} } as const satisfies Policy;
const ON_ERROR = ["fail", "default", "branch"] as const;
const ON_INTERRUPT = ["fail", "retry", "ask"] as const;
const TALKS = ["model", "intent", "question"];
/** The engine itself does these: a crash leaves no doubt about them. */
const OF_THE_ENGINE = ["workflow", "assign_variable"];

export function PolicyFold() {
  const { t } = useTranslation();
  const { node, spec, readonly, edit } = usePanel();
  if (!spec?.fallible && !node.policy) return null;
  const policy = { ...NONE, ...node.policy };
  const preset: Record<string, unknown> = policy.default;
  const set = (part: Partial<Policy>, key: string) =>
    edit((current) => {
      const { backup, on_interrupt, ...next } = { ...NONE, ...current.policy, ...part };
      return { ...current, policy: { ...next, ...(backup && { backup }), ...(on_interrupt && { on_interrupt }) } as Stored };
    }, `policy ${key}`);
  const outputs = [...(node.outputs ?? []), ...declaredBy(spec?.outputs)].filter(
    (field, at, all) => all.findIndex(({ name }) => name === field.name) === at && !["isSuccess", "errorBody"].includes(field.name),
  );
  // Whether code may reach hosts, and so change something, is a matter of its settings.
  const changes = (spec?.effect === "write" && !OF_THE_ENGINE.includes(node.kind)) || node.kind === "code" || policy.on_interrupt;
  const changed = policy.on_interrupt || policy.on_error !== "fail" || policy.retries > 0 || policy.timeout_ms !== null;
  return (
    <Fold
      title={t("canvas-panel:policy.title")}
      open={false}
      places={["/policy"]}
      note={changed ? t(`canvas-panel:policy.${policy.on_error}`) : undefined}
    >
      <div className="grid grid-cols-2 gap-3">
        <PanelField path="/policy/timeout_ms" label={t("canvas-panel:policy.timeout")}>
          <NumberInput
            disabled={readonly}
            integer
            min={1}
            placeholder={t("canvas-panel:policy.preset")}
            value={policy.timeout_ms}
            onChange={(timeout_ms) => set({ timeout_ms: timeout_ms ?? null }, "timeout")}
          />
        </PanelField>
        <PanelField path="/policy/retries" label={t("canvas-panel:policy.retries")}>
          <NumberInput disabled={readonly} integer min={0} placeholder="0" value={policy.retries || undefined} onChange={(retries) => set({ retries: retries ?? 0 }, "retries")} />
        </PanelField>
        <PanelField path="/policy/backoff_ms" label={t("canvas-panel:policy.backoff")}>
          <NumberInput
            disabled={readonly}
            integer
            min={0}
            placeholder="0"
            value={policy.backoff_ms || undefined}
            onChange={(backoff_ms) => set({ backoff_ms: backoff_ms ?? 0 }, "backoff")}
          />
        </PanelField>
        <PanelField path="/policy/max_output_bytes" label={t("canvas-panel:policy.maxOutput")}>
          <NumberInput
            disabled={readonly}
            integer
            min={1}
            placeholder={t("canvas-panel:policy.preset")}
            value={policy.max_output_bytes}
            onChange={(most) => set({ max_output_bytes: most ?? null }, "output")}
          />
        </PanelField>
      </div>
      <PanelField path="/policy/on_error" label={t("canvas-panel:policy.onError")} hint={t(`canvas-panel:policy.${policy.on_error}Hint`)}>
        <NativeSelect
          disabled={readonly}
          value={policy.on_error}
          onChange={({ target }) => set({ on_error: target.value as Policy["on_error"] }, "on_error")}
        >
          {ON_ERROR.map((each) => (
            <option key={each} value={each}>
              {t(`canvas-panel:policy.${each}`)}
            </option>
          ))}
        </NativeSelect>
      </PanelField>
      {policy.on_error !== "fail" && outputs.length > 0 && (
        <PanelGroup path="/policy/default" label={t("canvas-panel:policy.outputs")} hint={t("canvas-panel:policy.outputsHint")}>
          <div className="space-y-2.5 rounded-md border border-line p-3">
            {outputs.map(({ name, type }) => (
              <PanelField key={name} path={`/policy/default/${name}`} label={<span className="font-mono">{name}</span>}>
                <LiteralEditor
                  disabled={readonly}
                  type={type}
                  value={preset[name]}
                  onChange={(value) => set({ default: setAt(preset, [name], value === "" ? undefined : value) as Policy["default"] }, `default ${name}`)}
                />
              </PanelField>
            ))}
          </div>
        </PanelGroup>
      )}
      {changes && (
        <PanelField path="/policy/on_interrupt" label={t("canvas-panel:policy.onInterrupt")} hint={t("canvas-panel:policy.onInterruptHint")}>
          <NativeSelect
            disabled={readonly}
            value={policy.on_interrupt ?? ""}
            onChange={({ target }) => set({ on_interrupt: (target.value || undefined) as Policy["on_interrupt"] }, "on_interrupt")}
          >
            <option value="">{t("canvas-panel:policy.interrupt.preset")}</option>
            {ON_INTERRUPT.map((each) => (
              <option key={each} value={each}>
                {t(`canvas-panel:policy.interrupt.${each}`)}
              </option>
            ))}
          </NativeSelect>
        </PanelField>
      )}
      {TALKS.includes(node.kind) && policy.retries > 0 && <Backup policy={policy} set={set} />}
    </Fold>
  );
}

/** The model that answers from the second attempt on. */
function Backup({ policy, set }: { policy: Policy; set: (part: Partial<Policy>, key: string) => void }) {
  const { t } = useTranslation();
  const { readonly } = usePanel();
  const workspace = useWorkspace();
  const models = useQuery(modelsQuery(workspace.id));
  const backup = policy.backup ?? undefined;
  const model = typeof backup?.model_id === "string" ? backup.model_id : "";
  const known = models.data?.some(({ id }) => id === model) ?? true;
  return (
    <PanelField path="/policy/backup" label={t("canvas-panel:policy.backup")} hint={t("canvas-panel:policy.backupHint")}>
      <NativeSelect
        disabled={readonly}
        value={model}
        onChange={({ target }) => set({ backup: target.value === "" ? undefined : { ...backup, model_id: target.value } }, "backup")}
      >
        <option value="">{t("canvas-panel:policy.noBackup")}</option>
        {!known && <option value={model}>{t("agents:model.gone")}</option>}
        {models.data
          ?.filter(({ kind }) => kind === "chat")
          .map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
      </NativeSelect>
    </PanelField>
  );
}
