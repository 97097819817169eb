import { describe, expect, it } from "vitest";
import { kinds } from "@/graph/testkit";
import en from "@/i18n/en";
import { actionOf, arrow, KEY_GROUPS, shown, strokeOf } from "./keys";
import { kindGroups } from "./picker/kind-list";

const press = (keys: string) => {
  const parts = keys.split("+");
  const key = parts.at(-1) === "" ? "+" : parts.at(-1)!;
  return actionOf(
    strokeOf({
      key: { Esc: "Escape", "→": "ArrowRight", "←": "ArrowLeft", "↑ ↓ ← →": "ArrowUp" }[key] ?? key,
      ctrlKey: parts.includes("Mod"),
      metaKey: false,
      shiftKey: parts.includes("Shift"),
      altKey: parts.includes("Alt"),
    }),
  );
};

describe("keys", () => {
  it("do what the list of them says", () => {
    // The browser's own events: a page hears of them, not of the key. Runs have their own handler,
    // and a drag looks by itself what is held.
    const byEvent = ["copy", "cut", "paste", "anywhere"];
    for (const { group, shortcuts } of KEY_GROUPS)
      for (const { action, keys } of shortcuts)
        for (const one of keys)
          expect(press(one), one).toBe(group === "run" || byEvent.includes(action) ? undefined : action);
  });

  it("have a text each", () => {
    const texts = (en.canvas as { keys: Record<string, unknown> }).keys;
    const own = KEY_GROUPS.filter(({ group }) => group !== "run").flatMap(({ shortcuts }) => shortcuts);
    for (const { action } of own) expect(texts).toHaveProperty(action);
  });

  it.each([
    ["Mod+Shift+f", undefined],
    ["Mod+Alt+z", undefined],
    ["Alt+a", undefined],
    ["Mod+k", undefined],
    ["x", undefined],
    ["Backspace", "remove"],
    ["Mod+y", "redo"],
  ])("%s → %s", (keys, action) => expect(press(keys)).toBe(action));

  it("point somewhere", () => {
    expect([arrow("ArrowUp", 8), arrow("ArrowRight", 8), arrow("Enter", 8)]).toEqual([{ x: 0, y: -8 }, { x: 8, y: 0 }, { x: 0, y: 0 }]);
  });

  it("are called what the keyboard calls them", () => {
    expect([shown("Mod+Shift+Z", true), shown("Mod+Z", false)]).toEqual(["⌘⇧Z", "Ctrl+Z"]);
  });
});

describe("choosing a kind", () => {
  const found = (search: string, inside = false, ended = false) =>
    kindGroups(kinds, "en", search, { inside, ended }).flatMap(({ items }) => items.map(({ spec }) => spec.kind));

  it("offers what may lie there", () => {
    expect(found("")).not.toContain("start");
    expect(found("")).toContain("end");
    expect(found("", true)).not.toContain("end");
    expect(found("", false, true)).not.toContain("end");
    expect([found("break"), found("break", true)]).toEqual([[], ["break"]]);
  });

  it.each([
    ["if", "condition"],
    ["llm", "model"],
    ["大模型", "model"],
    ["for each", "loop"],
    ["COND", "condition"],
    ["sticky", "comment"],
  ])("%s finds %s first", (search, kind) => expect(found(search)[0]).toBe(kind));

  it("finds nothing for nonsense", () => expect(found("zzz qqq")).toEqual([]));
});
