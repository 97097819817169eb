/** What every part of the panel knows: the node that is open, how to change it, and what is wrong where. */
import { createContext, useCallback, useContext, useMemo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Finding, Locale, NodeSpec, ValueField, ValueType, WorkflowDocument, WorkflowNode } from "@/api/types";
import { titleOf } from "@/graph/document";
import { patchNode } from "@/graph/edit";
import type { Kinds } from "@/graph/kinds";
import { elementOf, outputsOf, typeAt, visibleFrom, type RefSource } from "@/graph/references";
import { ancestorsOf } from "@/graph/read";
import { useEditor } from "../store";
import { isWithin, setAt, type Keys } from "./pointer";
import { faultsOf, type Schema, type SchemaFault } from "./schema/schema";

export interface Fault {
  path: string;
  message: string;
  severity: Finding["severity"];
}

export interface Panel {
  id: string;
  node: WorkflowNode;
  spec: NodeSpec | undefined;
  document: WorkflowDocument;
  kinds: Kinds;
  readonly: boolean;
  locale: Locale;
  /** Everything that is wrong with the node. */
  faults: readonly Fault[];
  /** What is wrong at a place or inside it, errors first. */
  fault: (path: string) => Fault | undefined;
  /** Changes the node; edits with one key that follow each other closely are undone together. */
  edit: (change: (node: WorkflowNode) => WorkflowNode, key?: string) => void;
  editDocument: (change: (document: WorkflowDocument) => WorkflowDocument, key?: string) => void;
  /** Sets one parameter, or a part of one; `undefined` takes it away. */
  setParam: (keys: Keys, value: unknown) => void;
  nameOf: (node: string) => string;
  /** What inputs may refer to. Walks the graph: only when something is chosen. */
  sources: () => RefSource[];
  typeOf: (ref: { node: string; path?: string[] }) => ValueType | undefined;
}

const Context = createContext<Panel | undefined>(undefined);

export function usePanel(): Panel {
  const panel = useContext(Context);
  if (!panel) throw new Error("no panel");
  return panel;
}

export function PanelProvider({ id, node, children }: { id: string; node: WorkflowNode; children: ReactNode }) {
  const { t, i18n } = useTranslation();
  const document = useEditor((state) => state.document);
  const kinds = useEditor((state) => state.kinds);
  const readonly = useEditor((state) => state.readonly);
  const findings = useEditor((state) => state.findings);
  const change = useEditor((state) => state.edit);
  const spec = kinds.get(node.kind);
  const locale = i18n.language as Locale;

  const faults = useMemo(() => {
    const found = findings
      .filter((finding) => finding.node === id)
      .map(({ path, message, severity }): Fault => ({ path, message: message[locale], severity }));
    const seen = new Set(found.map(({ path }) => path));
    const own = spec ? faultsOf(spec.params as Schema, node.params ?? {}, spec.params as Schema, locale, "/params") : [];
    const said = ({ path, key, bound }: SchemaFault): Fault => ({
      path,
      message: t(`canvas-panel:fault.${key}`, { bound, name: path.split("/").at(-1) }),
      severity: "error",
    });
    // The server says the same a moment later, and better.
    const all = [...found, ...own.filter(({ path }) => !seen.has(path)).map(said)];
    return all.sort((a, b) => Number(a.severity !== "error") - Number(b.severity !== "error"));
  }, [findings, id, locale, node.params, spec, t]);

  const editDocument = useCallback<Panel["editDocument"]>(
    (next, key) => change(next, key === undefined ? undefined : { merge: `${id} ${key}` }),
    [change, id],
  );
  const edit = useCallback<Panel["edit"]>(
    (next, key) =>
      editDocument((before) => {
        const current = before.nodes?.[id];
        return current ? patchNode(before, id, next(current), kinds) : before;
      }, key),
    [editDocument, id, kinds],
  );
  const setParam = useCallback<Panel["setParam"]>(
    (keys, value) =>
      edit(
        (current) => ({ ...current, params: setAt(current.params ?? {}, keys, value) as Record<string, unknown> }),
        `params ${keys.join(" ")}`,
      ),
    [edit],
  );

  const panel = useMemo<Panel>(
    () => ({
      id,
      node,
      spec,
      document,
      kinds,
      readonly,
      locale,
      faults,
      fault: (path) => faults.find((fault) => isWithin(fault.path, path)),
      edit,
      editDocument,
      setParam,
      nameOf: (other) => titleOf(document, other),
      sources: () => visibleFrom(document, kinds, id),
      typeOf: ({ node: of, path }) => typeAt(fieldsSeen(document, kinds, id, of), path ?? []),
    }),
    [id, node, spec, document, kinds, readonly, locale, faults, edit, editDocument, setParam],
  );
  return <Context value={panel}>{children}</Context>;
}

/** What a node stands for when another refers to it: inside itself, its current element. */
function fieldsSeen(document: WorkflowDocument, kinds: Kinds, from: string, of: string): ValueField[] {
  const inside = of === from || ancestorsOf(document, from).includes(of);
  return (inside ? elementOf(document, kinds, of) : undefined) ?? outputsOf(document, kinds, of);
}
