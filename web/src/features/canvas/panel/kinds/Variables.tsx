/** Setting variables of a loop, of the app or the user; bringing branches together. */
import { Plus } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { ValueType, WorkflowNode } from "@/api/types";
import { elementOf, typeAt, variablesOf } from "@/graph/references";
import { ancestorsOf } from "@/graph/read";
import { Button } from "@/ui/button";
import { Input, NativeSelect } from "@/ui/input";
import { usePanel } from "../context";
import { freshName, pruned } from "../node-inputs";
import { Fold } from "../parts/Fold";
import { NameInput } from "../parts/NameInput";
import { RowMenu } from "../parts/RowMenu";
import { isRecord, moved, pointer, replaced, without } from "../pointer";
import { OutputsFold, useRenameOutput } from "../sections";
import { RowFault } from "../values/InputRows";
import { Operand } from "../values/Operand";
import { mergeOutputs } from "./given";

type Row = Record<string, unknown>;

const rowsOf = (value: unknown): Row[] => (Array.isArray(value) ? value.filter(isRecord) : []);

/** The list in one parameter, each element in a frame. */
function Rows({
  name,
  title,
  hint,
  addLabel,
  blank,
  children,
  after = (node) => node,
}: {
  name: string;
  title: string;
  hint?: string;
  addLabel: string;
  blank: () => Row;
  children: (row: Row, at: number, set: (row: Row) => void) => ReactNode;
  /** What else changes with the list. */
  after?: (node: WorkflowNode) => WorkflowNode;
}) {
  const { node, readonly, edit } = usePanel();
  const rows = rowsOf(node.params?.[name]);
  const put = (next: Row[], key?: string) =>
    edit((current) => after(pruned(current, { ...current, params: { ...current.params, [name]: next } })), key);
  return (
    <Fold title={title} note={rows.length || undefined} places={["/params", "/inputs"]}>
      {hint && <p className="text-xs leading-5 text-faint">{hint}</p>}
      <ol className="space-y-2.5">
        {rows.map((row, at) => (
          <li key={at} className="space-y-1.5 rounded-lg border border-line p-2.5" data-path={pointer("/params", name, at)}>
            <div className="flex items-start gap-1">
              <div className="min-w-0 flex-1 space-y-1.5">{children(row, at, (next) => put(replaced(rows, at, next), `${name} ${at}`))}</div>
              {!readonly && (
                <RowMenu
                  name={`${title} ${at + 1}`}
                  at={at}
                  count={rows.length}
                  onMove={(to) => put(moved(rows, at, to))}
                  onRemove={() => put(without(rows, at))}
                />
              )}
            </div>
          </li>
        ))}
      </ol>
      {!readonly && (
        <Button size="sm" onClick={() => put([...rows, blank()])}>
          <Plus />
          {addLabel}
        </Button>
      )}
    </Fold>
  );
}

export function SetVariableBody() {
  const { t } = useTranslation();
  const { id, document, kinds, nameOf, readonly } = usePanel();
  const loops = ancestorsOf(document, id).filter((up) => document.nodes?.[up]?.kind === "loop");
  const choices = loops.flatMap((loop) => {
    const node = document.nodes?.[loop];
    return node ? variablesOf(node).map((name) => ({ loop, name })) : [];
  });
  const typeOf = (variable: unknown): ValueType | undefined => {
    if (!isRecord(variable) || typeof variable.node !== "string" || !Array.isArray(variable.path)) return undefined;
    return typeAt(elementOf(document, kinds, variable.node) ?? [], variable.path as string[]);
  };
  return (
    <Rows
      name="set"
      title={t("canvas-panel:variable.title")}
      hint={choices.length === 0 ? t("canvas-panel:variable.noLoop") : undefined}
      addLabel={t("canvas-panel:variable.add")}
      blank={() => ({ variable: { node: choices[0]?.loop ?? loops[0] ?? "", path: choices[0] ? [choices[0].name] : [] }, input: "" })}
    >
      {(row, at, set) => {
        const variable = isRecord(row.variable) ? row.variable : {};
        const path = Array.isArray(variable.path) ? variable.path.map(String) : [];
        const value = `${String(variable.node)} ${path.join(".")}`;
        const known = choices.some(({ loop, name }) => `${loop} ${name}` === value);
        return (
          <>
            <NativeSelect
              aria-label={t("canvas-panel:variable.ofLoop")}
              disabled={readonly}
              value={value}
              onChange={({ target }) => {
                const [node = "", name = ""] = target.value.split(" ");
                set({ ...row, variable: { node, path: [name] } });
              }}
            >
              {!known && <option value={value}>{path.length > 0 ? path.join(".") : t("canvas-panel:choice.choose")}</option>}
              {choices.map(({ loop, name }) => (
                <option key={`${loop} ${name}`} value={`${loop} ${name}`}>
                  {`${nameOf(loop)} › ${name}`}
                </option>
              ))}
            </NativeSelect>
            <RowFault path={pointer("/params/set", at, "variable")} />
            <Operand keys={["set", at, "input"]} label={t("canvas-panel:variable.value")} type={typeOf(variable)} />
          </>
        );
      }}
    </Rows>
  );
}

