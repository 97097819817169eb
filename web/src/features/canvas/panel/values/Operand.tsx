import { useTranslation } from "react-i18next";
import type { ValueType, WorkflowNode } from "@/api/types";
import { usePanel } from "../context";
import { setOperand } from "../node-inputs";
import { FaultText, isInvalid } from "../parts/FaultText";
import { getAt, pointer, type Keys } from "../pointer";
import { BindingEditor } from "./BindingEditor";

/** A place in the params that names an input, shown as the value itself; the input is made in the background. */
export function Operand({
  keys,
  label,
  wanted = "value",
  type,
  after = (node) => node,
}: {
  keys: Keys;
  label: string;
  /** What a new input is called. */
  wanted?: string;
  /** What the value is compared with or put into. */
  type?: ValueType;
  /** What else changes with it. */
  after?: (node: WorkflowNode) => WorkflowNode;
}) {
  const { t } = useTranslation();
  const { node, edit, fault } = usePanel();
  const name = getAt(node.params, keys);
  const at = (node.inputs ?? []).findIndex((input) => input.name === name);
  const input = node.inputs?.[at];
  const path = pointer("/params", ...keys);
  const wrong = fault(path) ?? (at < 0 ? undefined : fault(`/inputs/${at}`));
  const gone = typeof name === "string" && name !== "" && !input;
  return (
    <div className="min-w-0 flex-1 space-y-1" data-path={path}>
      <BindingEditor
        name={label}
        path={path}
        aria-label={label}
        aria-invalid={isInvalid(wrong)}
        type={type !== undefined && type !== "any" ? type : input?.type}
        at={at < 0 ? undefined : at}
        kinds={["ref", "literal", "variable", "expr"]}
        value={input?.value}
        onChange={(value, picked) =>
          edit((current) => after(setOperand(current, keys, value, picked ?? type ?? input?.type, wanted)), `operand ${keys.join(" ")}`)
        }
      />
      {gone && !wrong && <p className="text-xs leading-5 text-danger-text">{t("canvas-panel:inputs.gone", { name })}</p>}
      <FaultText fault={wrong} />
    </div>
  );
}
