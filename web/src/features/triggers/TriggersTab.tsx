/** What starts the workflow by itself. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { CalendarClock, Code, KeyRound, Link2, MoreHorizontal, Pencil, Play, Plus, Rocket, Trash2, Webhook, Zap } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { SavedTrigger, Trigger, Workflow } from "@/api/types";
import { ConfirmDialog } from "@/app/ConfirmDialog";
import { FailureLine } from "@/app/FailureText";
import { QueryView } from "@/app/feedback";
import { useFormat } from "@/app/format";
import { useCan } from "@/app/session";
import { Badge } from "@/ui/badge";
import { Button, IconButton } from "@/ui/button";
import { Switch } from "@/ui/choice";
import { Menu, MenuContent, MenuItem, MenuSeparator, MenuTrigger } from "@/ui/menu";
import { EmptyState, Notice } from "@/ui/states";
import { toast } from "@/ui/toast";
import { FiringsDialog } from "./FiringsDialog";
import type { TriggerKind } from "./form";
import { HookDialog } from "./HookDialog";
import { deleteTrigger, fireTrigger, rotateTrigger, triggersQuery, updateTrigger } from "./queries";
import { TriggerDialog } from "./TriggerDialog";

/** What is open above the list. */
type Open =
  | { act: "create"; kind: TriggerKind }
  | { act: "edit" | "firings" | "delete" | "rotate-url" | "rotate-secret"; trigger: Trigger }
  | { act: "hook"; saved: SavedTrigger };

export function TriggersTab({ workflow, onPublish }: { workflow: Workflow; onPublish: () => void }) {
  const { t } = useTranslation();
  const builder = useCan("builder");
  const triggers = useQuery(triggersQuery(workflow.id));
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const create = builder && (
    <div className="flex flex-wrap justify-center gap-2">
      <Button onClick={() => setOpen({ act: "create", kind: "webhook" })}>
        <Plus />
        {t("triggers:create.webhook")}
      </Button>
      <Button onClick={() => setOpen({ act: "create", kind: "schedule" })}>
        <Plus />
        {t("triggers:create.schedule")}
      </Button>
    </div>
  );
  return (
    <div className="space-y-4" data-triggers>
      {workflow.published_version === null && (
        <Notice
          tone="warning"
          action={
            builder && (
              <Button size="sm" onClick={onPublish}>
                <Rocket />
                {t("workflows:publish.action")}
              </Button>
            )
          }
        >
          {t("triggers:unpublished")}
        </Notice>
      )}
      <QueryView query={triggers}>
        {(items) =>
          items.length === 0 ? (
            <EmptyState icon={<Zap />} title={t("triggers:empty")} action={create}>
              {t("triggers:emptyHint")}
            </EmptyState>
          ) : (
            <>
              {builder && <div className="flex justify-end">{create}</div>}
              <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface">
                {items.map((trigger) => (
                  <Row key={trigger.id} trigger={trigger} builder={builder} onOpen={setOpen} />
                ))}
              </ul>
            </>
          )
        }
      </QueryView>
      {open && <Above workflow={workflow} open={open} onOpen={setOpen} onClose={close} />}
    </div>
  );
}

