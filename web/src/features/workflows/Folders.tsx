import { useQuery } from "@tanstack/react-query";
import { Folder } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useWorkspace } from "@/app/session";
import { cn } from "@/ui/cn";
import { workflowFoldersQuery } from "./around";

/** The folders of the workspace, when there are any. */
export function Folders({ folder, onOpen }: { folder: string | undefined; onOpen: (folder: string | undefined) => void }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const folders = useQuery(workflowFoldersQuery(workspace.id)).data ?? [];
  // The folder that is open stays in sight when its last workflow has left it.
  const shown = !folder || folders.some(({ name }) => name === folder) ? folders : [...folders, { name: folder, workflows: 0 }];
  if (shown.length === 0 && folder === undefined) return null;
  const look = (on: boolean) =>
    cn(
      "inline-flex items-center gap-1.5 rounded-md border px-2.5 py-1 text-[13px]",
      on ? "border-accent bg-accent-soft font-medium text-accent-text" : "border-line text-soft hover:bg-hover",
    );
  return (
    <nav aria-label={t("workflows:folder.title")} className="mb-4 flex flex-wrap gap-1.5" data-folders={folders.length}>
      <button type="button" aria-pressed={folder === undefined} className={look(folder === undefined)} onClick={() => onOpen(undefined)}>
        {t("workflows:folder.all")}
      </button>
      {shown.map(({ name, workflows }) => (
        <button key={name} type="button" aria-pressed={folder === name} className={look(folder === name)} onClick={() => onOpen(name)}>
          <Folder aria-hidden="true" className="size-3.5" />
          <span className="max-w-48 truncate">{name}</span>
          <span className="text-xs text-faint tabular-nums">{workflows}</span>
        </button>
      ))}
      <button type="button" aria-pressed={folder === ""} className={look(folder === "")} onClick={() => onOpen("")}>
        {t("workflows:folder.none")}
      </button>
    </nav>
  );
}
