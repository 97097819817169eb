/** How a webhook is called: its address and what signs its calls while they are known, and code that calls it. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { SavedTrigger, Workflow, WorkflowDocument } from "@/api/types";
import { startFields } from "@/features/workflows/outline";
import { workflowDraftQuery, workflowVersionQuery } from "@/features/workflows/queries";
import { exampleInputs } from "@/features/workflows/snippets";
import { Button } from "@/ui/button";
import { CopyButton, CopyLine } from "@/ui/copy";
import { Dialog } from "@/ui/dialog";
import { Notice } from "@/ui/states";
import { Tab, TabList, TabPanel, Tabs } from "@/ui/tabs";
import { ADDRESS_PLACEHOLDER, HOOK_SNIPPETS, hookSnippet } from "./snippets";

export function HookDialog({
  workflow,
  saved: { trigger, url, signing_secret },
  onClose,
}: {
  workflow: Workflow;
  saved: SavedTrigger;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const version = trigger.version === "latest" ? workflow.published_version : trigger.version;
  const published = useQuery({ ...workflowVersionQuery(workflow.id, version ?? ""), enabled: version !== null });
  const draft = useQuery({ ...workflowDraftQuery(workflow.id), enabled: version === null });
  const document = (version === null ? draft.data?.document : published.data?.document) as WorkflowDocument | undefined;
  const mapped = new Set(Object.keys(trigger.inputs));
  const input = {
    url: url ?? `${location.origin}/hooks/${ADDRESS_PLACEHOLDER}`,
    signed: trigger.webhook?.signed ?? false,
    secret: signing_secret ?? "",
    body: exampleInputs((document ? startFields(document) : []).filter(({ name }) => !mapped.has(name))),
  };
  const fresh = url !== null || signing_secret !== null;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      className="max-w-3xl"
      title={t(fresh ? "triggers:hook.ready" : "triggers:hook.how")}
      description={t(trigger.webhook?.answer === "wait" ? "triggers:answer.waitHint" : "triggers:answer.asyncHint")}
      closeLabel={t("common:action.close")}
      footer={
        <Button variant="primary" onClick={onClose}>
          {t(fresh ? "tokens:secret.done" : "common:action.done")}
        </Button>
      }
    >
      <div className="space-y-4">
        <Notice tone={fresh ? "warning" : "info"}>{t(fresh ? "tokens:secret.once" : "triggers:hook.forgotten")}</Notice>
        {url !== null && <Line label={t("triggers:hook.url")} text={url} />}
        {signing_secret !== null && <Line label={t("triggers:hook.secret")} text={signing_secret} />}
        <Tabs defaultValue="curl">
          <TabList>
            {HOOK_SNIPPETS.map((id) => (
              <Tab key={id} value={id}>
                {t(`workflows:api.tab.${id}`)}
              </Tab>
            ))}
          </TabList>
          {HOOK_SNIPPETS.map((id) => (
            <TabPanel key={id} value={id}>
              <div className="relative">
                <pre
                  tabIndex={0}
                  data-snippet={id}
                  className="overflow-x-auto rounded-lg border border-line bg-sunken px-4 py-3.5 font-mono text-[13px] leading-5"
                >
                  {hookSnippet(id, input)}
                </pre>
                <CopyButton
                  size="sm"
                  text={hookSnippet(id, input)}
                  label={t("common:action.copy")}
                  doneLabel={t("common:action.copied")}
                  className="absolute top-2 right-2"
                />
              </div>
            </TabPanel>
          ))}
        </Tabs>
      </div>
    </Dialog>
  );
}

function Line({ label, text }: { label: string; text: string }) {
  const { t } = useTranslation();
  return (
    <div className="space-y-1.5">
      <p className="text-[13px] font-medium">{label}</p>
      <CopyLine text={text} label={t("common:action.copy")} doneLabel={t("common:action.copied")} />
    </div>
  );
}
