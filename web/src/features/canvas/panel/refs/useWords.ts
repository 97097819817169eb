/** The words that a text of the node may use, for completion and chips. */
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Binding, ValueType, WorkflowNodeInput } from "@/api/types";
import { bindingText } from "@/features/workflows/outline";
import { usePanel } from "../context";
import { inputFor } from "../node-inputs";
import type { Known, Offer, Words } from "../text/complete";
import { pathsOf } from "../text/complete";
import type { PickedRef } from "./ReferencePicker";

const NONE: readonly string[] = [];

/** Makes a value an input of the node, unless it is one; gives the input's name. */
export function useTake(): (picked: PickedRef) => string {
  const { node, edit } = usePanel();
  return useCallback(
    ({ ref, type }) => {
      const binding: Binding = { ref };
      const { name } = inputFor(node.inputs, binding, type);
      edit((current) => ({ ...current, inputs: inputFor(current.inputs, binding, type, name).inputs }));
      return name;
    },
    [edit, node.inputs],
  );
}

/**
 * The inputs of the node (`before`: those that stand before this one), names that the kind adds, and,
 * unless `closed`, what could become an input.
 */
export function useWords({
  before,
  names = NONE,
  closed = false,
}: { before?: number; names?: readonly string[]; closed?: boolean } = {}): Words {
  const { t } = useTranslation();
  const { node, nameOf, sources, readonly, typeOf } = usePanel();
  const take = useTake();
  const all: Known[] = [
    ...(node.inputs ?? []).slice(0, before).map((input) => knownOf(input, nameOf, typeOf)),
    ...names.map((name) => ({ name, type: undefined })),
  ];
  // The same as long as nothing of it changes, whatever else of the document does.
  const key = JSON.stringify(all);
  const known = useMemo(() => JSON.parse(key) as Known[], [key]);
  const offers = useCallback(
    (): Offer[] =>
      closed || readonly
        ? []
        : sources().flatMap((source) =>
            source.fields.flatMap((field) =>
              pathsOf({ name: field.name, type: field.type }).map(({ path, type }) => ({
                label: `${source.title} › ${path.join(" › ")}`,
                type,
                group: t("canvas-panel:ref.upstream"),
                take: () => take({ ref: { node: source.node, path: path.map(String) }, type }),
              })),
            ),
          ),
    [closed, readonly, sources, take, t],
  );
  return useMemo(
    () => ({ known, offers, inputs: t("canvas-panel:inputs.title"), functions: t("canvas-panel:expr.functions") }),
    [known, offers, t],
  );
}

function knownOf(
  { name, type, value }: WorkflowNodeInput,
  nameOf: (node: string) => string,
  typeOf: (ref: { node: string; path?: string[] }) => ValueType | undefined,
): Known {
  // An input of any type has the type of what it refers to.
  const seen = (type === undefined || type === "any") && value && "ref" in value ? typeOf(value.ref) : type;
  return { name, type: seen ?? type, from: bindingText(value, nameOf) };
}
