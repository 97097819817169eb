import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { InvitationPreview } from "@/api/types";
import { ErrorNotice } from "@/app/feedback";
import { useFormat } from "@/app/format";
import { queryClient } from "@/app/query";
import { meQuery, useMaybeMe } from "@/app/session";
import { Avatar } from "@/ui/avatar";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { LoadingRows } from "@/ui/states";
import { AuthFrame } from "./AuthFrame";
import { acceptInvitation, invitationQuery } from "./queries";

export function InvitePage() {
  const { t } = useTranslation();
  const { code } = useParams({ from: "/invite/$code" });
  const invitation = useQuery(invitationQuery(code));
  return (
    <AuthFrame title={t("auth:invite.title")}>
      {invitation.isError ? (
        <div className="space-y-4">
          <ErrorNotice error={invitation.error} />
          <Button asChild>
            <Link to="/">{t("common:notFound.home")}</Link>
          </Button>
        </div>
      ) : invitation.data ? (
        <Invitation code={code} invitation={invitation.data} />
      ) : (
        <LoadingRows rows={2} label={t("common:loading")} />
      )}
    </AuthFrame>
  );
}

function Invitation({ code, invitation }: { code: string; invitation: InvitationPreview }) {
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const me = useMaybeMe();
  const accept = useMutation({
    mutationFn: () => acceptInvitation(code),
    meta: { inline: true },
    onSuccess: async (workspace) => {
      await queryClient.invalidateQueries({ queryKey: meQuery.queryKey });
      await navigate({ to: "/w/$workspaceId", params: { workspaceId: workspace.id } });
    },
  });
  return (
    <div className="space-y-4">
      <Card className="flex items-center gap-3 p-4">
        <Avatar name={invitation.workspace_name} square className="size-9 text-sm" />
        <div className="min-w-0">
          <p className="truncate font-medium">{invitation.workspace_name}</p>
          <p className="text-[13px] text-soft">
            {t("auth:invite.detail", {
              inviter: invitation.inviter_name,
              role: t(`common:role.${invitation.role}`),
            })}
          </p>
        </div>
      </Card>
      {accept.isError && <ErrorNotice error={accept.error} />}
      {me.isPending ? (
        <LoadingRows rows={1} label={t("common:loading")} />
      ) : me.data ? (
        <Button variant="primary" size="lg" className="w-full" busy={accept.isPending} onClick={() => accept.mutate()}>
          {t("auth:invite.accept", { name: me.data.user.name })}
        </Button>
      ) : (
        <div className="grid grid-cols-2 gap-2">
          <Button asChild variant="primary" size="lg">
            <Link to="/sign-up" search={{ invitation: code }}>
              {t("auth:signUp.submit")}
            </Link>
          </Button>
          <Button asChild size="lg">
            <Link to="/sign-in" search={{ redirect: `/invite/${code}` }}>
              {t("auth:signIn.submit")}
            </Link>
          </Button>
        </div>
      )}
      <p className="text-xs text-faint">
        {t("auth:invite.expires", { time: format.dateTime(invitation.expires_at) })}
      </p>
    </div>
  );
}
