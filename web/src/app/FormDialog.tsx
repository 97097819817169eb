/** A dialog with a form in it that ends in one API call. */
import { useId, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { ApiError } from "@/api/errors";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { ErrorNotice } from "./feedback";
import type { useApiForm } from "./form";

export function FormDialog({
  form: { onSubmit, failure, busy },
  title,
  description,
  action,
  className,
  open = true,
  waits = false,
  disabled = false,
  error,
  onClose,
  children,
}: {
  form: Pick<ReturnType<typeof useApiForm>, "onSubmit" | "failure" | "busy">;
  title: string;
  description?: string;
  /** What the button that submits says. */
  action: string;
  className?: string;
  open?: boolean;
  /** For what the form needs before it can be submitted. */
  waits?: boolean;
  disabled?: boolean;
  /** Why that did not come. */
  error?: ApiError | Error | null;
  onClose: () => void;
  children: ReactNode;
}) {
  const { t } = useTranslation();
  const formId = useId();
  const wrong = failure ?? error;
  return (
    <Dialog
      open={open}
      onOpenChange={onClose}
      className={className}
      title={title}
      description={description}
      closeLabel={t("common:action.close")}
      footer={
        <>
          <Button onClick={onClose}>{t("common:action.cancel")}</Button>
          <Button variant="primary" type="submit" form={formId} busy={busy || waits} disabled={disabled}>
            {action}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={onSubmit} noValidate className="space-y-4">
        {wrong && <ErrorNotice error={wrong} />}
        {children}
      </form>
    </Dialog>
  );
}
