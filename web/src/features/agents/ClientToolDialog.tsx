/** A tool that runs at the caller's: name, description, and a JSON schema of its arguments. */
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { AgentTool, JsonSchema } from "@/api/types";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field } from "@/ui/field";
import { Input, Textarea } from "@/ui/input";

export type ClientTool = Extract<AgentTool, { kind: "client" }>;

const EXAMPLE: JsonSchema = {
  type: "object",
  properties: { order_id: { type: "string", description: "Order number" } },
  required: ["order_id"],
};

/** The schema, or nothing when the text is not a JSON object. */
function parseSchema(text: string): JsonSchema | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as JsonSchema)
      : undefined;
  } catch {
    return undefined;
  }
}

export function ClientToolDialog({
  tool,
  taken,
  onClose,
  onSave,
}: {
  tool: ClientTool | undefined;
  taken: readonly string[];
  onClose: () => void;
  onSave: (tool: ClientTool) => void;
}) {
  const { t } = useTranslation();
  const formId = useId();
  const [name, setName] = useState(tool?.name ?? "");
  const [description, setDescription] = useState(tool?.description ?? "");
  const [schema, setSchema] = useState(JSON.stringify(tool?.parameters ?? EXAMPLE, null, 2));
  const [tried, setTried] = useState(false);
  const parameters = parseSchema(schema);
  const nameError = !/^[a-zA-Z0-9_-]{1,64}$/.test(name)
    ? t("agents:client.nameInvalid")
    : taken.includes(name)
      ? t("agents:client.nameTaken")
      : undefined;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={tool ? t("agents:client.edit") : t("agents:client.new")}
      description={t("agents:client.description")}
      closeLabel={t("common:action.close")}
      className="max-w-lg"
      footer={
        <>
          <Button onClick={onClose}>{t("common:action.cancel")}</Button>
          <Button variant="primary" type="submit" form={formId}>
            {tool ? t("common:action.save") : t("common:action.add")}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        noValidate
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (parameters && !nameError)
            onSave({ kind: "client", name, description: description.trim(), parameters });
        }}
      >
        <Field label={t("agents:client.name")} error={tried ? nameError : undefined}>
          <Input
            autoFocus
            value={name}
            spellCheck={false}
            className="font-mono"
            placeholder="lookup_order"
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        <Field label={t("agents:client.about")} hint={t("agents:client.aboutHint")}>
          <Textarea value={description} onChange={(event) => setDescription(event.target.value)} />
        </Field>
        <Field
          label={t("agents:client.schema")}
          error={parameters ? undefined : t("agents:client.schemaInvalid")}
        >
          <Textarea
            rows={9}
            value={schema}
            spellCheck={false}
            className="font-mono text-[13px] leading-5"
            onChange={(event) => setSchema(event.target.value)}
          />
        </Field>
      </form>
    </Dialog>
  );
}
