import { expect, it } from "vitest";
import { safeRedirect } from "./redirect";

it("stays on this site", () => {
  expect(safeRedirect("/w/1/runs?status=failed#x")).toBe("/w/1/runs?status=failed#x");
  expect(safeRedirect(undefined)).toBe("/");
  expect(safeRedirect("https://evil.example/")).toBe("/");
  expect(safeRedirect("//evil.example/")).toBe("/");
  expect(safeRedirect("/\\evil.example")).toBe("/");
  expect(safeRedirect("javascript:alert(1)")).toBe("/");
});
