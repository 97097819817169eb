/** What ways out and kinds are called in the reader's language. */
import { useTranslation } from "react-i18next";
import type { Locale } from "@/api/types";
import { BODY, ELSE, ERROR, OUT } from "@/graph/document";
import type { Port } from "@/graph/kinds";
import { useEditor } from "./store";

/** The name of a way out: the author's own, else what it is. */
export function usePortName(): (port: Port) => string {
  const { t } = useTranslation();
  return ({ id, label }) => {
    if (label) return label;
    if (id === OUT) return t("canvas:port.out");
    if (id === BODY) return t("canvas:port.body");
    if (id === ERROR) return t("canvas:port.error");
    if (id === ELSE) return t("canvas:port.else");
    if (id === "approved") return t("canvas:port.approved");
    if (id === "rejected") return t("canvas:port.rejected");
    const branch = /^branch_(\d+)$/.exec(id)?.[1];
    return branch === undefined ? id : t("canvas:port.branch", { number: Number(branch) + 1 });
  };
}

/** The kind's name in the reader's language; an unknown kind is its own name. */
export function useKindTitle(kind: string): string {
  const { i18n } = useTranslation();
  return useEditor((state) => state.kinds.get(kind)?.title[i18n.language as Locale] ?? kind);
}
