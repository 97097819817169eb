import { describe, expect, it } from "vitest";
import type { ValueField } from "@/api/types";
import { exampleInputs, WORKFLOW_SNIPPETS, workflowSnippet } from "./snippets";
import { nextVersion } from "./version";

const fields: ValueField[] = [
  { name: "question", type: "string", default: "It's \"here\"" },
  { name: "count", type: "integer" },
  { name: "deep", type: { object: [{ name: "on", type: "boolean" }, { name: "list", type: { list: "number" } }] } },
];
const input = { origin: "https://hearth.example/", workflowId: "17", token: "", fields };

describe("snippets of a workflow", () => {
  it("have a value for every input", () => {
    expect(exampleInputs(fields)).toEqual({
      question: "It's \"here\"",
      count: 1,
      deep: { on: true, list: [1.5] },
    });
    expect(exampleInputs([])).toEqual({});
  });

  it("name the workflow, the instance and a placeholder for the token", () => {
    for (const id of WORKFLOW_SNIPPETS) {
      const text = workflowSnippet(id, input);
      expect(text, id).toContain("17");
      expect(text, id).toContain("https://hearth.example");
      expect(text, id).not.toContain("example//");
      expect(text, id).toContain("YOUR_TOKEN");
    }
  });

  it("are code of their language", () => {
    expect(workflowSnippet("python", input)).toContain(
      'parameters={\n        "question": "It\'s \\"here\\"",\n        "count": 1,\n        "deep": {\n            "on": True,\n            "list": [1.5],\n        },\n    },',
    );
    expect(workflowSnippet("curl", { ...input, token: "pat_x" })).toContain(
      String.raw`'{"workflow_id":"17","parameters":{"question":"It'\''s \"here\"","count":1`,
    );
    expect(workflowSnippet("stream", input)).toContain("/v1/workflow/stream_run");
    expect(workflowSnippet("native", input)).toContain('"wait":true');
    const script = workflowSnippet("javascript", input).replace(/^import .*$/m, "");
    expect(() => new Function(`return async () => {${script}}`)).not.toThrow();
  });
});

it("proposes the next patch", () => {
  expect(nextVersion(null)).toBe("v0.0.1");
  expect(nextVersion("v1.2.9")).toBe("v1.2.10");
});
