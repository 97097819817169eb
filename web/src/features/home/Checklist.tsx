import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Check, X } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { WorkspaceLink } from "@/app/links";
import { useWorkspace } from "@/app/session";
import { modelsQuery } from "@/features/models/queries";
import { IconButton } from "@/ui/button";
import { Card } from "@/ui/card";
import { cn } from "@/ui/cn";
import { anyTokenQuery, recentAgentsQuery } from "./queries";

const STORED = "hearth.checklist.hidden";

function hidden(): boolean {
  try {
    return localStorage.getItem(STORED) === "1";
  } catch {
    return false;
  }
}

/** What a new instance still needs; gone when all is done or it is sent away. */
export function Checklist() {
  const { t } = useTranslation();
  const { id } = useWorkspace();
  const [closed, setClosed] = useState(hidden);
  const models = useQuery({ ...modelsQuery(id), enabled: !closed });
  const agents = useQuery({ ...recentAgentsQuery(id), enabled: !closed });
  const tokens = useQuery({ ...anyTokenQuery, enabled: !closed });
  // A list that did not load says nothing about what is done; the page below shows the failure.
  if (closed || !models.data || !agents.data || !tokens.data) return null;
  const first = agents.data.items[0];
  const steps: { key: string; done: boolean; link: (children: ReactNode) => ReactNode }[] = [
    {
      key: "model",
      done: models.data.some(({ kind }) => kind === "chat"),
      link: (children) => <WorkspaceLink page="models">{children}</WorkspaceLink>,
    },
    {
      key: "agent",
      done: first !== undefined,
      link: (children) => (
        <WorkspaceLink page="agents" search={{ create: true }}>
          {children}
        </WorkspaceLink>
      ),
    },
    {
      key: "publish",
      done: agents.data.items.some((agent) => agent.published_version !== null),
      link: (children) =>
        first ? (
          <WorkspaceLink page="agent" agentId={first.id}>
            {children}
          </WorkspaceLink>
        ) : (
          <WorkspaceLink page="agents">{children}</WorkspaceLink>
        ),
    },
    {
      key: "token",
      done: tokens.data.items.length > 0,
      link: (children) => (
        <Link to="/account/tokens" search={{ create: true }}>
          {children}
        </Link>
      ),
    },
  ];
  const done = steps.filter((step) => step.done).length;
  if (done === steps.length) return null;
  const dismiss = () => {
    try {
      localStorage.setItem(STORED, "1");
    } catch {
      // Blocked storage: the list comes back with the next visit.
    }
    setClosed(true);
  };
  return (
    <Card className="p-4">
      <div className="flex items-center gap-3">
        <h2 className="flex-1 text-sm font-semibold">{t("home:checklist.title")}</h2>
        <span className="text-xs text-faint tabular-nums">
          {done} / {steps.length}
        </span>
        <IconButton label={t("home:checklist.hide")} size="icon-sm" onClick={dismiss}>
          <X />
        </IconButton>
      </div>
      <ol className="mt-3 grid gap-x-6 gap-y-3 sm:grid-cols-2 lg:grid-cols-4">
        {steps.map(({ key, done, link }) => (
          <li key={key} className="flex gap-2.5">
            <span
              aria-hidden="true"
              className={cn(
                "mt-0.5 flex size-4 shrink-0 items-center justify-center rounded-full border",
                done ? "border-accent bg-accent text-on-accent" : "border-line-strong",
              )}
            >
              {done && <Check className="size-3" strokeWidth={3} />}
            </span>
            <div className="min-w-0 text-[13px] leading-5">
              {done ? (
                <span className="text-faint">{t(`home:checklist.${key}`)}</span>
              ) : (
                <>
                  <span className="font-medium [&>a]:hover:text-accent-text [&>a]:hover:underline">
                    {link(t(`home:checklist.${key}`))}
                  </span>
                  <p className="text-xs leading-5 text-faint">{t(`home:checklist.${key}Hint`)}</p>
                </>
              )}
            </div>
          </li>
        ))}
      </ol>
    </Card>
  );
}
