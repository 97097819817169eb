import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Boxes, MoreHorizontal, Pencil, Plus, Star, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { toApiError } from "@/api/errors";
import type { Model } from "@/api/types";
import { ConfirmDialog } from "@/app/ConfirmDialog";
import { QueryView } from "@/app/feedback";
import { Page } from "@/app/Page";
import { queryClient } from "@/app/query";
import { useCan, useMe, useWorkspace } from "@/app/session";
import { Badge } from "@/ui/badge";
import { Button, IconButton } from "@/ui/button";
import { Menu, MenuContent, MenuItem, MenuTrigger } from "@/ui/menu";
import { EmptyState } from "@/ui/states";
import { Table, Td, Th, Tr } from "@/ui/table";
import { CapabilityBadges } from "./CapabilityBadges";
import { deleteModel, modelsKey, modelsQuery, updateModel } from "./queries";
import { VendorIcon } from "./VendorPicker";

export function ModelsPage() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const admin = useCan("admin");
  const models = useQuery(modelsQuery(workspace.id));
  const add = admin && (
    <Button asChild variant="primary">
      <Link to="/w/$workspaceId/models/new" params={{ workspaceId: workspace.id }}>
        <Plus />
        {t("models:add")}
      </Link>
    </Button>
  );
  return (
    <Page title={t("models:title")} description={t("models:description")} actions={add}>
      <QueryView query={models}>
        {(items) =>
          items.length === 0 ? (
            <EmptyState icon={<Boxes />} title={t("models:empty.title")} action={add}>
              {t("models:empty.hint")}
            </EmptyState>
          ) : (
            <ModelTable models={items} />
          )
        }
      </QueryView>
    </Page>
  );
}

/** Who may change it: its workspace's admins; of an instance model the instance's. */
export function useMayEdit(): (model: Model) => boolean {
  const { user } = useMe();
  const admin = useCan("admin");
  return (model) =>
    !model.read_only && (model.workspace_id === null ? user.is_instance_admin : admin);
}

function ModelTable({ models }: { models: Model[] }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const mayEdit = useMayEdit();
  const [deleting, setDeleting] = useState<Model>();
  // The workspace's own default goes before the instance's.
  const standard = models.find((model) => model.is_default && model.workspace_id !== null) ?? models.find((model) => model.is_default);
  const makeDefault = useMutation({
    mutationFn: (model: Model) => updateModel(model.id, { is_default: true }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: modelsKey(workspace.id) }),
  });
  return (
    <>
      <Table label={t("models:title")}>
        <thead>
          <tr>
            <Th>{t("models:column.name")}</Th>
            <Th className="max-sm:hidden">{t("models:column.model")}</Th>
            <Th className="max-lg:hidden">{t("models:column.capabilities")}</Th>
            <Th>{t("models:column.scope")}</Th>
            <Th>
              <span className="sr-only">{t("common:action.more")}</span>
            </Th>
          </tr>
        </thead>
        <tbody>
          {models.map((model) => (
            <Tr key={model.id}>
              <Td>
                <div className="flex items-center gap-2.5">
                  <VendorIcon vendor={model.vendor} name={model.vendor} />
                  <Link
                    to="/w/$workspaceId/models/$modelId"
                    params={{ workspaceId: workspace.id, modelId: model.id }}
                    className="font-medium hover:underline"
                  >
                    {model.name}
                  </Link>
                  {model.id === standard?.id && <Badge tone="accent">{t("models:badge.default")}</Badge>}
                </div>
              </Td>
              <Td className="font-mono text-xs text-soft max-sm:hidden">{model.model}</Td>
              <Td className="max-lg:hidden">
                <CapabilityBadges capabilities={model.capabilities} />
              </Td>
              <Td>
                <span className="flex flex-wrap items-center gap-1.5 text-soft">
                  {model.workspace_id === null
                    ? t("models:scope.instance")
                    : t("models:scope.workspace")}
                  {model.read_only && (
                    <Badge title={t("models:badge.readOnlyHint")}>{t("models:badge.readOnly")}</Badge>
                  )}
                </span>
              </Td>
              <Td className="w-10 text-right">
                {mayEdit(model) && (
                  <Menu>
                    <MenuTrigger asChild>
                      <IconButton
                        size="icon-sm"
                        label={t("models:actions", { name: model.name })}
                      >
                        <MoreHorizontal />
                      </IconButton>
                    </MenuTrigger>
                    <MenuContent align="end">
                      <MenuItem asChild>
                        <Link
                          to="/w/$workspaceId/models/$modelId"
                          params={{ workspaceId: workspace.id, modelId: model.id }}
                        >
                          <Pencil />
                          {t("common:action.edit")}
                        </Link>
                      </MenuItem>
                      {!model.is_default && (
                        <MenuItem onSelect={() => makeDefault.mutate(model)}>
                          <Star />
                          {t("models:makeDefault")}
                        </MenuItem>
                      )}
                      <MenuItem danger onSelect={() => setDeleting(model)}>
                        <Trash2 />
                        {t("common:action.delete")}
                      </MenuItem>
                    </MenuContent>
                  </Menu>
                )}
              </Td>
            </Tr>
          ))}
        </tbody>
      </Table>
      {deleting && <DeleteModel model={deleting} onClose={() => setDeleting(undefined)} />}
    </>
  );
}

/** Deletes; a model that agents use only after a second, informed yes. */
export function DeleteModel({ model, onClose }: { model: Model; onClose: () => void }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const [used, setUsed] = useState(false);
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={t("models:delete.title", { name: model.name })}
      description={used ? t("models:delete.inUse") : t("models:delete.hint")}
      confirmLabel={used ? t("models:delete.force") : t("common:action.delete")}
      onConfirm={async () => {
        try {
          await deleteModel(model.id, used);
        } catch (thrown) {
          // The dialog shows who uses it; the next yes means it.
          if (toApiError(thrown).code === "model_in_use") setUsed(true);
          throw thrown;
        }
        await queryClient.invalidateQueries({ queryKey: modelsKey(workspace.id) });
      }}
    />
  );
}
