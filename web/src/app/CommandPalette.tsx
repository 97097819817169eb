/** Cmd+K: pages, commands, workspaces, and what features find by name. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate, type NavigateOptions } from "@tanstack/react-router";
import { Command } from "cmdk";
import { ArrowRight, type LucideIcon } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { useDeferredValue, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Avatar } from "@/ui/avatar";
import { commands, nav, searchers, settingsNav } from "./registry";
import { roleIncludes, useMe, useWorkspace } from "./session";

const item =
  "flex h-9 items-center gap-2.5 rounded-md px-2.5 text-[13px] data-[selected=true]:bg-hover [&_svg]:size-4 [&_svg]:text-faint";
const group =
  "[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-faint";

export function CommandPalette({
  open,
  onOpenChange,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const { t } = useTranslation();
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-fade bg-black/25 dark:bg-black/50" />
        <Radix.Content
          aria-describedby={undefined}
          className="fixed top-[14vh] left-1/2 z-50 w-[calc(100vw-32px)] max-w-xl -translate-x-1/2 overflow-hidden rounded-xl border border-line bg-raised shadow-dialog outline-none"
        >
          <Radix.Title className="sr-only">{t("app:palette.title")}</Radix.Title>
          <PaletteBody close={() => onOpenChange(false)} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function PaletteBody({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const me = useMe();
  const workspace = useWorkspace();
  const [text, setText] = useState("");
  const query = useDeferredValue(text.trim());

  const go = (to: string, params: Record<string, string> = {}, search?: Record<string, unknown>) => {
    close();
    void navigate({ to, params: { workspaceId: workspace.id, ...params }, search } as NavigateOptions);
  };
  const allowed = commands.filter((command) => roleIncludes(workspace.role, command.role ?? "viewer"));
  const settings = settingsNav(me, workspace).flatMap((part) => part.items);

  return (
    <Command label={t("app:palette.title")} loop>
      <Command.Input
        autoFocus
        value={text}
        onValueChange={setText}
        placeholder={t("app:palette.open")}
        className="h-12 w-full border-b border-line bg-transparent px-4 text-[15px] outline-none"
      />
      <Command.List className="max-h-[50vh] overflow-y-auto p-1.5">
        <Command.Empty className="px-3 py-8 text-center text-soft">
          {t("app:palette.empty")}
        </Command.Empty>
        {query !== "" &&
          searchers.map((searcher) => (
            <Found key={searcher.label} searcher={searcher} query={query} go={go} />
          ))}
        {allowed.length > 0 && (
          <Command.Group heading={t("app:palette.actions")} className={group}>
            {allowed.map((command) => (
              <Entry key={command.label} icon={command.icon} text={t(command.label)} onSelect={() => go(command.to, {}, command.search)} />
            ))}
          </Command.Group>
        )}
        <Command.Group heading={t("app:palette.go")} className={group}>
          {[...nav, ...settings].map((page) => (
            <Entry key={page.to} icon={page.icon} text={t(page.label)} onSelect={() => go(page.to)} />
          ))}
        </Command.Group>
        {me.workspaces.length > 1 && (
          <Command.Group heading={t("app:palette.workspaces")} className={group}>
            {me.workspaces.map(({ id, name }) => (
              <Command.Item key={id} value={`${name} ${id}`} className={item} onSelect={() => go("/w/$workspaceId", { workspaceId: id })}>
                <Avatar name={name} square className="size-5" />
                {name}
              </Command.Item>
            ))}
          </Command.Group>
        )}
      </Command.List>
    </Command>
  );
}

function Entry({ icon: Icon, text, onSelect }: { icon: LucideIcon; text: string; onSelect: () => void }): ReactNode {
  return (
    <Command.Item value={text} onSelect={onSelect} className={item}>
      <Icon aria-hidden="true" />
      <span className="flex-1">{text}</span>
      <ArrowRight aria-hidden="true" className="!size-3.5 opacity-0 [[data-selected=true]>&]:opacity-100" />
    </Command.Item>
  );
}

function Found({
  searcher,
  query,
  go,
}: {
  searcher: (typeof searchers)[number];
  query: string;
  go: (to: string, params: Record<string, string>) => void;
}) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const found = useQuery(searcher.find(workspace.id, query)).data ?? [];
  if (found.length === 0) return null;
  return (
    <Command.Group heading={t(searcher.label)} className={group} forceMount>
      {found.map((hit) => (
        <Command.Item
          key={hit.id}
          value={`${hit.name} ${hit.id}`}
          forceMount
          className={item}
          onSelect={() => go(hit.to, hit.params)}
        >
          <searcher.icon aria-hidden="true" />
          {hit.name}
        </Command.Item>
      ))}
    </Command.Group>
  );
}
