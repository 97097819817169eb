import { afterEach, describe, expect, it } from "vitest";
import { KEY_GROUPS } from "../keys";
import { runKeyOf } from "./useRunKeys";

/** What a key does when it is pressed in the element that `pick` finds in the page. */
function press(html: string, pick: string, key: KeyboardEventInit): string | undefined {
  document.body.innerHTML = html;
  const target = document.querySelector(pick);
  if (!target) throw new Error(`no ${pick}`);
  let action: string | undefined;
  const listen = (event: KeyboardEvent) => {
    action = runKeyOf(event);
  };
  window.addEventListener("keydown", listen);
  target.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...key }));
  window.removeEventListener("keydown", listen);
  return action;
}

const KEYS: [string, KeyboardEventInit][] = [
  ["run", { key: "Enter", ctrlKey: true }],
  ["goOn", { key: "F8" }],
  ["step", { key: "F10" }],
  ["inspect", { key: "i" }],
];

afterEach(() => document.body.replaceChildren());

describe("keys of runs", () => {
  it("are those of the list", () => {
    const listed = KEY_GROUPS.find(({ group }) => group === "run")?.shortcuts.map(({ action }) => action);
    expect(listed).toEqual(KEYS.map(([action]) => action));
  });

  it.each(KEYS)("%s on a node of the canvas", (action, key) => {
    expect(press('<div data-canvas><div id="node" tabindex="0"></div></div>', "#node", key)).toBe(action);
    expect(press("<main></main>", "body", key)).toBe(action);
  });

  it.each([
    ["a line of the canvas", '<div data-canvas><input id="x"></div>'],
    ["a note on the canvas", '<div data-canvas><textarea id="x"></textarea></div>'],
    ["a line of the panel", '<aside><input id="x"></aside>'],
    ["an editor", '<div data-canvas><div contenteditable="true"><p id="x">text</p></div></div>'],
    ["a plain editor", '<div data-canvas><div contenteditable="plaintext-only" id="x"></div></div>'],
    ["a choice", '<div data-canvas><select id="x"></select></div>'],
    ["a dialog over the canvas", '<div role="dialog"><button id="x"></button></div>'],
  ])("are what people write in %s", (_, html) => {
    for (const [action, key] of KEYS) expect(press(html, "#x", key), action).toBeUndefined();
  });

  it("leave other keys and other places alone", () => {
    const canvas = '<div data-canvas><div id="x"></div></div>';
    for (const key of [{ key: "i", ctrlKey: true }, { key: "I", shiftKey: true }, { key: "i", altKey: true }, { key: "Enter" }])
      expect(press(canvas, "#x", key)).toBeUndefined();
    expect(press('<aside><button id="x"></button></aside>', "#x", { key: "i" })).toBeUndefined();
    expect(press('<aside><button id="x"></button></aside>', "#x", { key: "F8" })).toBe("goOn");
    expect(press(canvas, "#x", { key: "i", isComposing: true })).toBeUndefined();
  });
});
