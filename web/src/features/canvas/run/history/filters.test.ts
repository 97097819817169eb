import { expect, it } from "vitest";
import type { Run } from "@/api/types";
import { chosenPair, narrowed } from "./filters";

const run = (id: string, version: string | null, by: string) =>
  ({ id, workflow_version: version, created_by: by }) as Run;
const runs = [run("1", null, "me"), run("2", "v1", "me"), run("3", "v1", "you")];
const ids = (list: readonly Run[]) => list.map(({ id }) => id);

it("narrows the list", () => {
  expect(ids(narrowed(runs, undefined, "me"))).toEqual(["1", "2", "3"]);
  expect(ids(narrowed(runs, "draft", "me"))).toEqual(["1"]);
  expect(ids(narrowed(runs, "version", "me"))).toEqual(["2", "3"]);
  expect(ids(narrowed(runs, "mine", "you"))).toEqual(["3"]);
});

it("compares two, the earlier first; ids are longer than numbers can be", () => {
  expect(chosenPair(["382469231617369911", "382469231617369910"])).toEqual(["382469231617369910", "382469231617369911"]);
  expect(chosenPair(["1"])).toBeUndefined();
});
