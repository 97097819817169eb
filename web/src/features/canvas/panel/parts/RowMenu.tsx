import { ArrowDown, ArrowUp, EllipsisVertical, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { IconButton } from "@/ui/button";
import { Menu, MenuContent, MenuItem, MenuTrigger } from "@/ui/menu";

/** What can be done with one element of a list. */
export function RowMenu({
  name,
  at,
  count,
  onMove,
  onRemove,
}: {
  /** What the element is called. */
  name: string;
  at: number;
  count: number;
  onMove?: (to: number) => void;
  onRemove?: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Menu>
      <MenuTrigger asChild>
        <IconButton size="icon-sm" className="mt-0.5" label={t("canvas-panel:row.actions", { name })}>
          <EllipsisVertical />
        </IconButton>
      </MenuTrigger>
      <MenuContent align="end">
        {onMove && (
          <>
            <MenuItem disabled={at === 0} onSelect={() => onMove(at - 1)}>
              <ArrowUp />
              {t("canvas-panel:row.up")}
            </MenuItem>
            <MenuItem disabled={at === count - 1} onSelect={() => onMove(at + 1)}>
              <ArrowDown />
              {t("canvas-panel:row.down")}
            </MenuItem>
          </>
        )}
        {onRemove && (
          <MenuItem danger onSelect={onRemove}>
            <Trash2 />
            {t("common:action.remove")}
          </MenuItem>
        )}
      </MenuContent>
    </Menu>
  );
}
