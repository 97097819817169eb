/** Runs a snippet as a code node would, and shows answer, console and failure with its line. */
import { useMutation } from "@tanstack/react-query";
import { Play } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { toApiError } from "@/api/errors";
import type { CodeLanguage, SandboxEngine, SnippetResult } from "@/api/types";
import { errorReference, errorText } from "@/app/error-text";
import { useFormat } from "@/app/format";
import { useWorkspace } from "@/app/session";
import { JsonView } from "@/features/runs/JsonView";
import { Button } from "@/ui/button";
import { Section } from "@/ui/card";
import { cn } from "@/ui/cn";
import { NativeSelect, Textarea } from "@/ui/input";
import { Notice } from "@/ui/states";
import { runSnippet } from "./queries";
import { EXAMPLES, parseParams } from "./snippet";

const usable = ({ state }: SandboxEngine) => state === "ready" || state === "unprotected";

export function SnippetPane({ engines }: { engines: SandboxEngine[] }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const [language, setLanguage] = useState<CodeLanguage>(
    engines.find(usable)?.language ?? "javascript",
  );
  const [codes, setCodes] = useState(EXAMPLES);
  const [params, setParams] = useState('{ "input": "Hearth" }');
  const parsed = parseParams(params);
  const run = useMutation({
    mutationFn: () =>
      runSnippet(workspace.id, { language, code: codes[language], params: parsed ?? {} }),
    meta: { inline: true },
  });
  const failure = run.isError ? toApiError(run.error) : undefined;
  const start = () => {
    if (parsed && !run.isPending) run.mutate();
  };
  return (
    <Section title={t("sandbox:try.title")} description={t("sandbox:try.hint")}>
      <div className="flex flex-wrap items-center gap-2">
        <NativeSelect
          className="w-56"
          aria-label={t("sandbox:try.language")}
          value={language}
          onChange={(event) => {
            setLanguage(event.target.value as CodeLanguage);
            run.reset();
          }}
        >
          {engines.map((engine) => (
            <option key={engine.language} value={engine.language} disabled={!usable(engine)}>
              {t(`sandbox:language.${engine.language}`)}
            </option>
          ))}
        </NativeSelect>
        <Button variant="primary" busy={run.isPending} disabled={!parsed} onClick={start}>
          {!run.isPending && <Play />}
          {t("sandbox:try.run")}
        </Button>
      </div>
      <div className="grid gap-3 lg:grid-cols-2">
        <Textarea
          aria-label={t("sandbox:try.code")}
          className="h-56 font-mono text-xs leading-5"
          spellCheck={false}
          value={codes[language]}
          onChange={(event) => setCodes({ ...codes, [language]: event.target.value })}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) start();
          }}
        />
        <div className="space-y-2">
          <Textarea
            aria-label={t("sandbox:try.params")}
            aria-invalid={!parsed}
            className="font-mono text-xs leading-5"
            spellCheck={false}
            value={params}
            onChange={(event) => setParams(event.target.value)}
          />
          {!parsed && <p className="text-xs text-danger-text">{t("sandbox:try.notObject")}</p>}
          {failure && (
            <Notice title={t("sandbox:try.failed")} reference={errorReference(failure)}>
              {errorText(failure)}
            </Notice>
          )}
          {run.data && <Result result={run.data} />}
        </div>
      </div>
    </Section>
  );
}

function Result({ result }: { result: SnippetResult }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { error, output, console: lines, console_truncated: truncated, usage } = result;
  return (
    <div role="status" className="space-y-2">
      {error ? (
        <Notice title={t(`failures:${error.code}`, { defaultValue: error.code })} reference={error.code}>
          <span className="font-mono text-xs whitespace-pre-wrap">
            {error.line != null && `${t("sandbox:line", { line: error.line })} `}
            {error.message}
          </span>
        </Notice>
      ) : (
        <JsonView value={output} />
      )}
      {lines.length > 0 && (
        <pre
          tabIndex={0}
          aria-label={t("sandbox:console")}
          className="max-h-48 overflow-auto rounded-md border border-line px-2.5 py-2 font-mono text-xs leading-5 whitespace-pre-wrap"
        >
          {lines.map(({ level, text }, index) => (
            <span
              key={index}
              className={cn(
                "block",
                level === "error" && "text-danger-text",
                level === "warn" && "text-warning-text",
              )}
            >
              {text || " "}
            </span>
          ))}
        </pre>
      )}
      <p className="text-xs text-faint tabular-nums">
        {truncated && `${t("sandbox:truncated")} `}
        {t("sandbox:usage", {
          wall: format.duration(usage.wall_ms),
          cpu: format.duration(usage.cpu_ms),
        })}
      </p>
    </div>
  );
}
