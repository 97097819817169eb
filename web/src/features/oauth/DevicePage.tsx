import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { CircleCheck } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ErrorNotice } from "@/app/feedback";
import { useMaybeMe } from "@/app/session";
import { AuthFrame } from "@/features/auth/AuthFrame";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { Input } from "@/ui/input";
import { LoadingRows } from "@/ui/states";
import { answerDevice, deviceQuery } from "./queries";
import { Request } from "./Request";

/** A device shows a code; the user types it here and answers. */
export function DevicePage() {
  const { t } = useTranslation();
  const { user_code } = useSearch({ from: "/oauth/device" });
  return (
    <AuthFrame title={t("oauth:device.title")} description={t("oauth:device.description")}>
      {user_code ? <DeviceRequest key={user_code} userCode={user_code} /> : <CodeForm />}
    </AuthFrame>
  );
}

function CodeForm({ error }: { error?: unknown }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [code, setCode] = useState("");
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (code.trim())
          void navigate({ to: "/oauth/device", search: { user_code: code.trim().toUpperCase() } });
      }}
    >
      {Boolean(error) && <ErrorNotice error={error} />}
      <Field label={t("oauth:device.code")} hint={t("oauth:device.codeHint")}>
        <Input
          autoFocus
          autoComplete="one-time-code"
          autoCapitalize="characters"
          spellCheck={false}
          placeholder="XXXX-XXXX"
          value={code}
          onChange={(event) => setCode(event.target.value)}
          className="h-12 text-center font-mono text-lg tracking-[0.2em] uppercase"
        />
      </Field>
      <Button type="submit" variant="primary" size="lg" className="w-full">
        {t("common:action.continue")}
      </Button>
    </form>
  );
}

function DeviceRequest({ userCode }: { userCode: string }) {
  const { t } = useTranslation();
  const me = useMaybeMe();
  const request = useQuery(deviceQuery(userCode));
  const answer = useMutation({
    mutationFn: (approve: boolean) => answerDevice(userCode, approve),
    meta: { inline: true },
  });
  if (request.isError) return <CodeForm error={request.error} />;
  if (!request.data) return <LoadingRows rows={2} label={t("common:loading")} />;
  if (answer.isSuccess)
    return (
      <p role="status" className="flex items-start gap-2">
        <CircleCheck aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-success-text" />
        {answer.variables ? t("oauth:device.approved") : t("oauth:device.denied")}
      </p>
    );
  return (
    <Request
      appName={request.data.app_name}
      workspaceName={request.data.workspace_name}
      userName={me.data?.user.name}
      note={t("oauth:device.shown", { code: userCode })}
      error={answer.error}
      pending={answer.isPending ? answer.variables : undefined}
      onAnswer={answer.mutate}
    />
  );
}
