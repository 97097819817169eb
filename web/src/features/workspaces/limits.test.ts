import { describe, expect, it } from "vitest";
import type { LimitSet } from "@/api/types";
import { GROUPS, limitsOf, limitsSchema, textsOf } from "./limits";

const none: LimitSet = {
  max_nodes: null,
  max_document_bytes: null,
  max_nesting: null,
  max_depth: null,
  max_steps: null,
  max_seconds: null,
  max_bytes: null,
  max_output_bytes: null,
  keep_days: null,
  keep_runs: null,
};

describe("limits of a workspace", () => {
  it("shows every limit once", () => {
    const shown = GROUPS.flatMap((group) => group.limits);
    expect([...shown].sort()).toEqual(Object.keys(none).sort());
  });

  it("writes bytes as mebibytes, and nothing where there is no limit", () => {
    const texts = textsOf({ ...none, max_bytes: 1_572_864, max_steps: 50 });
    expect(texts.max_bytes).toBe("1.5");
    expect(texts.max_steps).toBe("50");
    expect(texts.keep_days).toBe("");
    expect(limitsOf(texts)).toEqual({ ...none, max_bytes: 1_572_864, max_steps: 50 });
  });

  it("takes 0 and nothing as no limit, and never rounds a limit to none", () => {
    const texts = { ...textsOf(none), max_steps: "0", keep_days: " ", max_bytes: "0.001" };
    expect(limitsOf(texts)).toEqual({ ...none, max_bytes: 1049 });
    expect(limitsOf({ ...textsOf(none), max_bytes: "0.0000001" }).max_bytes).toBe(1);
  });

  it("refuses what is no number", () => {
    const check = (texts: Partial<Record<keyof LimitSet, string>>) =>
      limitsSchema.safeParse({ ...textsOf(none), ...texts }).success;
    expect(check({ max_steps: "10", max_bytes: "1.5" })).toBe(true);
    for (const wrong of ["-1", "1e9", "ten", "1.5", "1,000", "9999999999999999"])
      expect(check({ max_steps: wrong }), wrong).toBe(false);
    expect(check({ max_bytes: "1.5.1" })).toBe(false);
  });
});
