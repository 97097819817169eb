import { describe, expect, it } from "vitest";
import type { WorkflowDocument, WorkflowNode } from "@/api/types";
import { hostOf, permissionsOf, touchesNothing } from "./permissions";

const node = (kind: string, params: Record<string, unknown>, more: Partial<WorkflowNode> = {}) =>
  ({ kind, params, ...more }) as WorkflowNode;
const of = (nodes: Record<string, WorkflowNode>) => permissionsOf({ nodes } as WorkflowDocument);

describe("hostOf", () => {
  it.each([
    ["https://api.example.com/v1?q={{q}}", "api.example.com"],
    ["https://API.example.com:8443/{{path}}", "api.example.com:8443"],
    ["  http://example.com", "example.com"],
    // Not what it looks like.
    ["https://good.example@evil.example/", "evil.example"],
    ["https:///evil.example/good.example", "evil.example"],
    ["https://evil.example\\@good.example/", "evil.example"],
  ])("%s leads to %s", (url, host) => expect(hostOf(url)).toBe(host));

  it.each([
    "{{url}}",
    "https://{{host}}/x",
    "https://good.example{{rest}}",
    "https://{{user}}@good.example/",
    "https://good.example:{{port}}/",
    "https://good.{{a\nb}}/",
    "ftp://example.com",
    "",
    "not a url",
  ])("%s is decided when it runs", (url) => expect(hostOf(url)).toBeUndefined());
});

describe("permissionsOf", () => {
  it("a document without effects touches nothing", () => {
    expect(touchesNothing(of({ start: node("start", {}), text: node("text", { concat: "https://example.com" }) }))).toBe(true);
    expect(touchesNothing(of({}))).toBe(true);
  });

  it("names each host once, with the nodes that call it", () => {
    const { hosts } = of({
      a: node("http_request", { url: "https://example.com/a" }),
      b: node("http_request", { url: "https://example.com/b", method: "POST" }),
      c: node("http_request", { url: "{{url}}" }),
    });
    expect(hosts).toEqual([{ name: "example.com", nodes: ["a", "b"] }, { nodes: ["c"] }]);
  });

  it("names the hosts that sent files are fetched from", () => {
    const file = (value: unknown) => ({ name: "f", value, file: true });
    const sent = (...fields: unknown[]) => node("http_request", { url: "https://api.example.com", body: { type: "form", fields } });
    const { hosts } = of({
      one: sent(file("https://files.example.com/{{name}}"), { name: "t", value: "https://text.example.com", file: false }),
      many: sent(file('[{"url": "https://a.example.com/1"}, "https://b.example.com", {"file_id": "7"}]')),
      own: sent(file("/api/v1/files/7/content"), file(" "), file(7)),
      open: sent(file("{{file}}")),
      put: sent(file('{"url": "https://good.example.com/{{rest}}"}')),
      deep: sent(file("[".repeat(200_000) + "]".repeat(200_000))),
    });
    expect(hosts).toEqual([
      { name: "api.example.com", nodes: ["one", "many", "own", "open", "put", "deep"] },
      { name: "files.example.com", nodes: ["one"] },
      { name: "a.example.com", nodes: ["many"] },
      { name: "b.example.com", nodes: ["many"] },
      { nodes: ["open", "put", "deep"] },
    ]);
  });

  it("a file that is sent by itself comes from an input", () => {
    const sent = (value: unknown, name = "f") =>
      node("http_request", { url: "https://api.example.com", body: { type: "binary", file: "f" } }, { inputs: [{ name, value }] as WorkflowNode["inputs"] });
    const { hosts } = of({
      known: sent({ literal: { url: "https://files.example.com/1" } }),
      open: sent({ ref: { node: "start", path: ["f"] } }),
      none: sent({ literal: "https://else.example.com" }, "other"),
    });
    expect(hosts.slice(1)).toEqual([{ name: "files.example.com", nodes: ["known"] }, { nodes: ["open"] }]);
  });

  it("code counts when it may reach hosts", () => {
    const found = of({ a: node("code", { code: "fetch" }), b: node("code", { network: ["*.example.com"] }) });
    expect(found.code).toEqual([{ name: "*.example.com", nodes: ["b"] }]);
  });

  it("models, those of second attempts, and their skills", () => {
    const found = of({
      ask: node(
        "model",
        {
          model_id: "mdl_1",
          skills: { tools: [{ tool: "weather" }], workflows: [{ workflow_id: "wf_1" }], knowledge: { knowledge_ids: ["kb_1"] } },
        },
        { policy: { backup: { model_id: "mdl_2" } } as unknown as WorkflowNode["policy"] },
      ),
      sort: node("intent", { model_id: null }),
      plain: node("question", { extract: false }),
      taken: node("question", { extract: true, model_id: "mdl_1" }),
    });
    expect(found.models).toEqual([
      { name: "mdl_1", nodes: ["ask", "taken"] },
      { name: "mdl_2", nodes: ["ask"] },
      { nodes: ["sort"] },
    ]);
    expect(found.tools).toEqual([{ name: "weather", nodes: ["ask"] }]);
    expect(found.workflows).toEqual([{ name: "wf_1", nodes: ["ask"] }]);
    expect(found.knowledge).toEqual([{ name: "kb_1", nodes: ["ask"] }]);
  });

  it("reading is told from writing", () => {
    const found = of({
      read: node("database_select", { database_id: "db_1" }),
      asked: node("database_sql", { database_id: "db_2", sql: " SELECT 1" }),
      wrote: node("database_sql", { database_id: "db_1", sql: "delete from t" }),
      learn: node("knowledge_write", { knowledge_id: "kb_1" }),
      keep: node("assign_variable", { set: [{ scope: "user", path: ["name"], input: "name" }] }),
    });
    expect(found.databases).toEqual([
      { name: "db_1", nodes: ["read", "wrote"], writes: true },
      { name: "db_2", nodes: ["asked"] },
    ]);
    expect(found.knowledge).toEqual([{ name: "kb_1", nodes: ["learn"], writes: true }]);
    expect(found.variables).toEqual([{ name: "user.name", nodes: ["keep"], writes: true }]);
  });

  it("parameters of any form are read, never trusted", () => {
    const odd = { url: 7, body: { type: "form", fields: [null, { file: true, value: [{}, null] }] }, network: "x", skills: [1], set: {}, knowledge_ids: null } as Record<string, unknown>;
    const kinds = ["http_request", "code", "model", "assign_variable", "knowledge_retrieve", "tool", "constructor"];
    const found = of(Object.fromEntries(kinds.map((kind) => [kind, node(kind, odd)])));
    expect(found.hosts).toEqual([{ nodes: ["http_request"] }]);
    expect(found.code).toEqual([]);
  });
});
