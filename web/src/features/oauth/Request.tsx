import { Check } from "lucide-react";
import { useTranslation } from "react-i18next";
import { ErrorNotice } from "@/app/feedback";
import { Avatar } from "@/ui/avatar";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";

/** Who asks for what, and the two answers. */
export function Request({
  appName,
  workspaceName,
  userName,
  scopes = [],
  note,
  error,
  pending,
  onAnswer,
}: {
  appName: string;
  workspaceName: string;
  userName?: string;
  scopes?: string[];
  note?: string;
  error: unknown;
  /** The answer that is on its way. */
  pending: boolean | undefined;
  onAnswer: (approve: boolean) => void;
}) {
  const { t } = useTranslation();
  return (
    <div className="space-y-4">
      <Card className="space-y-3 p-4">
        <div className="flex items-center gap-3">
          <Avatar name={appName} square className="size-9 text-sm" />
          <p className="min-w-0 flex-1">
            {t("oauth:asks", { app: appName, workspace: workspaceName })}
          </p>
        </div>
        {scopes.length > 0 && (
          <ul className="space-y-1.5 border-t border-line pt-3 text-[13px] text-soft">
            {scopes.map((scope) => (
              <li key={scope} className="flex items-center gap-2">
                <Check aria-hidden="true" className="size-3.5 text-accent-text" />
                <code className="font-mono text-xs">{scope}</code>
              </li>
            ))}
          </ul>
        )}
      </Card>
      {Boolean(error) && <ErrorNotice error={error} />}
      <div className="grid grid-cols-2 gap-2">
        <Button
          size="lg"
          busy={pending === false}
          disabled={pending !== undefined}
          onClick={() => onAnswer(false)}
        >
          {t("oauth:deny")}
        </Button>
        <Button
          size="lg"
          variant="primary"
          busy={pending === true}
          disabled={pending !== undefined}
          onClick={() => onAnswer(true)}
        >
          {t("oauth:approve")}
        </Button>
      </div>
      <p className="text-xs leading-5 text-faint">
        {userName && t("oauth:as", { name: userName })} {note}
      </p>
    </div>
  );
}
