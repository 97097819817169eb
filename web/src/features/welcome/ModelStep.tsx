import { useMutation, useQuery } from "@tanstack/react-query";
import { CloudOff, Plug } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Id, Model } from "@/api/types";
import { ErrorNotice, QueryView } from "@/app/feedback";
import { queryClient } from "@/app/query";
import { ModelForm } from "@/features/models/ModelForm";
import { createModel, modelsKey, modelsQuery } from "@/features/models/queries";
import { Button } from "@/ui/button";
import { ChoiceCards } from "@/ui/choice";

/** The built-in offline model, or a vendor's. */
export function ModelStep({ workspaceId, onDone }: { workspaceId: Id; onDone: () => void }) {
  const models = useQuery(modelsQuery(workspaceId));
  return (
    <QueryView query={models}>
      {(items) => (
        <ModelChoice
          workspaceId={workspaceId}
          models={items.filter(({ kind }) => kind === "chat")}
          onDone={onDone}
        />
      )}
    </QueryView>
  );
}

function ModelChoice({
  workspaceId,
  models,
  onDone,
}: {
  workspaceId: Id;
  models: Model[];
  onDone: () => void;
}) {
  const { t } = useTranslation();
  const [choice, setChoice] = useState<"vendor" | "offline">("vendor");
  const existing = models.find(({ vendor }) => vendor === "offline");
  const offline = useMutation({
    mutationFn: async () =>
      existing ??
      createModel(workspaceId, {
        name: t("welcome:offline.name"),
        vendor: "offline",
        model: "offline",
      }),
    meta: { inline: true },
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: modelsKey(workspaceId) });
      onDone();
    },
  });
  const others = models.filter(({ vendor }) => vendor !== "offline");
  return (
    <div className="space-y-5">
      <ChoiceCards
        label={t("welcome:model.title")}
        value={choice}
        onChange={setChoice}
        className="sm:grid-cols-2"
        choices={[
          {
            value: "vendor",
            icon: <Plug className="size-4" />,
            title: t("welcome:vendor.title"),
            description: t("welcome:vendor.hint"),
          },
          {
            value: "offline",
            icon: <CloudOff className="size-4" />,
            title: t("welcome:offline.title"),
            description: t("welcome:offline.hint"),
          },
        ]}
      />
      {choice === "vendor" ? (
        <ModelForm compact onSaved={onDone} />
      ) : (
        <>
          {offline.isError && <ErrorNotice error={offline.error} />}
          <Button
            variant="primary"
            size="lg"
            busy={offline.isPending}
            onClick={() => offline.mutate()}
          >
            {t("common:action.continue")}
          </Button>
        </>
      )}
      {others.length > 0 && (
        <p className="text-[13px] text-soft">
          {t("welcome:model.existing", { names: others.map(({ name }) => name).join(", ") })}{" "}
          <button
            type="button"
            onClick={onDone}
            className="font-medium text-accent-text hover:underline"
          >
            {t("welcome:model.useExisting")}
          </button>
        </p>
      )}
    </div>
  );
}
