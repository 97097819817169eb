import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Role } from "@/api/types";
import { ErrorNotice } from "@/app/feedback";
import { queryClient } from "@/app/query";
import { useWorkspace } from "@/app/session";
import { Button } from "@/ui/button";
import { CopyLine } from "@/ui/copy";
import { ChoiceCards } from "@/ui/choice";
import { Dialog } from "@/ui/dialog";
import { Field } from "@/ui/field";
import { NativeSelect } from "@/ui/input";
import { createInvitation, invitationsQuery } from "./queries";

const INVITED: readonly Role[] = ["viewer", "builder", "admin"];

/** Makes an invitation link, then shows it: the only time it can be read. */
export function InviteDialog({
  open,
  onOpenChange,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const formId = useId();
  const [role, setRole] = useState<Role>("builder");
  const [days, setDays] = useState(7);
  const [uses, setUses] = useState(1);
  const create = useMutation({
    mutationFn: () =>
      createInvitation(workspace.id, { role, expires_in_days: days, max_uses: uses }),
    meta: { inline: true },
    onSuccess: () =>
      queryClient.invalidateQueries({ queryKey: invitationsQuery(workspace.id).queryKey }),
  });
  const close = (next: boolean) => {
    onOpenChange(next);
    create.reset();
  };
  // The UI's own address: the link works from wherever this page was opened.
  const url = create.data && new URL(`/invite/${create.data.code}`, location.origin).href;
  return (
    <Dialog
      open={open}
      onOpenChange={close}
      title={t("workspaces:invite.title", { name: workspace.name })}
      description={url ? t("workspaces:invite.once") : t("workspaces:invite.description")}
      closeLabel={t("common:action.close")}
      footer={
        url ? (
          <Button variant="primary" onClick={() => close(false)}>
            {t("common:action.done")}
          </Button>
        ) : (
          <>
            <Button onClick={() => close(false)}>{t("common:action.cancel")}</Button>
            <Button variant="primary" type="submit" form={formId} busy={create.isPending}>
              {t("workspaces:invite.create")}
            </Button>
          </>
        )
      }
    >
      {url ? (
        <CopyLine
          text={url}
          label={t("common:action.copy")}
          doneLabel={t("common:action.copied")}
        />
      ) : (
        <form
          id={formId}
          className="space-y-4"
          onSubmit={(event) => {
            event.preventDefault();
            create.mutate();
          }}
        >
          {create.isError && <ErrorNotice error={create.error} />}
          <ChoiceCards
            label={t("workspaces:members.role")}
            value={role}
            onChange={setRole}
            choices={INVITED.map((value) => ({
              value,
              title: t(`common:role.${value}`),
              description: t(`common:roleHint.${value}`),
            }))}
          />
          <div className="grid grid-cols-2 gap-3">
            <Field label={t("workspaces:invite.expires")}>
              <NativeSelect value={days} onChange={(event) => setDays(Number(event.target.value))}>
                {[1, 7, 30].map((value) => (
                  <option key={value} value={value}>
                    {t("workspaces:invite.days", { count: value })}
                  </option>
                ))}
              </NativeSelect>
            </Field>
            <Field label={t("workspaces:invite.uses")}>
              <NativeSelect value={uses} onChange={(event) => setUses(Number(event.target.value))}>
                {[1, 5, 20, 100].map((value) => (
                  <option key={value} value={value}>
                    {t("workspaces:invite.people", { count: value })}
                  </option>
                ))}
              </NativeSelect>
            </Field>
          </div>
        </form>
      )}
    </Dialog>
  );
}
