import { useTranslation } from "react-i18next";
import { Button } from "@/ui/button";
import { CopyLine } from "@/ui/copy";
import { Dialog } from "@/ui/dialog";

/** Shows a secret the only time it can be read. Closing forgets it. */
export function SecretDialog({
  secret,
  title,
  onClose,
}: {
  secret: string | undefined;
  title: string;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Dialog
      open={secret !== undefined}
      onOpenChange={onClose}
      title={title}
      description={t("tokens:secret.once")}
      closeLabel={t("common:action.close")}
      className="max-w-lg"
      footer={
        <Button variant="primary" onClick={onClose}>
          {t("tokens:secret.done")}
        </Button>
      }
    >
      <CopyLine
        text={secret ?? ""}
        label={t("common:action.copy")}
        doneLabel={t("common:action.copied")}
      />
    </Dialog>
  );
}