export function AssignVariableBody() {
  const { t } = useTranslation();
  const { readonly } = usePanel();
  return (
    <>
      <Rows
        name="set"
        title={t("canvas-panel:variable.title")}
        hint={t("canvas-panel:variable.hint")}
        addLabel={t("canvas-panel:variable.add")}
        blank={() => ({ scope: "app", path: [""], input: "" })}
      >
        {(row, at, set) => (
          <>
            <div className="flex gap-1">
              <NativeSelect
                className="w-28 shrink-0"
                aria-label={t("canvas-panel:variable.scope")}
                disabled={readonly}
                value={row.scope === "user" ? "user" : "app"}
                onChange={({ target }) => set({ ...row, scope: target.value })}
              >
                <option value="app">{t("canvas-panel:variable.app")}</option>
                <option value="user">{t("canvas-panel:variable.user")}</option>
              </NativeSelect>
              <Input
                aria-label={t("canvas-panel:variable.name")}
                placeholder={t("canvas-panel:variable.name")}
                className="font-mono !text-[13px]"
                spellCheck={false}
                readOnly={readonly}
                value={Array.isArray(row.path) ? row.path.join(".") : ""}
                onChange={({ target }) => set({ ...row, path: target.value.split(".") })}
              />
            </div>
            <RowFault path={pointer("/params/set", at, "path")} />
            <Operand keys={["set", at, "input"]} label={t("canvas-panel:variable.value")} />
          </>
        )}
      </Rows>
      <OutputsFold />
    </>
  );
}

export function MergeBody() {
  const { t } = useTranslation();
  const { node, readonly } = usePanel();
  const rename = useRenameOutput();
  const groups = rowsOf(node.params?.groups);
  return (
    <Rows
      name="groups"
      title={t("canvas-panel:merge.title")}
      hint={t("canvas-panel:merge.hint")}
      addLabel={t("canvas-panel:merge.add")}
      blank={() => ({ name: freshName(groups.map((group) => String(group.name)), "output"), inputs: [""] })}
      after={mergeOutputs}
    >
      {(row, at, set) => {
        const inputs = Array.isArray(row.inputs) ? row.inputs : [];
        const first = node.inputs?.find(({ name }) => name === inputs[0])?.type;
        const declared = node.outputs?.some(({ name }) => name === row.name);
        return (
          <>
            <NameInput
              aria-label={t("canvas-panel:outputs.name")}
              readOnly={readonly}
              value={String(row.name ?? "")}
              taken={without(groups, at).map((group) => String(group.name))}
              onCommit={(name) => {
                if (declared) rename(String(row.name), name);
                else set({ ...row, name });
              }}
            />
            <RowFault path={pointer("/params/groups", at, "name")} />
            <ol className="space-y-1.5" aria-label={t("canvas-panel:merge.values")}>
              {inputs.map((_, index) => (
                <li key={index} className="flex items-start gap-1">
                  <Operand
                    keys={["groups", at, "inputs", index]}
                    label={t("canvas-panel:merge.value", { number: index + 1 })}
                    type={index === 0 ? undefined : first}
                    after={mergeOutputs}
                  />
                  {!readonly && (
                    <RowMenu
                      name={t("canvas-panel:merge.value", { number: index + 1 })}
                      at={index}
                      count={inputs.length}
                      onMove={(to) => set({ ...row, inputs: moved(inputs, index, to) })}
                      onRemove={() => set({ ...row, inputs: without(inputs, index) })}
                    />
                  )}
                </li>
              ))}
            </ol>
            {!readonly && (
              <Button size="sm" variant="ghost" onClick={() => set({ ...row, inputs: [...inputs, ""] })}>
                <Plus />
                {t("canvas-panel:merge.addValue")}
              </Button>
            )}
          </>
        );
      }}
    </Rows>
  );
}
