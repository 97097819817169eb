/** Loop and batch: how often, which lists and variables, what comes out. */
import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { ValueField, WorkflowNode, WorkflowNodeInput } from "@/api/types";
import { collectable, collected } from "@/graph/references";
import { renameInput } from "@/graph/rename";
import { Button } from "@/ui/button";
import { usePanel } from "../context";
import { freshName } from "../node-inputs";
import { Fold } from "../parts/Fold";
import { NameInput } from "../parts/NameInput";
import { PanelField } from "../parts/PanelField";
import { RowMenu } from "../parts/RowMenu";
import { Segments } from "../parts/Segments";
import { pointer, without } from "../pointer";
import { RefChip } from "../refs/RefChip";
import { ReferencePicker, type PickedRef } from "../refs/ReferencePicker";
import { Param } from "../schema/SchemaForm";
import { useRenameOutput } from "../sections";
import { BindingEditor } from "../values/BindingEditor";
import { withValue } from "../values/binding";
import { InputRows, RowFault } from "../values/InputRows";

const OVER = ["lists", "count", "forever"] as const;

const names = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : []);

export function LoopBody() {
  const { t } = useTranslation();
  const { node, readonly, setParam } = usePanel();
  const over = OVER.find((one) => one === node.params?.over) ?? "lists";
  return (
    <>
      <Fold title={t("canvas-panel:loop.title")} places={["/params/over"]}>
        <PanelField path="/params/over" label={t("canvas-panel:loop.over")} hint={t(`canvas-panel:loop.${over}Hint`)}>
          <Segments
            disabled={readonly}
            value={over}
            onChange={(next) => setParam(["over"], next)}
            choices={OVER.map((value) => ({ value, label: t(`canvas-panel:loop.${value}`) }))}
          />
        </PanelField>
        {over === "count" && <OneInput name="count" label={t("canvas-panel:loop.times")} />}
      </Fold>
      {over === "lists" && <Lists />}
      <Variables />
      <Collect />
    </>
  );
}

export function BatchBody() {
  const { t } = useTranslation();
  return (
    <>
      <Fold title={t("canvas-panel:loop.title")} places={["/params/size", "/params/concurrency"]}>
        <div className="grid grid-cols-2 gap-3">
          <Param name="size" />
          <Param name="concurrency" />
        </div>
      </Fold>
      <Lists />
      <Collect />
    </>
  );
}

/** An input that the kind knows by name. */
function OneInput({ name, label }: { name: string; label: string }) {
  const { node, edit } = usePanel();
  const at = (node.inputs ?? []).findIndex((input) => input.name === name);
  const input = node.inputs?.[at];
  return (
    <PanelField path={at < 0 ? `/inputs#${name}` : pointer("/inputs", at)} label={label} required>
      <BindingEditor
        name={label}
        path={pointer("/inputs", Math.max(0, at), "value")}
        type="integer"
        fixed
        value={input?.value}
        onChange={(value) =>
          edit((current) => {
            const others = (current.inputs ?? []).filter((one) => one.name !== name);
            const next: WorkflowNodeInput = withValue({ name, type: "integer" }, value);
            return { ...current, inputs: [...others, next] };
          }, `input ${name}`)
        }
      />
    </PanelField>
  );
}

/** Some of the node's inputs; the others stay as they are. */
function Part({
  title,
  hint,
  shows,
  only,
  newName,
  addLabel,
  onChange,
}: {
  title: string;
  hint: string;
  /** Which inputs. */
  shows: (input: WorkflowNodeInput) => boolean;
  only?: "lists";
  newName: string;
  addLabel: string;
  onChange: (node: WorkflowNode, rows: WorkflowNodeInput[]) => WorkflowNode;
}) {
  const { id, node, edit, editDocument } = usePanel();
  const all = node.inputs ?? [];
  const rows = all.filter(shows);
  return (
    <Fold title={title} note={rows.length || undefined} places={["/inputs"]} open={rows.length > 0 || only !== undefined}>
      <p className="text-xs leading-5 text-faint">{hint}</p>
      <InputRows
        rows={rows}
        places={rows.map((row) => all.indexOf(row))}
        path="/inputs"
        title={title}
        only={only}
        newName={newName}
        addLabel={addLabel}
        onRename={(from, to) => editDocument((before) => renameInput(before, id, from, to))}
        onChange={(next, key) => edit((current) => onChange(current, next), key)}
      />
    </Fold>
  );
}

