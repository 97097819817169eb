import { useTranslation } from "react-i18next";
import { z } from "zod";
import type { OAuthApp, OAuthAppKind } from "@/api/types";
import { useApiForm } from "@/app/form";
import { FormDialog } from "@/app/FormDialog";
import { queryClient } from "@/app/query";
import { useWorkspace } from "@/app/session";
import { ChoiceCards } from "@/ui/choice";
import { Field } from "@/ui/field";
import { Input, Textarea } from "@/ui/input";
import { appsKey, createApp, updateApp } from "./queries";

const KINDS = ["web", "pkce", "jwt", "device"] as const;
const redirects = (kind: OAuthAppKind) => kind === "web" || kind === "pkce";

/** One redirect address per line. */
export function lines(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

// Editing shows no key field, so only a new app asks for one.
const schemaFor = (creating: boolean) => z
  .object({
    name: z.string().trim().min(1, "common:field.required").max(64, "common:field.tooLong"),
    kind: z.enum(KINDS),
    redirect_uris: z.string(),
    public_key: z.string(),
    key_id: z.string(),
  })
  .check(({ value, issues }) => {
    const fault = (field: string, message: string) =>
      issues.push({ code: "custom", input: value, path: [field], message });
    if (redirects(value.kind)) {
      const uris = lines(value.redirect_uris);
      if (uris.length === 0) fault("redirect_uris", "common:field.required");
      else if (!uris.every((uri) => URL.canParse(uri)))
        fault("redirect_uris", "oauthApps:redirectUriWrong");
    }
    if (creating && value.kind === "jwt" && value.public_key.trim() === "")
      fault("public_key", "common:field.required");
  });

/** Creates an app, or edits the name and addresses of one. */
export function AppDialog({
  app,
  onClose,
  onSecret,
}: {
  app: OAuthApp | undefined;
  onClose: () => void;
  onSecret: (secret: string) => void;
}) {
  const { t } = useTranslation();
  const { id } = useWorkspace();
  const dialog = useApiForm({
    schema: schemaFor(app === undefined),
    defaultValues: {
      name: app?.name ?? "",
      kind: app?.kind ?? "web",
      redirect_uris: app?.redirect_uris.join("\n") ?? "",
      public_key: "",
      key_id: "",
    },
    submit: async (values) => {
      const { name, kind } = values;
      const uris = redirects(kind) ? { redirect_uris: lines(values.redirect_uris) } : {};
      if (app) {
        await updateApp(id, app.id, { name, ...uris });
      } else {
        const created = await createApp(id, {
          name,
          kind,
          ...uris,
          ...(kind === "jwt" && {
            public_key: values.public_key.trim(),
            ...(values.key_id.trim() && { key_id: values.key_id.trim() }),
          }),
        });
        if (created.client_secret) onSecret(created.client_secret);
      }
      await queryClient.invalidateQueries({ queryKey: appsKey(id) });
      onClose();
    },
  });
  const kind = dialog.form.watch("kind");
  return (
    <FormDialog
      form={dialog}
      title={app ? t("oauthApps:edit") : t("oauthApps:create.action")}
      action={app ? t("common:action.save") : t("common:action.create")}
      className="max-w-lg"
      onClose={onClose}
    >
      <Field label={t("oauthApps:name")} error={dialog.errorOf("name")}>
        <Input autoComplete="off" {...dialog.register("name")} />
      </Field>
      {!app && (
        <ChoiceCards
          label={t("oauthApps:kindLabel")}
          value={kind}
          onChange={(next) => dialog.form.setValue("kind", next)}
          className="sm:grid-cols-2"
          choices={KINDS.map((value) => ({
            value,
            title: t(`oauthApps:kind.${value}`),
            description: t(`oauthApps:kindHint.${value}`),
          }))}
        />
      )}
      {redirects(kind) && (
        <Field
          label={t("oauthApps:redirectUris")}
          hint={t("oauthApps:redirectUrisHint")}
          error={dialog.errorOf("redirect_uris")}
        >
          <Textarea
            className="font-mono text-[13px]"
            placeholder="https://app.example.com/callback"
            {...dialog.register("redirect_uris")}
          />
        </Field>
      )}
      {kind === "jwt" && !app && (
        <>
          <Field
            label={t("oauthApps:publicKey")}
            hint={t("oauthApps:publicKeyHint")}
            error={dialog.errorOf("public_key")}
          >
            <Textarea
              rows={6}
              spellCheck={false}
              className="font-mono text-xs"
              placeholder={"-----BEGIN PUBLIC KEY-----\n…\n-----END PUBLIC KEY-----"}
              {...dialog.register("public_key")}
            />
          </Field>
          <Field
            label={t("oauthApps:keyId")}
            optional={t("common:field.optional")}
            error={dialog.errorOf("key_id")}
          >
            <Input autoComplete="off" className="font-mono" {...dialog.register("key_id")} />
          </Field>
        </>
      )}
    </FormDialog>
  );
}
