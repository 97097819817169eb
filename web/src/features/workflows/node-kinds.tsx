/** Names and pictures of kinds of nodes, as the server tells them. */
import { useQuery } from "@tanstack/react-query";
import {
  ArrowRightFromLine,
  Box,
  Braces,
  Clock,
  CodeXml,
  Database,
  Flag,
  GitBranch,
  Globe,
  Library,
  ListFilter,
  MessageCircle,
  MessageCircleQuestion,
  MessagesSquare,
  Play,
  Repeat,
  Sparkles,
  StickyNote,
  Stamp,
  TextCursorInput,
  Type,
  Variable,
  Workflow,
  Wrench,
  type LucideIcon,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Locale } from "@/api/types";
import { nodeTypesQuery } from "./queries";

const ICONS: [match: RegExp, icon: LucideIcon][] = [
  [/^start$/, Play],
  [/^end$/, Flag],
  [/^output$/, MessageCircle],
  [/^input$/, TextCursorInput],
  [/^question$/, MessageCircleQuestion],
  [/^approval$/, Stamp],
  [/^model$/, Sparkles],
  [/^(intent|condition)$/, GitBranch],
  [/^tool$/, Wrench],
  [/^workflow$/, Workflow],
  [/^code$/, CodeXml],
  [/^(loop|batch)$/, Repeat],
  [/^(break|continue)$/, ArrowRightFromLine],
  [/variable|^merge$/, Variable],
  [/^(wait|date_time)$/, Clock],
  [/^comment$/, StickyNote],
  [/^(text|template)$/, Type],
  [/^json_/, Braces],
  [/^http/, Globe],
  [/_list$/, ListFilter],
  [/^knowledge/, Library],
  [/^database/, Database],
  [/^(conversation|message)_/, MessagesSquare],
];

export function NodeIcon({ kind, className }: { kind: string; className?: string }) {
  const Icon = ICONS.find(([match]) => match.test(kind))?.[1] ?? Box;
  return <Icon aria-hidden="true" className={className} />;
}

/** The kind's name in the reader's language; an unknown kind is its own name. */
export function useKindName(): (kind: string) => string {
  const { i18n } = useTranslation();
  const kinds = useQuery(nodeTypesQuery).data ?? [];
  return (kind) => kinds.find((spec) => spec.kind === kind)?.title[i18n.language as Locale] ?? kind;
}
