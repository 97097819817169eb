/** Kinds without a panel of their own: inputs, the params as their schema has them, outputs. */
import { useTranslation } from "react-i18next";
import type { ValueField } from "@/api/types";
import { typeAt } from "@/graph/references";
import { Notice } from "@/ui/states";
import { usePanel } from "../context";
import { Fold } from "../parts/Fold";
import { RawParams } from "../schema/fields";
import { ParamsForm } from "../schema/SchemaForm";
import { shapeOf, type Schema } from "../schema/schema";
import { InputsFold, OutputsFold } from "../sections";
import { fieldsInside } from "../values/types";
import { aggregateOutputs, textOutputs } from "./given";

/** Whether a kind asks for anything. */
export function hasParams(schema: Schema): boolean {
  const shape = shapeOf(schema, schema, "en");
  return shape.kind === "variants" || (shape.kind === "object" && shape.properties.length > 0);
}

export function GenericBody({ suggested }: { suggested?: readonly ValueField[] }) {
  const { t } = useTranslation();
  const { spec } = usePanel();
  return (
    <>
      <InputsFold />
      {spec ? (
        hasParams(spec.params as Schema) && (
          <Fold title={t("canvas-panel:params.title")} places={["/params"]}>
            <ParamsForm />
          </Fold>
        )
      ) : (
        <Fold title={t("canvas-panel:params.title")} places={["/params"]}>
          <Notice tone="warning">{t("canvas-panel:params.unknownKind")}</Notice>
          <RawParams />
        </Fold>
      )}
      <OutputsFold suggested={suggested} />
    </>
  );
}

/** Kinds that ask for nothing and give nothing. */
export function PlainBody() {
  const { t } = useTranslation();
  return <p className="px-4 py-3 text-[13px] text-faint">{t("canvas-panel:params.none")}</p>;
}

/** The params before the inputs: what is done decides what is needed. */
export function ParamsFirstBody() {
  const { t } = useTranslation();
  const { node } = usePanel();
  return (
    <>
      <Fold title={t("canvas-panel:params.title")} places={["/params"]}>
        <ParamsForm after={node.kind === "text" ? textOutputs : undefined} />
      </Fold>
      <InputsFold />
      <OutputsFold />
    </>
  );
}

export function AggregateBody() {
  const { t } = useTranslation();
  const { node, typeOf } = usePanel();
  const list = node.inputs?.find(({ name }) => name === node.params?.input);
  const type = list?.value && "ref" in list.value ? typeOf(list.value.ref) : list?.type;
  const item = typeof type === "object" && "list" in type ? type.list : "any";
  const path = Array.isArray(node.params?.path) ? node.params.path.map(String) : [];
  const element = path.length === 0 ? item : (typeAt(fieldsInside(item) ?? [], path) ?? "any");
  return (
    <>
      <InputsFold />
      <Fold title={t("canvas-panel:params.title")} places={["/params"]}>
        <ParamsForm />
      </Fold>
      <OutputsFold suggested={aggregateOutputs(node.params, element)} />
    </>
  );
}

const ROWS: ValueField = { name: "outputList", type: { list: { object: [] } } };

/** Kinds whose service this server does not have yet. */
export function serviceBody(service: "knowledge" | "database") {
  return function ServiceBody() {
    const { t } = useTranslation();
    return (
      <>
        <div className="border-b border-line p-4">
          <Notice tone="info">{t(`canvas-panel:service.${service}`)}</Notice>
        </div>
        <GenericBody suggested={service === "database" ? [ROWS] : undefined} />
      </>
    );
  };
}

export function CommentBody() {
  const { t } = useTranslation();
  return (
    <Fold title={t("canvas-panel:comment.title")} places={["/params"]}>
      <ParamsForm />
    </Fold>
  );
}
