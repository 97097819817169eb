import { describe, expect, it } from "vitest";
import { PLACEHOLDER, snippet, SNIPPETS } from "./snippets";

const input = {
  origin: "https://hearth.example.com",
  workspaceId: "7380000000000000001",
  agentId: "7380000000000000002",
  token: "pat_x",
  question: `What's "12 * 34"?`,
};

describe("API snippets", () => {
  it.each(SNIPPETS)("%s names this instance, this agent and the token", (id) => {
    const code = snippet(id, input);
    expect(code).toContain("https://hearth.example.com");
    expect(code).toContain(input.agentId);
    expect(code).toContain("pat_x");
  });

  it.each(SNIPPETS)("%s has a placeholder while there is no token", (id) => {
    const code = snippet(id, { ...input, token: " " });
    expect(code).toContain(PLACEHOLDER);
    expect(code).not.toContain("pat_x");
  });

  it("does not double the slash of an origin that ends in one", () => {
    expect(snippet("curl", { ...input, origin: "https://h.example/" })).toContain(
      "'https://h.example/v3/chat'",
    );
  });

  it("escapes quotes for the shell, so that the body is the JSON that was meant", () => {
    const body = /-d '(.*)'\n$/s.exec(snippet("simple", input))?.[1] ?? "";
    // What a shell makes of it.
    const read = body.replaceAll(`'\\''`, "'");
    expect(JSON.parse(read)).toEqual({ agent_id: input.agentId, message: input.question });
  });

  it("escapes quotes for Python and JavaScript", () => {
    for (const id of ["python", "javascript"] as const)
      expect(snippet(id, input)).toContain(`"What's \\"12 * 34\\"?"`);
  });
});
