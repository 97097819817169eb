/** Controls for typed fields: one for each, nested for objects and lists. */
import { useMutation } from "@tanstack/react-query";
import { Plus, Upload, X } from "lucide-react";
import { useId, useRef } from "react";
import { useTranslation } from "react-i18next";
import { apiUrl, path as apiPath } from "@/api/client";
import type { ValueField, ValueType } from "@/api/types";
import { ErrorNotice } from "@/app/feedback";
import { useWorkspace } from "@/app/session";
import { uploadFile } from "@/features/chat/queries";
import { Button, IconButton } from "@/ui/button";
import { Field } from "@/ui/field";
import { Input, NativeSelect, Textarea } from "@/ui/input";
import { typeText } from "../outline";
import { draftOf, type Draft, type Fault, type FileValue } from "./values";

interface FieldsProps {
  fields: readonly ValueField[];
  drafts: Record<string, Draft>;
  onChange: (drafts: Record<string, Draft>) => void;
  faults: Record<string, Fault>;
  /** Where these fields lie; empty at the top. */
  path?: string;
}

export function ValueFields({ fields, drafts, onChange, faults, path = "" }: FieldsProps) {
  return (
    <div className="space-y-4">
      {fields.map((field) => (
        <OneField
          key={field.name}
          field={field}
          draft={drafts[field.name] ?? draftOf(field.type, undefined)}
          onChange={(draft) => onChange({ ...drafts, [field.name]: draft })}
          faults={faults}
          path={path === "" ? field.name : `${path}.${field.name}`}
        />
      ))}
    </div>
  );
}

function OneField({
  field,
  draft,
  onChange,
  faults,
  path,
}: {
  field: ValueField;
  draft: Draft;
  onChange: (draft: Draft) => void;
  faults: Record<string, Fault>;
  path: string;
}) {
  const { t } = useTranslation();
  const fault = faults[path];
  const label = (
    <>
      <span className="font-mono">{field.name}</span>
      {field.required && (
        <span className="text-danger-text" title={t("common:field.required")}>
          *
        </span>
      )}
      <span className="font-mono text-xs font-normal text-faint">{typeText(field.type)}</span>
    </>
  );
  if (draft.kind === "object" || draft.kind === "list")
    return (
      <fieldset className="space-y-2">
        <legend className="flex items-baseline gap-1.5 text-[13px] font-medium">{label}</legend>
        {field.description && <p className="text-xs leading-5 text-faint">{field.description}</p>}
        <div className="rounded-lg border border-line px-3.5 py-3">
          <Control type={field.type} draft={draft} onChange={onChange} faults={faults} path={path} />
        </div>
        {fault && (
          <p role="alert" className="text-xs leading-5 text-danger-text">
            {t(`workflows:fault.${fault}`)}
          </p>
        )}
      </fieldset>
    );
  return (
    <Field label={label} hint={field.description || undefined} error={fault && t(`workflows:fault.${fault}`)}>
      <Control type={field.type} draft={draft} onChange={onChange} faults={faults} path={path} />
    </Field>
  );
}

