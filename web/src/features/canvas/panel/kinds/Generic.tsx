/** Kinds without a panel of their own: inputs, the params as their schema has them, outputs. */
import { useTranslation } from "react-i18next";
import { Notice } from "@/ui/states";
import { usePanel } from "../context";
import { Fold } from "../parts/Fold";
import { RawParams } from "../schema/fields";
import { ParamsForm } from "../schema/SchemaForm";
import { shapeOf, type Schema } from "../schema/schema";
import { InputsFold, OutputsFold } from "../sections";

/** Whether a kind asks for anything. */
export function hasParams(schema: Schema): boolean {
  const shape = shapeOf(schema, schema, "en");
  return shape.kind === "variants" || (shape.kind === "object" && shape.properties.length > 0);
}

export function GenericBody() {
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
      <OutputsFold />
    </>
  );
}

/** The params before the inputs: what is done decides what is needed. */
export function ParamsFirstBody() {
  const { t } = useTranslation();
  return (
    <>
      <Fold title={t("canvas-panel:params.title")} places={["/params"]}>
        <ParamsForm />
      </Fold>
      <InputsFold />
      <OutputsFold />
    </>
  );
}

/** Kinds whose service this server does not have yet. */
export function serviceBody(service: "knowledge" | "database") {
  return function ServiceBody() {
    const { t } = useTranslation();
    return (
      <>
        <div className="border-b border-line p-4">
          <Notice tone="info">{t(`canvas-panel:service.${service}`)}</Notice>
        </div>
        <GenericBody />
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
