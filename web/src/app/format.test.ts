// @vitest-environment node
import { expect, it } from "vitest";
import { formatter } from "./format";

const now = Date.parse("2026-11-21T12:00:00Z");

it("says how long ago, in both languages", () => {
  const at = (locale: string, time: string) => formatter(locale).ago(time, now);
  expect(at("en", "2026-11-21T11:57:00Z")).toBe("3 minutes ago");
  expect(at("zh-CN", "2026-11-21T09:00:00Z")).toBe("3小时前");
  expect(at("en", "2026-11-20T11:00:00Z")).toBe("yesterday");
});

it("keeps small prices readable", () => {
  expect(formatter("en").money(0.00132, "USD")).toBe("$0.00132");
  expect(formatter("en").money(1.5, "USD")).toBe("$1.50");
});