function Row({ trigger, builder, onOpen }: { trigger: Trigger; builder: boolean; onOpen: (open: Open) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const { webhook, schedule } = trigger;
  const params = { workspaceId: trigger.workspace_id };
  const toggle = useMutation({ mutationFn: (enabled: boolean) => updateTrigger(trigger, { enabled }) });
  const fire = useMutation({
    mutationFn: () => fireTrigger(trigger),
    onSuccess: ({ run_id }) => navigate({ to: "/w/$workspaceId/runs/$runId", params: { ...params, runId: run_id } }),
  });
  const every = schedule?.every_minutes;
  const when =
    schedule &&
    (every == null
      ? `${schedule.cron} · ${schedule.time_zone || "UTC"}`
      : every % 60 === 0
        ? t("triggers:every.hours", { count: every / 60 })
        : t("triggers:every.minutes", { count: every }));
  return (
    <li className="px-3.5 py-3" data-trigger={trigger.id}>
      <div className="flex flex-wrap items-center gap-2">
        {webhook ? (
          <Webhook aria-hidden="true" className="size-4 shrink-0 text-faint" />
        ) : (
          <CalendarClock aria-hidden="true" className="size-4 shrink-0 text-faint" />
        )}
        <span className="min-w-0 font-medium break-words">{trigger.name}</span>
        <Badge>{t(webhook ? "triggers:kind.webhook" : "triggers:kind.schedule")}</Badge>
        {webhook?.signed && <Badge tone="accent">{t("triggers:signed")}</Badge>}
        {trigger.version !== "latest" && <Badge>{trigger.version}</Badge>}
        <span className="flex-1" />
        <Button size="sm" onClick={() => onOpen({ act: "firings", trigger })}>
          {t("triggers:firings.action")}
        </Button>
        <Switch
          aria-label={t("triggers:switch", { name: trigger.name })}
          checked={trigger.enabled}
          disabled={!builder || toggle.isPending}
          onCheckedChange={(on) => toggle.mutate(on)}
        />
        {builder && (
          <Menu>
            <MenuTrigger asChild>
              <IconButton label={t("triggers:actions", { name: trigger.name })} size="icon-sm">
                <MoreHorizontal />
              </IconButton>
            </MenuTrigger>
            <MenuContent align="end">
              <MenuItem onSelect={() => onOpen({ act: "edit", trigger })}>
                <Pencil />
                {t("triggers:edit.action")}
              </MenuItem>
              <MenuItem onSelect={() => fire.mutate()}>
                <Play />
                {t("triggers:fire")}
              </MenuItem>
              {webhook && (
                <>
                  <MenuItem onSelect={() => onOpen({ act: "hook", saved: { trigger, url: null, signing_secret: null } })}>
                    <Code />
                    {t("triggers:hook.how")}
                  </MenuItem>
                  <MenuSeparator />
                  <MenuItem onSelect={() => onOpen({ act: "rotate-url", trigger })}>
                    <Link2 />
                    {t("triggers:rotate.url")}
                  </MenuItem>
                  {webhook.signed && (
                    <MenuItem onSelect={() => onOpen({ act: "rotate-secret", trigger })}>
                      <KeyRound />
                      {t("triggers:rotate.secret")}
                    </MenuItem>
                  )}
                </>
              )}
              <MenuSeparator />
              <MenuItem danger onSelect={() => onOpen({ act: "delete", trigger })}>
                <Trash2 />
                {t("common:action.delete")}
              </MenuItem>
            </MenuContent>
          </Menu>
        )}
      </div>
      <p className="mt-1 flex flex-wrap gap-x-3 gap-y-0.5 text-xs text-faint">
        {when && <span>{when}</span>}
        {trigger.next_at && <span>{t("triggers:next", { when: format.dateTime(trigger.next_at) })}</span>}
        {!trigger.enabled && <span>{t("triggers:off")}</span>}
        <span>
          {trigger.last_fired_at
            ? t("triggers:last", { when: format.ago(trigger.last_fired_at) })
            : t("triggers:never")}
        </span>
        {trigger.last_run_id && (
          <Link
            to="/w/$workspaceId/runs/$runId"
            params={{ ...params, runId: trigger.last_run_id }}
            className="text-accent-text hover:underline"
          >
            {t("triggers:lastRun")}
          </Link>
        )}
        <span>{t("triggers:counts", { ...trigger.counts })}</span>
        <span>{t("triggers:runsAs", { name: trigger.runs_as.name || trigger.runs_as.id })}</span>
      </p>
      {trigger.last_error && <FailureLine failure={trigger.last_error} />}
    </li>
  );
}

function Above({
  workflow,
  open,
  onOpen,
  onClose,
}: {
  workflow: Workflow;
  open: Open;
  onOpen: (open: Open) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const told = (saved: SavedTrigger) =>
    saved.url === null && saved.signing_secret === null ? onClose() : onOpen({ act: "hook", saved });
  switch (open.act) {
    case "create":
      return <TriggerDialog workflow={workflow} kind={open.kind} onSaved={told} onClose={onClose} />;
    case "edit":
      return (
        <TriggerDialog
          workflow={workflow}
          kind={open.trigger.webhook ? "webhook" : "schedule"}
          trigger={open.trigger}
          onSaved={told}
          onClose={onClose}
        />
      );
    case "hook":
      return <HookDialog workflow={workflow} saved={open.saved} onClose={onClose} />;
    case "firings":
      return <FiringsDialog trigger={open.trigger} onClose={onClose} />;
    case "delete":
      return (
        <ConfirmDialog
          open
          onOpenChange={onClose}
          title={t("triggers:delete.title", { name: open.trigger.name })}
          description={t("triggers:delete.hint")}
          confirmLabel={t("common:action.delete")}
          onConfirm={async () => {
            await deleteTrigger(open.trigger);
            toast({ title: t("triggers:delete.done", { name: open.trigger.name }) });
          }}
        />
      );
    case "rotate-url":
    case "rotate-secret": {
      const part = open.act === "rotate-url" ? "url" : "signing_secret";
      return <Rotate trigger={open.trigger} part={part} onSaved={told} onClose={onClose} />;
    }
  }
}

function Rotate({
  trigger,
  part,
  onSaved,
  onClose,
}: {
  trigger: Trigger;
  part: "url" | "signing_secret";
  onSaved: (saved: SavedTrigger) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const [made, setMade] = useState<SavedTrigger>();
  return (
    <ConfirmDialog
      open
      onOpenChange={() => (made ? onSaved(made) : onClose())}
      title={t(part === "url" ? "triggers:rotate.url" : "triggers:rotate.secret")}
      description={t("triggers:rotate.hint")}
      confirmLabel={t("triggers:rotate.do")}
      onConfirm={async () => {
        const saved = await rotateTrigger(trigger, part);
        setMade(saved);
        onSaved(saved);
      }}
    />
  );
}