function Control({
  type,
  draft,
  onChange,
  faults,
  path,
  ...control
}: {
  type: ValueType | undefined;
  draft: Draft;
  onChange: (draft: Draft) => void;
  faults: Record<string, Fault>;
  path: string;
  id?: string;
  "aria-label"?: string;
  "aria-describedby"?: string;
  "aria-invalid"?: boolean;
}) {
  const { t } = useTranslation();
  switch (draft.kind) {
    case "flag":
      return (
        <NativeSelect
          {...control}
          value={draft.on === undefined ? "" : String(draft.on)}
          onChange={({ target }) =>
            onChange({ kind: "flag", on: target.value === "" ? undefined : target.value === "true" })
          }
        >
          <option value="">—</option>
          <option value="true">true</option>
          <option value="false">false</option>
        </NativeSelect>
      );
    case "file":
      return <FileControl {...control} file={draft.file} onChange={(file) => onChange({ kind: "file", file })} />;
    case "object":
      return (
        <ValueFields
          fields={typeof type === "object" && "object" in type ? type.object : []}
          drafts={draft.fields}
          onChange={(fields) => onChange({ kind: "object", fields })}
          faults={faults}
          path={path}
        />
      );
    case "list": {
      const item = typeof type === "object" && "list" in type ? type.list : undefined;
      const set = (at: number, next: Draft) =>
        onChange({ kind: "list", items: draft.items.map((old, index) => (index === at ? next : old)) });
      return (
        <div className="space-y-2">
          {draft.items.map((each, at) => {
            const fault = faults[`${path}[${at}]`];
            return (
              <div key={at} className="flex items-start gap-2">
                <div className="min-w-0 flex-1">
                  <Control
                    type={item}
                    draft={each}
                    onChange={(next) => set(at, next)}
                    faults={faults}
                    path={`${path}[${at}]`}
                    aria-label={`${path} ${at + 1}`}
                    aria-invalid={fault ? true : undefined}
                  />
                  {fault && <p className="mt-1 text-xs text-danger-text">{t(`workflows:fault.${fault}`)}</p>}
                </div>
                <IconButton
                  label={t("common:action.remove")}
                  onClick={() =>
                    onChange({ kind: "list", items: draft.items.filter((_, index) => index !== at) })
                  }
                >
                  <X />
                </IconButton>
              </div>
            );
          })}
          <Button
            size="sm"
            onClick={() => onChange({ kind: "list", items: [...draft.items, draftOf(item, undefined)] })}
          >
            <Plus />
            {t("common:action.add")}
          </Button>
        </div>
      );
    }
    case "text": {
      const write = (text: string) => onChange({ kind: "text", text });
      if (type === "integer" || type === "number")
        return (
          <Input
            {...control}
            inputMode={type === "integer" ? "numeric" : "decimal"}
            value={draft.text}
            onChange={(event) => write(event.target.value)}
          />
        );
      if (type === "time")
        return (
          <Input
            {...control}
            placeholder="2026-01-31 12:00:00"
            value={draft.text}
            onChange={(event) => write(event.target.value)}
          />
        );
      const json = type !== "string";
      return (
        <Textarea
          {...control}
          rows={json ? 4 : Math.min(10, Math.max(2, draft.text.split("\n").length))}
          spellCheck={!json}
          placeholder={json ? t("workflows:run.json") : undefined}
          className={json ? "font-mono !text-xs" : undefined}
          value={draft.text}
          onChange={(event) => write(event.target.value)}
        />
      );
    }
  }
}

/** A file: uploaded here, or somewhere on the web. */
function FileControl({
  file,
  onChange,
  ...control
}: {
  file: FileValue | undefined;
  onChange: (file: FileValue | undefined) => void;
  id?: string;
}) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const picker = useRef<HTMLInputElement>(null);
  const pickerId = useId();
  const upload = useMutation({
    mutationFn: (chosen: File) => uploadFile(workspace.id, chosen),
    meta: { inline: true },
    onSuccess: ({ id, name }) =>
      onChange({ url: `${location.origin}${apiUrl(apiPath("files", id, "content"))}`, name }),
  });
  return (
    <div className="space-y-2">
      <div className="flex items-center gap-2">
        <Input
          {...control}
          type="url"
          placeholder="https://…"
          value={file?.url ?? ""}
          onChange={({ target }) =>
            onChange(
              target.value === ""
                ? undefined
                : { url: target.value, name: target.value.split(/[?#]/)[0]?.split("/").at(-1) || target.value },
            )
          }
        />
        <Button busy={upload.isPending} onClick={() => picker.current?.click()}>
          <Upload />
          {t("workflows:run.upload")}
        </Button>
        <input
          id={pickerId}
          ref={picker}
          type="file"
          hidden
          aria-label={t("workflows:run.upload")}
          onChange={(event) => {
            const [chosen] = event.target.files ?? [];
            if (chosen) upload.mutate(chosen);
            event.target.value = "";
          }}
        />
      </div>
      {file && file.name !== file.url && <p className="truncate text-xs text-faint">{file.name}</p>}
      {upload.isError && <ErrorNotice error={upload.error} />}
    </div>
  );
}
