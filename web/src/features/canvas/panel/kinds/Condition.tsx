/** Ways out with what they ask for: comparisons joined by and/or, or an expression. */
import { ArrowDown, ArrowUp, Plus, Sigma, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { ValueType } from "@/api/types";
import { Button, IconButton } from "@/ui/button";
import { NativeSelect } from "@/ui/input";
import { places, reorderBranches } from "../branches";
import { usePanel } from "../context";
import { pruned } from "../node-inputs";
import { moved, without } from "../pointer";
import { Fold } from "../parts/Fold";
import { Segments } from "../parts/Segments";
import { resolved, shapeOf, type Choice, type Schema } from "../schema/schema";
import { ExpressionField } from "../text/fields";
import { Operand } from "../values/Operand";
import { branchesOf, isUnary, operatorsFor, type Branch, type Comparison } from "./conditions";

export function ConditionBody() {
  const { t } = useTranslation();
  const { id, node, readonly, edit, editDocument } = usePanel();
  const branches = branchesOf(node.params);
  const reorder = (order: (number | undefined)[]) =>
    editDocument((document) => {
      const before = document.nodes?.[id];
      if (!before) return document;
      const all = branchesOf(before.params);
      const blank: Branch = { logic: "and", conditions: [{ left: "", operator: "equal", right: "" }] };
      const next = reorderBranches(document, id, order, (params) => ({
        ...params,
        branches: order.map((at) => (at === undefined ? blank : (all[at] ?? blank))),
      }));
      const after = next.nodes?.[id];
      return after ? { ...next, nodes: { ...next.nodes, [id]: pruned(before, after) } } : next;
    });
  const set = (at: number, branch: Branch, key?: string) =>
    edit((current) => {
      const all = branchesOf(current.params);
      const params = { ...current.params, branches: all.map((one, index) => (index === at ? branch : one)) };
      return pruned(current, { ...current, params });
    }, key);
  const order = places(branches.length);
  return (
    <Fold title={t("canvas-panel:condition.title")} note={branches.length || undefined} places={["/params", "/inputs"]}>
      <ol className="space-y-3">
        {branches.map((branch, at) => (
          <li key={at} className="space-y-2.5 rounded-lg border border-line p-3" data-path={`/params/branches/${at}`}>
            <div className="flex items-center gap-1">
              <p className="min-w-0 flex-1 text-[13px] font-semibold">
                {t(at === 0 ? "canvas-panel:condition.if" : "canvas-panel:condition.elseIf", { number: at + 1 })}
              </p>
              {!readonly && (
                <>
                  <IconButton
                    size="icon-sm"
                    label={t(branch.expr === undefined ? "canvas-panel:condition.toExpression" : "canvas-panel:condition.toComparisons")}
                    onClick={() =>
                      set(at, branch.expr === undefined ? { expr: "" } : { logic: "and", conditions: [{ left: "", operator: "equal", right: "" }] })
                    }
                  >
                    <Sigma className={branch.expr === undefined ? undefined : "text-accent-text"} />
                  </IconButton>
                  <IconButton size="icon-sm" label={t("canvas-panel:row.up")} disabled={at === 0} onClick={() => reorder(moved(order, at, at - 1))}>
                    <ArrowUp />
                  </IconButton>
                  <IconButton
                    size="icon-sm"
                    label={t("canvas-panel:row.down")}
                    disabled={at === branches.length - 1}
                    onClick={() => reorder(moved(order, at, at + 1))}
                  >
                    <ArrowDown />
                  </IconButton>
                  <IconButton
                    size="icon-sm"
                    label={t("canvas-panel:condition.remove", { number: at + 1 })}
                    disabled={branches.length === 1}
                    onClick={() => reorder(without(order, at))}
                  >
                    <Trash2 />
                  </IconButton>
                </>
              )}
            </div>
            {branch.expr === undefined ? (
              <Comparisons branch={branch} at={at} onChange={(next, key) => set(at, next, key)} />
            ) : (
              <ExpressionField
                path={`/params/branches/${at}/expr`}
                label={t("canvas-panel:condition.expression")}
                value={branch.expr}
                onChange={(expr) => set(at, { expr }, `expr ${at}`)}
              />
            )}
          </li>
        ))}
        <li className="rounded-lg border border-dashed border-line px-3 py-2 text-[13px] text-soft">
          {t("canvas-panel:condition.else")}
        </li>
      </ol>
      {!readonly && (
        <Button size="sm" onClick={() => reorder([...order, undefined])}>
          <Plus />
          {t("canvas-panel:condition.add")}
        </Button>
      )}
    </Fold>
  );
}

function Comparisons({ branch, at, onChange }: { branch: Branch; at: number; onChange: (branch: Branch, key?: string) => void }) {
  const { t } = useTranslation();
  const { readonly } = usePanel();
  const conditions = branch.conditions ?? [];
  return (
    <>
      {conditions.length > 1 && (
        <Segments
          aria-label={t("canvas-panel:condition.logic")}
          disabled={readonly}
          value={branch.logic ?? "and"}
          onChange={(logic) => onChange({ ...branch, logic })}
          choices={[
            { value: "and", label: t("canvas-panel:condition.and") },
            { value: "or", label: t("canvas-panel:condition.or") },
          ]}
        />
      )}
      <ol className="space-y-3">
        {conditions.map((condition, index) => (
          <ComparisonRow
            key={index}
            at={at}
            index={index}
            condition={condition}
            onOperator={(next) =>
              onChange({ ...branch, conditions: conditions.map((one, place) => (place === index ? next : one)) })
            }
            onRemove={
              conditions.length > 1 ? () => onChange({ ...branch, conditions: without(conditions, index) }) : undefined
            }
          />
        ))}
      </ol>
      {!readonly && (
        <Button
          size="sm"
          variant="ghost"
          onClick={() => onChange({ ...branch, conditions: [...conditions, { left: "", operator: "equal", right: "" }] })}
        >
          <Plus />
          {t("canvas-panel:condition.addComparison")}
        </Button>
      )}
    </>
  );
}

function ComparisonRow({
  at,
  index,
  condition,
  onOperator,
  onRemove,
}: {
  at: number;
  index: number;
  condition: Comparison;
  onOperator: (condition: Comparison) => void;
  onRemove: (() => void) | undefined;
}) {
  const { t } = useTranslation();
  const { node, readonly } = usePanel();
  const keys = ["branches", at, "conditions", index];
  const left: ValueType | undefined = node.inputs?.find(({ name }) => name === condition.left)?.type;
  const choices = useOperators();
  const usual = operatorsFor(left);
  const group = (wanted: boolean) => choices.filter(({ value }) => usual.includes(String(value)) === wanted);
  const option = ({ value, label }: Choice) => (
    <option key={String(value)} value={String(value)}>
      {label}
    </option>
  );
  const lengths = /^(longer|shorter)/.test(condition.operator);
  const inside = /contains$/.test(condition.operator);
  return (
    <li className="space-y-1.5" data-path={`/params/branches/${at}/conditions/${index}`}>
      <div className="flex items-start gap-1">
        <Operand keys={[...keys, "left"]} label={t("canvas-panel:condition.left")} />
        {onRemove && !readonly && (
          <IconButton size="icon-sm" label={t("canvas-panel:condition.removeComparison")} onClick={onRemove}>
            <Trash2 />
          </IconButton>
        )}
      </div>
      <NativeSelect
        aria-label={t("canvas-panel:condition.operator")}
        disabled={readonly}
        value={condition.operator}
        onChange={({ target }) => {
          const { right, ...rest } = condition;
          const operator = target.value;
          onOperator(isUnary(operator) ? { ...rest, operator } : { ...rest, operator, right: right ?? "" });
        }}
      >
        {group(true).map(option)}
        {group(false).length > 0 && <optgroup label={t("canvas-panel:condition.others")}>{group(false).map(option)}</optgroup>}
      </NativeSelect>
      {!isUnary(condition.operator) && (
        <Operand
          keys={[...keys, "right"]}
          label={t("canvas-panel:condition.right")}
          type={lengths ? "integer" : inside ? elementOf(left) : left}
        />
      )}
    </li>
  );
}

const elementOf = (type: ValueType | undefined): ValueType | undefined => {
  if (typeof type !== "object") return type === "string" ? "string" : undefined;
  return "list" in type ? type.list : "string";
};

/** The operators as the kind names them. */
function useOperators(): Choice[] {
  const { spec, locale } = usePanel();
  const root = (spec?.params ?? {}) as Schema;
  const find = (schema: Schema): Choice[] | undefined => {
    const at = resolved(schema, root);
    const shape = shapeOf(at, root, locale);
    const inner: Schema[] =
      shape.kind === "list" ? [shape.item] : shape.kind === "variants" ? shape.variants.map((one) => one.schema) : [];
    if (shape.kind === "object") {
      const operator = shape.properties.find(({ name }) => name === "operator");
      const choice = operator && shapeOf(operator.schema, root, locale);
      if (choice?.kind === "choice") return choice.choices;
      inner.push(...shape.properties.map(({ schema: one }) => one));
    }
    for (const one of inner) {
      const found = find(one);
      if (found) return found;
    }
    return undefined;
  };
  return find(root) ?? [];
}
