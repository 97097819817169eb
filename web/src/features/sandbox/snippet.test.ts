import { expect, test } from "vitest";
import { parseParams } from "./snippet";

test("params are an object", () => {
  expect(parseParams(' {"a": [1]} ')).toEqual({ a: [1] });
  expect(parseParams("")).toEqual({});
  for (const bad of ["[]", "1", "null", '"x"', "{", "{a: 1}"]) expect(parseParams(bad)).toBeUndefined();
});
