import { useMutation, useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import type { Id, Vendor } from "@/api/types";
import { ErrorNotice, QueryView } from "@/app/feedback";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { Input, NativeSelect } from "@/ui/input";
import { createModel, probe, vendorsQuery } from "./queries";

/** Vendor, address and key → the vendor's models → one is checked and kept. */
export function ConnectVendor({
  workspaceId,
  onSaved,
}: {
  workspaceId: Id;
  onSaved: () => Promise<void>;
}) {
  const vendors = useQuery(vendorsQuery);
  return (
    <QueryView query={vendors}>
      {({ items }) => (
        <ConnectForm
          workspaceId={workspaceId}
          vendors={items.filter(({ id }) => id !== "offline")}
          onSaved={onSaved}
        />
      )}
    </QueryView>
  );
}

function ConnectForm({
  workspaceId,
  vendors,
  onSaved,
}: {
  workspaceId: Id;
  vendors: Vendor[];
  onSaved: () => Promise<void>;
}) {
  const { t } = useTranslation();
  const [vendorId, setVendorId] = useState(vendors[0]?.id);
  const [baseUrl, setBaseUrl] = useState("");
  const [apiKey, setApiKey] = useState("");
  const [extra, setExtra] = useState<Record<string, string>>({});
  const [model, setModel] = useState("");
  const vendor = vendors.find(({ id }) => id === vendorId);

  const access = () => ({
    vendor: vendor!.id,
    ...(baseUrl.trim() && { base_url: baseUrl.trim() }),
    ...(apiKey.trim() && { api_key: apiKey.trim() }),
    ...(Object.keys(extra).length > 0 && { extra }),
  });
  const list = useMutation({
    mutationFn: () => probe(workspaceId, access()),
    meta: { inline: true },
    onSuccess: ({ models }) => setModel(models[0] ?? ""),
  });
  const save = useMutation({
    mutationFn: async () => {
      const { checked } = await probe(workspaceId, { ...access(), model });
      const dimensions = checked?.capabilities.embedding_dimensions ?? null;
      return createModel(workspaceId, {
        ...access(),
        name: model,
        model,
        kind: dimensions === null ? "chat" : "embedding",
        ...(checked && { capabilities: checked.capabilities }),
      });
    },
    meta: { inline: true },
    onSuccess: onSaved,
  });
  if (!vendor) return null;
  const forget = () => {
    list.reset();
    save.reset();
    setModel("");
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (list.isSuccess) save.mutate();
    else list.mutate();
  };
  const complete =
    (!vendor.needs_key || apiKey.trim() !== "") &&
    (!vendor.needs_base_url || baseUrl.trim() !== "") &&
    vendor.extra_fields.every(({ name, required }) => !required || extra[name]);
  return (
    <form onSubmit={submit} className="space-y-4">
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={t("welcome:vendor.vendor")}>
          <NativeSelect
            value={vendor.id}
            onChange={(event) => {
              setVendorId(event.target.value as Vendor["id"]);
              setBaseUrl("");
              setExtra({});
              forget();
            }}
          >
            {vendors.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </NativeSelect>
        </Field>
        <Field
          label={t("welcome:vendor.baseUrl")}
          optional={vendor.needs_base_url ? undefined : t("common:field.optional")}
        >
          <Input
            type="url"
            autoComplete="off"
            placeholder={vendor.default_base_url ?? "https://"}
            value={baseUrl}
            onChange={(event) => {
              setBaseUrl(event.target.value);
              forget();
            }}
          />
        </Field>
      </div>
      <Field
        label={t("welcome:vendor.key")}
        hint={t("welcome:vendor.keyHint")}
        optional={vendor.needs_key ? undefined : t("common:field.optional")}
      >
        <Input
          type="password"
          autoComplete="off"
          className="font-mono"
          value={apiKey}
          onChange={(event) => {
            setApiKey(event.target.value);
            forget();
          }}
        />
      </Field>
      {vendor.extra_fields.map(({ name, label, required }) => (
        <Field
          key={name}
          label={label}
          optional={required ? undefined : t("common:field.optional")}
        >
          <Input
            autoComplete="off"
            value={extra[name] ?? ""}
            onChange={(event) => {
              setExtra({ ...extra, [name]: event.target.value });
              forget();
            }}
          />
        </Field>
      ))}
      {list.isSuccess && (
        <Field label={t("welcome:vendor.model")} hint={t("welcome:vendor.modelHint")}>
          {list.data.models.length > 0 ? (
            <NativeSelect value={model} onChange={(event) => setModel(event.target.value)}>
              {list.data.models.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </NativeSelect>
          ) : (
            <Input value={model} onChange={(event) => setModel(event.target.value)} />
          )}
        </Field>
      )}
      {list.isError && <ErrorNotice error={list.error} />}
      {save.isError && <ErrorNotice error={save.error} />}
      <Button
        type="submit"
        variant="primary"
        size="lg"
        busy={list.isPending || save.isPending}
        disabled={list.isSuccess ? model.trim() === "" : !complete}
      >
        {list.isSuccess ? t("welcome:vendor.save") : t("welcome:vendor.connect")}
      </Button>
    </form>
  );
}
