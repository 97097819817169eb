import { act, useState } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Workflow, WorkflowDraft } from "@/api/types";
import { document as documentOf, kinds, node } from "@/graph/testkit";
import { createEditorStore, EditorContext, type EditorStore } from "../../store";
import { PanelProvider } from "../context";
import { SecretField } from "./SecretField";

const HTTP = node("http");
const holder = document.createElement("div");
let editor: EditorStore;
let root: ReturnType<typeof createRoot>;
/** What was given on, in order. */
let given: (string | null)[];

function Field({ first, nullable, long }: { first: string; nullable?: boolean; long?: boolean }) {
  const [value, setValue] = useState(first);
  const change = (next: string | null) => {
    given.push(next);
    setValue(next ?? "");
  };
  return <SecretField path="/params/token" label="Token" value={value} onChange={change} nullable={nullable} long={long} />;
}

async function show(first: string, options: { readonly?: boolean; nullable?: boolean; long?: boolean } = {}) {
  const draft = { document: documentOf({ h: HTTP }), revision: 1, findings: [] } as unknown as WorkflowDraft;
  const server = { load: () => Promise.resolve(draft), save: () => Promise.resolve(draft) };
  editor = createEditorStore({ workflow: { id: "1" } as Workflow, draft, kinds, readonly: options.readonly ?? false, server });
  root = createRoot(holder);
  await act(() =>
    root.render(
      <EditorContext value={editor}>
        <PanelProvider id="h" node={HTTP}>
          <Field first={first} nullable={options.nullable} long={options.long} />
        </PanelProvider>
      </EditorContext>,
    ),
  );
}

const box = () => holder.querySelector<HTMLInputElement | HTMLTextAreaElement>("input, textarea");
const button = (name: string) =>
  [...holder.querySelectorAll("button")].find((one) => one.textContent?.includes(name) || one.ariaLabel?.includes(name));
const press = (name: string) => act(() => button(name)!.click());
const type = (text: string) =>
  act(() => {
    const field = box()!;
    const kind = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
    Object.getOwnPropertyDescriptor(kind.prototype, "value")!.set!.call(field, text);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
const leave = () => act(() => box()!.dispatchEvent(new FocusEvent("focusout", { bubbles: true })));

beforeEach(() => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  document.body.append(holder);
  given = [];
});
afterEach(() => {
  act(() => root.unmount());
  editor.stop();
});

describe("a secret", () => {
  it("is masked, and given on when the field is left", async () => {
    await show("");
    expect(box()).toMatchObject({ type: "password", value: "" });
    await type("sk-");
    await type("sk-1");
    expect(given).toEqual([]);
    await press("secret.show");
    expect(box()).toMatchObject({ type: "text", value: "sk-1" });
    await leave();
    expect(given).toEqual(["sk-1"]);
  });

  it("that is sealed is only said to be set", async () => {
    await show("sealed:v1.abc");
    expect([box(), holder.textContent?.includes("secret.set"), holder.innerHTML.includes("v1.abc")]).toEqual([null, true, false]);
    await press("secret.replace");
    await leave();
    expect([box(), given]).toEqual([null, []]);
    await press("secret.replace");
    await type("sk-2");
    await leave();
    expect(given).toEqual(["sk-2"]);
  });

  it("can be removed", async () => {
    await show("sealed:v1.abc", { nullable: true });
    await press("secret.remove");
    expect([box()?.value, given]).toEqual(["", [null]]);
  });

  it("that was taken out is asked for", async () => {
    await show("sealed:");
    expect(box()?.value).toBe("");
    await leave();
    expect(given).toEqual([]);
  });

  it("of several lines keeps them", async () => {
    await show("", { long: true });
    await type("-----BEGIN\nKEY-----");
    await leave();
    expect(given).toEqual(["-----BEGIN\nKEY-----"]);
  });

  it("that is being typed when the panel closes is kept", async () => {
    await show("");
    await type("sk-1");
    await act(() => root.render(null));
    expect(given).toEqual(["sk-1"]);
  });

  it("cannot be changed by who may only look", async () => {
    await show("sealed:v1.abc", { readonly: true });
    expect([button("secret.replace"), button("secret.remove")]).toEqual([undefined, undefined]);
  });
});
