import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { SystemInfo } from "@/api/types";
import { QueryView } from "@/app/feedback";
import { useFormat } from "@/app/format";
import { Page } from "@/app/Page";
import { Badge, type BadgeTone } from "@/ui/badge";
import { Card, Section } from "@/ui/card";
import { SearchInput } from "@/ui/input";
import { Table, Td, Th, Tr } from "@/ui/table";
import { systemQuery } from "./queries";

const TONES: Record<SystemInfo["components"][number]["state"], BadgeTone> = {
  ok: "success",
  degraded: "warning",
  down: "danger",
};

export function SystemPage() {
  const { t } = useTranslation();
  const system = useQuery(systemQuery);
  return (
    <Page title={t("admin:system.title")} description={t("admin:system.description")}>
      <QueryView query={system}>
        {(info) => (
          <div className="space-y-8">
            <Facts info={info} />
            <Components components={info.components} />
            <Settings settings={info.settings} />
          </div>
        )}
      </QueryView>
    </Page>
  );
}

function Facts({ info }: { info: SystemInfo }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <dl className="flex flex-wrap gap-x-12 gap-y-3">
      <div>
        <dt className="text-xs text-faint">{t("admin:system.version")}</dt>
        <dd className="font-mono text-sm">{info.version}</dd>
      </div>
      <div>
        <dt className="text-xs text-faint">{t("admin:system.started")}</dt>
        <dd title={format.dateTime(info.started_at)}>{format.ago(info.started_at)}</dd>
      </div>
    </dl>
  );
}

function Components({ components }: { components: SystemInfo["components"] }) {
  const { t } = useTranslation();
  return (
    <Section title={t("admin:system.components")}>
      <Card className="divide-y divide-line">
        {components.map((component) => (
          <div key={component.name} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2.5">
            <span className="w-44 truncate font-medium">{t(`admin:system.component.${component.name}`, { defaultValue: component.name })}</span>
            <Badge tone={TONES[component.state]}>{t(`admin:system.state.${component.state}`)}</Badge>
            <span className="min-w-0 flex-1 text-[13px] break-words text-soft">
              {component.detail}
            </span>
          </div>
        ))}
      </Card>
    </Section>
  );
}

function Settings({ settings }: { settings: SystemInfo["settings"] }) {
  const { t, i18n } = useTranslation();
  const [text, setText] = useState("");
  const shown = settings.filter(({ name, value }) =>
    `${name} ${value}`.toLowerCase().includes(text.trim().toLowerCase()),
  );
  return (
    <Section
      title={t("admin:system.settings")}
      description={t("admin:system.settingsHint")}
      action={
        <SearchInput
          aria-label={t("common:action.search")}
          placeholder={t("common:action.search")}
          value={text}
          onChange={(event) => setText(event.target.value)}
          className="w-56"
        />
      }
    >
      <Table label={t("admin:system.settings")}>
        <thead>
          <tr>
            <Th>{t("admin:system.name")}</Th>
            <Th>{t("admin:system.value")}</Th>
            <Th>{t("admin:system.origin")}</Th>
          </tr>
        </thead>
        <tbody>
          {shown.map((setting) => (
            <Tr key={setting.name}>
              <Td className="h-9 font-mono text-xs whitespace-nowrap">{setting.name}</Td>
              <Td className="h-9 font-mono text-xs break-all text-soft">{setting.value}</Td>
              <Td className="h-9">
                <Badge tone={setting.origin === "default" ? "neutral" : "accent"}>
                  {/* Files are called what they are called. */}
                  {i18n.exists(`admin:system.from.${setting.origin}`) ? t(`admin:system.from.${setting.origin}`) : setting.origin}
                </Badge>
              </Td>
            </Tr>
          ))}
        </tbody>
      </Table>
    </Section>
  );
}
