import { useNavigate, useSearch } from "@tanstack/react-router";
import { Check } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Logo } from "@/app/Logo";
import { useTitle } from "@/app/Page";
import { PreferenceBar } from "@/app/preferences";
import { homeWorkspace, useMe } from "@/app/session";
import { NotFoundPage } from "@/app/NotFoundPage";
import { cn } from "@/ui/cn";
import { AgentStep } from "./AgentStep";
import { ModelStep } from "./ModelStep";

/** After set-up: a model, then an agent from a template, then its page. */
export function WelcomePage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { step, first } = useSearch({ from: "/welcome" });
  const workspace = homeWorkspace(useMe());
  useTitle(t(`welcome:${step}.title`));
  if (!workspace) return <NotFoundPage />;
  const toAgent = () =>
    void navigate({ to: "/welcome", search: { step: "agent", first } });
  return (
    <div className="flex min-h-dvh flex-col bg-canvas">
      <header className="flex items-center justify-between p-3">
        <span className="flex items-center gap-2 px-1 font-semibold">
          <Logo className="size-6" />
          Hearth
        </span>
        <PreferenceBar />
      </header>
      <main className="flex flex-1 flex-col items-center px-4 pt-[5vh] pb-16">
        <div className="w-full max-w-2xl">
          {first && <Steps current={step} />}
          <h1 className="text-xl font-semibold tracking-tight">
            {t(`welcome:${step}.title`)}
          </h1>
          <p className="mt-1 text-soft">{t(`welcome:${step}.description`)}</p>
          <div className="mt-6">
            {step === "model" ? (
              <ModelStep workspaceId={workspace.id} onDone={toAgent} />
            ) : (
              <AgentStep workspaceId={workspace.id} />
            )}
          </div>
        </div>
      </main>
    </div>
  );
}

const STEPS = ["owner", "model", "agent"] as const;

function Steps({ current }: { current: (typeof STEPS)[number] }) {
  const { t } = useTranslation();
  const at = STEPS.indexOf(current);
  return (
    <ol className="mb-8 flex flex-wrap items-center gap-x-2 gap-y-1 text-[13px]">
      {STEPS.map((step, index) => (
        <li
          key={step}
          aria-current={step === current ? "step" : undefined}
          className={cn("flex items-center gap-2", index > at ? "text-faint" : "text-text")}
        >
          {index > 0 && <span aria-hidden="true" className="h-px w-6 bg-line-strong" />}
          <span
            aria-hidden="true"
            className={cn(
              "flex size-5 items-center justify-center rounded-full text-xs font-medium",
              index < at && "bg-accent-soft text-accent-text",
              index === at && "bg-accent text-on-accent",
              index > at && "border border-line-strong",
            )}
          >
            {index < at ? <Check className="size-3" strokeWidth={3} /> : index + 1}
          </span>
          <span className={cn(step === current && "font-medium")}>
            {t(`welcome:step.${step}`)}
          </span>
        </li>
      ))}
    </ol>
  );
}
