import { useTranslation } from "react-i18next";
import { Dialog } from "@/ui/dialog";
import { KEY_GROUPS, shown } from "../keys";

/** What every key does. */
export function KeysDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("canvas:keys.title")}
      description={t("canvas:keys.hint")}
      closeLabel={t("common:action.close")}
      className="max-w-3xl"
    >
      <div tabIndex={0} className="gap-x-8 sm:columns-2">
        {KEY_GROUPS.map(({ group, shortcuts }) => (
          <section key={group} className="mb-5 break-inside-avoid">
            <h3 className="mb-1.5 text-xs font-medium text-faint">{t(`canvas:keys.group.${group}`)}</h3>
            <dl className="divide-y divide-line">
              {shortcuts.map(({ action, keys }) => (
                <div key={action} className="flex items-center gap-3 py-1 text-[13px]">
                  <dt className="min-w-0 flex-1">{t(`canvas:keys.${action}`)}</dt>
                  <dd className="flex gap-1">
                    {keys.map((key) => (
                      <kbd key={key} className="rounded border border-line-strong bg-sunken px-1.5 py-0.5 font-mono text-xs whitespace-nowrap">
                        {shown(key)}
                      </kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
