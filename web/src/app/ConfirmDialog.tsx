import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { ErrorNotice } from "./feedback";

/** Asks before something is done that cannot be undone; shows its failure. */
export function ConfirmDialog({
  open,
  onOpenChange,
  title,
  description,
  confirmLabel,
  onConfirm,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: string;
  confirmLabel: string;
  onConfirm: () => Promise<unknown>;
}) {
  const { t } = useTranslation();
  const action = useMutation({
    mutationFn: onConfirm,
    meta: { inline: true },
    onSuccess: () => onOpenChange(false),
  });
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        action.reset();
        onOpenChange(next);
      }}
      title={title}
      description={description}
      closeLabel={t("common:action.close")}
      footer={
        <>
          {/* The harmless one has the keyboard. */}
          <Button autoFocus onClick={() => onOpenChange(false)}>
            {t("common:action.cancel")}
          </Button>
          <Button variant="danger" busy={action.isPending} onClick={() => action.mutate()}>
            {confirmLabel}
          </Button>
        </>
      }
    >
      {action.isError && <ErrorNotice error={action.error} />}
    </Dialog>
  );
}
