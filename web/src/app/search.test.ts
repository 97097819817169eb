// @vitest-environment node
import { expect, it } from "vitest";
import { parseSearch, stringifySearch } from "./search";

it("keeps ids and an app's state as they were sent", () => {
  const sent = "client_id=7380000000000004099&state=1e5&user_code=007";
  expect(parseSearch(`?${sent}`)).toEqual({
    client_id: "7380000000000004099",
    state: "1e5",
    user_code: "007",
  });
  expect(stringifySearch(parseSearch(sent))).toBe(`?${sent}`);
});

it("knows switches, and leaves out what is not set", () => {
  expect(parseSearch("create=true")).toEqual({ create: true });
  expect(stringifySearch({ create: true, agent: undefined })).toBe("?create=true");
  expect(stringifySearch({})).toBe("");
});
