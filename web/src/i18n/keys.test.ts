// @vitest-environment node
/** Both languages say the same things, and nothing in the source asks for a text that is not there. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import en from "./en";
import { pickLocale } from "./index";
import zh from "./zh-CN";

const PLURAL = /_(zero|one|two|few|many|other)$/;

function leaves(value: unknown, prefix: string): [key: string, text: string][] {
  if (typeof value === "string") return [[prefix, value]];
  return Object.entries(value as object).flatMap(([key, inner]) =>
    leaves(inner, prefix === "" ? key : `${prefix}.${key}`),
  );
}
// Namespaces are joined to keys by a colon, as in the source.
const texts = (resources: Record<string, unknown>) =>
  new Map<string, string>(
    Object.entries(resources).flatMap(([name, keys]) =>
      leaves(keys, "").map(([key, text]) => [`${name}:${key}`, text] as const),
    ),
  );
// Chinese has one plural form, English two: forms count as one key.
const keys = (all: Map<string, string>): string[] =>
  [...new Set([...all.keys()].map((key) => key.replace(PLURAL, "")))].sort();
const variables = (text: string) => (text.match(/\{\{\s*\w+/g) ?? []).sort();

const english = texts(en);
const chinese = texts(zh);

const files = (dir: string): string[] =>
  readdirSync(dir, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? files(join(dir, entry.name)) : [join(dir, entry.name)],
  );
const sources = files(join(import.meta.dirname, ".."))
  .filter((file) => /\.tsx?$/.test(file) && !file.includes(".test."))
  .map((file) => [file, readFileSync(file, "utf8")] as const);

describe("texts", () => {
  it("exist in both languages", () => {
    expect(keys(english)).toEqual(keys(chinese));
  });

  it("are not empty and use the same variables", () => {
    for (const [key, text] of chinese) {
      const twin = english.get(key) ?? english.get(key.replace(PLURAL, "_other"));
      expect(text, key).not.toBe("");
      expect(twin, key).toBeTruthy();
      expect(variables(text), key).toEqual(variables(twin ?? ""));
    }
  });

  it("are there for every key that the source names", () => {
    const known = new Set(keys(english));
    const names = Object.keys(en).join("|");
    const named = new RegExp(`["'\`]((?:${names}):[\\w.-]+)["'\`]`, "g");
    const missing = sources.flatMap(([file, source]) =>
      [...source.matchAll(named)]
        .map(([, key]) => key ?? "")
        .filter((key) => !known.has(key))
        .map((key) => `${file}: ${key}`),
    );
    expect(missing).toEqual([]);
  });

  it("begin every key that the source puts together", () => {
    const all = keys(english);
    const names = Object.keys(en).join("|");
    const built = new RegExp(`\`((?:${names}):[\\w.-]*)\\$\\{`, "g");
    const missing = sources.flatMap(([file, source]) =>
      [...source.matchAll(built)]
        .map(([, prefix]) => prefix ?? "")
        .filter((prefix) => !all.some((key) => key.startsWith(prefix)))
        .map((prefix) => `${file}: ${prefix}`),
    );
    expect(missing).toEqual([]);
  });
});

describe("pickLocale", () => {
  it.each([
    [["zh-TW"], "zh-CN"],
    [["de", "en-GB"], "en"],
    [[null, "zh"], "zh-CN"],
    [["fr"], "en"],
    [["en", "zh-CN"], "en"],
  ])("%j → %s", (wanted, locale) => expect(pickLocale(wanted)).toBe(locale));
});
