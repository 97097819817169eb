/** An engine: state, version, packages, and what was tried to get out of its jail. */
import { ChevronRight, ShieldCheck, ShieldX } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { SandboxEngine } from "@/api/types";
import { useFormat } from "@/app/format";
import { Badge, type BadgeTone } from "@/ui/badge";
import { Card } from "@/ui/card";
import { Notice } from "@/ui/states";

const TONES: Record<SandboxEngine["state"], BadgeTone> = {
  ready: "success",
  unprotected: "warning",
  off: "danger",
  absent: "neutral",
};

export function EngineCard({ engine }: { engine: SandboxEngine }) {
  const { t } = useTranslation();
  return (
    <Card className="space-y-3 p-4">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h3 className="font-medium">{t(`sandbox:language.${engine.language}`)}</h3>
        <Badge tone={TONES[engine.state]}>{t(`sandbox:state.${engine.state}`)}</Badge>
        <span className="text-[13px] text-soft">{engine.version}</span>
      </div>
      {engine.reason && (
        <Notice tone={engine.state === "absent" ? "info" : "danger"} title={t("sandbox:reason")}>
          {engine.reason}
        </Notice>
      )}
      {engine.proof && <Proof proof={engine.proof} />}
      {engine.packages.length > 0 && (
        <p className="text-[13px] leading-5 text-soft">
          {t("sandbox:packages")}{" "}
          <span className="font-mono text-xs">
            {engine.packages.map(({ name, version }) => `${name} ${version}`).join(", ")}
          </span>
        </p>
      )}
    </Card>
  );
}

function Proof({ proof }: { proof: NonNullable<SandboxEngine["proof"]> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const held = proof.attempts.filter(({ refused }) => refused).length;
  return (
    <>
      <ul className="flex flex-wrap gap-2">
        {proof.layers.map(({ layer, on, detail }) => (
          <li key={layer}>
            <Badge tone={on ? "success" : "warning"} title={detail}>
              {on ? <ShieldCheck /> : <ShieldX />}
              {t(`sandbox:layer.${layer}`)}
            </Badge>
          </li>
        ))}
      </ul>
      <details className="group text-[13px]">
        <summary className="flex cursor-pointer list-none items-center gap-1 text-soft hover:text-text">
          <ChevronRight className="size-4 transition-transform group-open:rotate-90" />
          {t("sandbox:proof", { held, all: proof.attempts.length, when: format.ago(proof.checked_at) })}
        </summary>
        <ul className="mt-2 divide-y divide-line rounded-md border border-line">
          {proof.attempts.map(({ name, refused, detail }) => (
            <li key={name} className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5 px-3 py-1.5">
              <span className="w-48">{name}</span>
              <Badge tone={refused ? "success" : "danger"}>
                {t(refused ? "sandbox:refused" : "sandbox:possible")}
              </Badge>
              <span className="min-w-0 flex-1 font-mono text-xs break-words text-faint">{detail}</span>
            </li>
          ))}
        </ul>
      </details>
    </>
  );
}
