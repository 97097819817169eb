/** Lists of cards: agents and workflows. */
import { MoreHorizontal } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "@/ui/button";
import { Menu, MenuContent, MenuTrigger } from "@/ui/menu";
import { Skeleton } from "@/ui/states";
import { useFormat } from "./format";

const GRID = "grid gap-3 sm:grid-cols-2 xl:grid-cols-3";

/** For the link in a card's title: all of the card leads there. */
export const cardLink =
  "block truncate font-medium outline-none after:absolute after:inset-0 after:rounded-lg focus-visible:after:outline-2 focus-visible:after:outline-ring";

export function Cards({ children }: { children: ReactNode }) {
  return <ul className={GRID}>{children}</ul>;
}

export function CardsLoading() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t("common:loading")} className={GRID}>
      {[0, 1, 2].map((at) => (
        <Skeleton key={at} className="h-34 rounded-lg" />
      ))}
    </div>
  );
}

export function Card({
  picture,
  title,
  description,
  state,
  updatedAt,
  action,
  menu,
}: {
  picture: ReactNode;
  /** A link with `cardLink`. */
  title: ReactNode;
  description: string;
  state: ReactNode;
  updatedAt: string;
  /** A button above the link of the card. */
  action?: ReactNode;
  menu?: { label: string; items: ReactNode };
}) {
  const format = useFormat();
  return (
    <li className="relative flex flex-col rounded-lg border border-line bg-surface p-4 transition-colors focus-within:border-line-strong hover:border-line-strong">
      <div className="flex items-start gap-3">
        {picture}
        <div className="min-w-0 flex-1">
          {title}
          <p className="mt-0.5 line-clamp-2 min-h-10 text-[13px] leading-5 text-soft">{description}</p>
        </div>
      </div>
      <div className="mt-3 flex items-center gap-2">
        {state}
        <span className="min-w-0 flex-1 truncate text-xs text-faint">{format.ago(updatedAt)}</span>
        <span className="relative z-10 -my-1 -mr-2 flex">
          {action}
          {menu && (
            <Menu>
              <MenuTrigger asChild>
                <IconButton size="icon-sm" label={menu.label}>
                  <MoreHorizontal />
                </IconButton>
              </MenuTrigger>
              <MenuContent align="end">{menu.items}</MenuContent>
            </Menu>
          )}
        </span>
      </div>
    </li>
  );
}