const OWN = ["count", "size", "concurrency"];

function Lists() {
  const { t } = useTranslation();
  const { node } = usePanel();
  const variables = names(node.params?.variables);
  const isList = ({ name }: WorkflowNodeInput) => !variables.includes(name) && !OWN.includes(name);
  return (
    <Part
      title={t("canvas-panel:loop.items")}
      hint={t("canvas-panel:loop.itemsHint")}
      shows={isList}
      only="lists"
      newName="items"
      addLabel={t("canvas-panel:loop.addList")}
      onChange={(current, rows) => ({ ...current, inputs: [...rows, ...(current.inputs ?? []).filter((input) => !isList(input))] })}
    />
  );
}

function Variables() {
  const { t } = useTranslation();
  const { node } = usePanel();
  const variables = names(node.params?.variables);
  return (
    <Part
      title={t("canvas-panel:loop.variables")}
      hint={t("canvas-panel:loop.variablesHint")}
      shows={({ name }) => variables.includes(name)}
      newName="variable"
      addLabel={t("canvas-panel:loop.addVariable")}
      onChange={(current, rows) => ({
        ...current,
        inputs: [...(current.inputs ?? []).filter(({ name }) => !names(current.params?.variables).includes(name)), ...rows],
        params: { ...current.params, variables: rows.map(({ name }) => name) },
      })}
    />
  );
}

/** What the container gives out: lists of what nodes inside gave, and its variables. */
function Collect() {
  const { t } = useTranslation();
  const { id, node, document, kinds, readonly, edit } = usePanel();
  const rename = useRenameOutput();
  const all = collected(node);
  const sources = () => collectable(document, kinds, id);
  const set = (next: typeof all, outputs: (fields: ValueField[]) => ValueField[], key?: string) =>
    edit(
      (current) => ({ ...current, params: { ...current.params, collect: next }, outputs: outputs(current.outputs ?? []) }),
      key,
    );
  /** What an iteration gives becomes a list; a variable's last value stays as it is. */
  const typed = ({ ref, type }: PickedRef): ValueField["type"] => (ref.node === id ? type : { list: type });
  const choose = (at: number | undefined, picked: PickedRef) => {
    const old = at === undefined ? undefined : all[at];
    const name = old?.name ?? freshName(all.map((one) => one.name), picked.ref.path.at(-1) ?? "output");
    const field: ValueField = { name, type: typed(picked) };
    const next = old ? all.map((one, index) => (index === at ? { ...one, from: picked.ref } : one)) : [...all, { name, from: picked.ref }];
    set(next, (fields) => [...fields.filter((one) => one.name !== name), field]);
  };
  return (
    <Fold title={t("canvas-panel:loop.collect")} note={all.length || undefined} places={["/params/collect", "/outputs"]}>
      <p className="text-xs leading-5 text-faint">{t("canvas-panel:loop.collectHint")}</p>
      <ul className="space-y-2.5" aria-label={t("canvas-panel:loop.collect")}>
        {all.map((one, at) => (
          <li key={at} className="space-y-1" data-path={pointer("/params/collect", at)}>
            <div className="flex items-start gap-1">
              <NameInput
                aria-label={t("canvas-panel:outputs.name")}
                readOnly={readonly}
                value={one.name}
                taken={without(all, at).map(({ name }) => name)}
                onCommit={(name) => rename(one.name, name)}
                className="flex-1"
              />
              {!readonly && (
                <RowMenu
                  name={one.name}
                  at={at}
                  count={all.length}
                  onRemove={() => set(without(all, at), (fields) => fields.filter(({ name }) => name !== one.name))}
                />
              )}
            </div>
            <ReferencePicker sources={sources} onPick={(picked) => choose(at, picked)}>
              <RefChip to={one.from} disabled={readonly} aria-label={t("canvas-panel:loop.from", { name: one.name })} />
            </ReferencePicker>
            <RowFault path={pointer("/params/collect", at)} />
          </li>
        ))}
      </ul>
      {!readonly && (
        <ReferencePicker sources={sources} onPick={(picked) => choose(undefined, picked)}>
          <Button size="sm">
            <Plus />
            {t("canvas-panel:outputs.add")}
          </Button>
        </ReferencePicker>
      )}
    </Fold>
  );
}
