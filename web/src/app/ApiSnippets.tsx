/** How to call something: its address and id, a token for the snippets, a tab for each way. */
import { Link } from "@tanstack/react-router";
import { KeyRound } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/button";
import { CopyButton, CopyLine } from "@/ui/copy";
import { Field } from "@/ui/field";
import { Input } from "@/ui/input";
import { Notice } from "@/ui/states";
import { Tab, TabList, TabPanel, Tabs } from "@/ui/tabs";

export interface Snippet {
  id: string;
  label: string;
  about: string;
  /** The text with this token in it. */
  text: (token: string) => string;
}

export function ApiSnippets({
  unpublished,
  idLabel,
  id,
  snippets,
}: {
  /** Said when nothing can be called yet. */
  unpublished: string | undefined;
  idLabel: string;
  id: string;
  snippets: readonly Snippet[];
}) {
  const { t } = useTranslation();
  // Only in this page's memory: it goes into the text to be copied and nowhere else.
  const [token, setToken] = useState("");
  return (
    <div className="space-y-6">
      {unpublished !== undefined && <Notice tone="warning">{unpublished}</Notice>}
      <div className="grid gap-4 sm:grid-cols-2">
        <Fact label={t("agents:api.baseUrl")} text={location.origin} />
        <Fact label={idLabel} text={id} />
      </div>
      <div className="flex flex-wrap items-end gap-2">
        <Field label={t("agents:api.token")} hint={t("agents:api.tokenHint")} className="min-w-64 flex-1">
          <Input
            value={token}
            type="password"
            autoComplete="off"
            spellCheck={false}
            placeholder="pat_…"
            onChange={(event) => setToken(event.target.value)}
          />
        </Field>
        <Button asChild className="mb-6.5">
          <Link to="/account/tokens" search={{ create: true }}>
            <KeyRound />
            {t("agents:api.createToken")}
          </Link>
        </Button>
      </div>
      <Tabs defaultValue="python">
        <TabList className="overflow-x-auto">
          {snippets.map(({ id, label }) => (
            <Tab key={id} value={id}>
              {label}
            </Tab>
          ))}
        </TabList>
        {snippets.map(({ id, about, text }) => (
          <TabPanel key={id} value={id}>
            <p className="mb-3 text-[13px] text-soft">{about}</p>
            <div className="relative">
              <pre
                tabIndex={0}
                data-snippet={id}
                className="overflow-x-auto rounded-lg border border-line bg-sunken px-4 py-3.5 font-mono text-[13px] leading-5"
              >
                {text(token === "" ? "" : "•".repeat(12))}
              </pre>
              <CopyButton
                size="sm"
                text={text(token)}
                label={t("common:action.copy")}
                doneLabel={t("common:action.copied")}
                className="absolute top-2 right-2"
              />
            </div>
          </TabPanel>
        ))}
      </Tabs>
    </div>
  );
}

function Fact({ label, text }: { label: string; text: string }) {
  const { t } = useTranslation();
  return (
    <div className="min-w-0 space-y-1.5">
      <p className="text-[13px] font-medium">{label}</p>
      <CopyLine text={text} label={t("common:action.copy")} doneLabel={t("common:action.copied")} />
    </div>
  );
}
