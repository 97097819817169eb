import { useMutation, useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors";
import type { Consent } from "@/api/types";
import { ErrorNotice } from "@/app/feedback";
import { useMaybeMe } from "@/app/session";
import { AuthFrame } from "@/features/auth/AuthFrame";
import { LoadingRows } from "@/ui/states";
import { answerConsent, consentQuery } from "./queries";
import { Request } from "./Request";

/** Who comes without an app's id is told so in words, not in those of the API. */
const NOBODY = new ApiError({ status: 400, code: "oauth_client_unknown", message: "" });

/** An app asks to act for the user in one workspace. */
export function AuthorizePage() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/oauth/authorize" });
  const consent = useQuery(consentQuery(search));
  return (
    <AuthFrame title={t("oauth:title")}>
      {consent.isError ? (
        <ErrorNotice error={search.client_id === undefined ? NOBODY : consent.error} />
      ) : consent.data ? (
        <ConsentForm consent={consent.data} />
      ) : (
        <LoadingRows rows={3} label={t("common:loading")} />
      )}
    </AuthFrame>
  );
}

function host(uri: string): string {
  return URL.canParse(uri) ? new URL(uri).host || uri : uri;
}

function ConsentForm({ consent }: { consent: Consent }) {
  const { t } = useTranslation();
  const search = useSearch({ from: "/oauth/authorize" });
  const me = useMaybeMe();
  const answer = useMutation({
    mutationFn: (approve: boolean) =>
      answerConsent({
        client_id: search.client_id ?? "",
        redirect_uri: search.redirect_uri ?? consent.redirect_uri,
        ...(search.state !== undefined && { state: search.state }),
        ...(search.code_challenge !== undefined && { code_challenge: search.code_challenge }),
        ...(search.code_challenge_method !== undefined && {
          code_challenge_method: search.code_challenge_method,
        }),
        ...(search.workspace_id !== undefined && { workspace_id: search.workspace_id }),
        approve,
      }),
    meta: { inline: true },
    onSuccess: ({ redirect_to }) => {
      // Apps may have schemes of their own; one that runs in this page is never right.
      if (!/^(javascript|data|blob|vbscript):/i.test(redirect_to.trim()))
        location.assign(redirect_to);
    },
  });
  return (
    <Request
      appName={consent.app_name}
      workspaceName={consent.workspace_name}
      userName={me.data?.user.name}
      scopes={consent.scopes}
      note={t("oauth:redirect", { host: host(consent.redirect_uri) })}
      error={answer.error}
      pending={answer.isPending || answer.isSuccess ? answer.variables : undefined}
      onAnswer={answer.mutate}
    />
  );
}
