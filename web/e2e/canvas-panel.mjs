/**
 * The panel of a node in a browser: values of earlier steps are chosen by mouse and by writing,
 * outputs renamed, curl pasted, code run, branches removed, workflows called; every panel is checked
 * for accessibility.
 *
 *   HEARTH_URL=http://127.0.0.1:8888 HEARTH_EMAIL=… HEARTH_PASSWORD=… node e2e/canvas-panel.mjs
 *
 * SHOTS names a folder for a picture of each stage.
 */
import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { base, launch } from "./browser.mjs";

const shots = process.env.SHOTS;
if (shots) await mkdir(shots, { recursive: true });

const browser = await launch();
const context = await browser.newContext({ locale: "en", viewport: { width: 1900, height: 1100 } });
const headers = { origin: new URL(base).origin };
const call = async (method, path, data) => {
  const answer = await context.request.fetch(`${base}/api/v1${path}`, { method, headers, data });
  assert.ok(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`);
  return answer.json();
};
await call("POST", "/auth/sign-in", {
  email: process.env.HEARTH_EMAIL ?? "owner@example.com",
  password: process.env.HEARTH_PASSWORD ?? "correct-horse-battery",
});
await call("PATCH", "/me", { locale: "en" });
const [{ id: workspace }] = (await call("GET", "/me")).workspaces;

const ref = (node, ...path) => ({ ref: { node, path } });
const input = (name, type, value) => ({ name, type, value });
const KINDS = {
  start: {
    kind: "start",
    outputs: [
      { name: "query", type: "string", required: true },
      { name: "user", type: { object: [{ name: "name", type: "string" }, { name: "age", type: "integer" }] } },
      { name: "items", type: { list: { object: [{ name: "id", type: "integer" }] } } },
    ],
  },
  code: {
    kind: "code",
    params: { language: "python", code: "async def main(args: Args) -> Output:\n    print('made', args.params)\n    return {'output': args.params['query'] + '!'}\n" },
    inputs: [input("query", "string", ref("start", "query"))],
    outputs: [{ name: "output", type: "string" }],
  },
  choose: {
    kind: "condition",
    params: {
      branches: [
        { logic: "and", conditions: [{ left: "text", operator: "contains", right: "part" }] },
        { expr: "text.size() > 3" },
      ],
    },
    inputs: [input("text", "string", ref("code", "output")), input("part", "string", { literal: "tea" })],
  },
  http: { kind: "http_request", params: { method: "GET", url: "https://api.example.com" } },
  text: {
    kind: "text",
    params: { method: "concat", template: "Hello {{query}}", separator: "," },
    inputs: [input("query", "string", ref("start", "query"))],
    outputs: [{ name: "output", type: "string" }],
  },
  model: { kind: "model", params: { prompt: "{{query}}" }, inputs: [input("query", "string", ref("start", "query"))], outputs: [{ name: "output", type: "string" }] },
  called: { kind: "workflow", params: { workflow_id: "" } },
  loop: { kind: "loop", params: { over: "lists", variables: [], collect: [] }, inputs: [input("items", { list: "any" }, ref("start", "items"))] },
  ask: { kind: "question", params: { question: "Which?", answer: "options", options: ["Red", "Blue"] } },
  merge: { kind: "merge", params: { groups: [{ name: "all", inputs: ["a"] }] }, inputs: [input("a", "string", ref("text", "output"))], outputs: [{ name: "all", type: "string" }] },
  end: { kind: "end", params: { mode: "variables" }, inputs: [input("result", "string", ref("code", "output"))] },
};
const WAYS = [
  ["start", "code"], ["code", "choose"], ["choose", "http", "branch_0"], ["choose", "text", "branch_1"], ["choose", "model", "else"],
  ["http", "called"], ["text", "called"], ["model", "called"], ["called", "loop"], ["loop", "ask"], ["ask", "merge", "branch_0"],
  ["ask", "merge", "branch_1"], ["ask", "end", "else"], ["merge", "end"],
];
const document = {
  format: 1,
  mode: "workflow",
  nodes: Object.fromEntries(
    Object.entries(KINDS).map(([id, node], at) => [
      id,
      { title: id, ...node, view: { x: (at % 4) * 300, y: Math.floor(at / 4) * 220, ...(id === "loop" && { width: 240, height: 160 }) } },
    ]),
  ),
  edges: WAYS.map(([from, to, port = "out"]) => ({ from, to, port })),
};
const callee = await call("POST", `/workspaces/${workspace}/workflows`, { name: "Panel callee" });
const workflow = await call("POST", `/workspaces/${workspace}/workflows`, { name: "Panel", document });

const page = await context.newPage();
page.setDefaultTimeout(30_000);
const problems = [];
page.on("pageerror", (error) => problems.push(error.message));
page.on("console", (message) => {
  if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) problems.push(message.text());
});
await page.goto(`${base}/w/${workspace}/workflows/${workflow.id}/canvas`);
await page.locator('[data-canvas] .react-flow__node[data-id="start"]').waitFor();

const panel = page.locator("[data-node-panel]");
const button = (name) => panel.getByRole("button", { name, exact: true });
async function openPanel(id) {
  await page.locator(`[data-canvas] .react-flow__node[data-id="${id}"]`).focus();
  await page.keyboard.press("Enter");
  await page.locator(`[data-node-panel="${id}"]`).waitFor();
  // The editors of texts come a moment later.
  await page.waitForFunction(() => !globalThis.document.querySelector("[data-node-panel] [aria-busy=true]"));
}
/** The node as the server has it, once it is as expected. */
async function saved(id, expected) {
  let last;
  for (let tries = 0; tries < 60; tries++) {
    const { document: now } = await call("GET", `/workflows/${workflow.id}/draft`);
    try {
      expected(now.nodes[id], now);
      return;
    } catch (error) {
      last = error;
      await page.waitForTimeout(250);
    }
  }
  throw last;
}

let count = 0;
async function stage(name, id, act) {
  try {
    if (id) await openPanel(id);
    await act();
    if (shots) await page.screenshot({ path: join(shots, `${String(++count).padStart(2, "0")}-${name.replaceAll(" ", "-")}.png`) });
    console.log(`ok ${name}`);
  } catch (error) {
    if (shots) await page.screenshot({ path: join(shots, `failed-${name.replaceAll(" ", "-")}.png`) });
    console.error(`not ok ${name}`);
    throw error;
  }
  if (await panel.count()) await button("Close").click();
  await panel.waitFor({ state: "detached" });
}

await stage("a value of an earlier step is chosen by keyboard", "code", async () => {
  await button("Add an input").click();
  await panel.getByRole("button", { name: /Choose a value of an earlier step/ }).click();
  await page.locator(":focus[placeholder='Search values']").waitFor();
  await page.keyboard.type("user.age");
  // The list follows what is written a moment later; what was searched for is chosen then.
  await page.locator("[cmdk-list] [cmdk-item][aria-selected=true]").filter({ hasText: /^age/ }).waitFor();
  await page.keyboard.press("Enter");
  await saved("code", ({ inputs }) => {
    assert.deepEqual(inputs[1].value, ref("start", "user", "age"));
    assert.equal(inputs[1].type, "integer");
  });
});

await stage("two braces offer values and make inputs of them", "text", async () => {
  await panel.getByRole("textbox", { name: /^Text/ }).click();
  await page.keyboard.press("End");
  await page.keyboard.type(" is {{");
  await page.locator(".cm-tooltip-autocomplete").waitFor();
  await page.keyboard.type("user › age");
  await page.locator(".cm-tooltip-autocomplete:not(.cm-tooltip-autocomplete-disabled) [aria-selected=true]").filter({ hasText: "age" }).waitFor();
  // For its first 75 ms the list takes no Enter, so that nobody chooses what has just come up.
  await page.waitForTimeout(100);
  await page.keyboard.press("Enter");
  await saved("text", ({ params, inputs }) => {
    assert.equal(params.template, "Hello {{query}} is {{age}}");
    assert.deepEqual(inputs[1].value, ref("start", "user", "age"));
  });
  // A chip goes as a whole.
  await page.keyboard.press("Backspace");
  await saved("text", ({ params }) => assert.equal(params.template, "Hello {{query}} is "));
});

await stage("a renamed output is followed", "code", async () => {
  const name = panel.getByRole("textbox", { name: "Name of the output" });
  await name.fill("made");
  await name.press("Enter");
  await page.getByText("2 references to output now say made").waitFor();
  await saved("choose", ({ inputs }) => assert.deepEqual(inputs[0].value, ref("code", "made")));
});

await stage("a curl command fills the request", "http", async () => {
  await button("Paste curl").click();
  await page
    .getByRole("dialog")
    .getByRole("textbox")
    .fill(`curl -X PUT 'https://api.example.com/v2?y=1' -H 'Authorization: Bearer k' -d '{"a":1}' --insecure`);
  await page.getByText("--insecure").last().waitFor();
  await page.getByRole("button", { name: "Take over", exact: true }).click();
  await saved("http", ({ params }) => {
    assert.equal(params.method, "PUT");
    assert.deepEqual(params.query, [{ name: "y", value: "1" }]);
    assert.equal(params.auth.type, "bearer");
    assert.match(params.auth.token, /^sealed:v1\./);
    assert.equal(params.body.type, "json");
  });
});

await stage("code runs alone", "code", async () => {
  const alone = panel.locator("[data-run-alone]");
  // Its output was renamed: what it returns is, too.
  const code = panel.getByRole("textbox", { name: "Code" });
  await code.click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.insertText("async def main(args: Args) -> Output:\n    print('made', args.params)\n    return {'made': args.params['query'] + '!'}\n");
  await alone.getByRole("button", { name: /inputs?$/ }).click();
  await alone.locator("textarea").first().fill("tea");
  await alone.getByRole("button", { name: "Run this node" }).click();
  await alone.getByText("tea!").waitFor();
  assert.match(await alone.getByLabel("Console").innerText(), /made .*tea/);
});

await stage("a branch goes, the others keep their ways", "choose", async () => {
  await button("Remove branch 1").click();
  await saved("choose", ({ params, inputs }, { edges }) => {
    assert.deepEqual(params.branches, [{ expr: "text.size() > 3" }]);
    assert.deepEqual(inputs.map(({ name }) => name), ["text"]);
    const ways = edges.filter(({ from }) => from === "choose").map(({ port, to }) => `${port} ${to}`);
    assert.deepEqual(ways.sort(), ["branch_0 text", "else model"]);
  });
});

await stage("a called workflow says what it takes", "called", async () => {
  await panel.getByRole("combobox", { name: /^Workflow/ }).selectOption(callee.id);
  await saved("called", ({ params, inputs }) => {
    assert.equal(params.workflow_id, callee.id);
    assert.ok(inputs.length > 0);
  });
});

await stage("a name that cannot be is refused", "model", async () => {
  const name = panel.getByRole("textbox", { name: "Name of the input" });
  await name.fill("two words");
  await name.press("Enter");
  await panel.getByText("Letters, digits and _").waitFor();
  await name.press("Escape");
});

await stage("a finding leads to its place", "code", async () => {
  await panel.getByRole("textbox", { name: "Code" }).click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.press("Delete");
  const finding = panel.locator("[data-faults] button").first();
  await finding.click();
  const focused = await page.evaluate(() => globalThis.document.activeElement?.closest("[data-path]")?.dataset.path);
  assert.equal(focused, "/params/code");
});

await stage("every panel can be used by everybody", undefined, async () => {
  const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  const wrong = [];
  for (const id of Object.keys(KINDS)) {
    await openPanel(id);
    await page.evaluate(() => {
      for (const fold of globalThis.document.querySelectorAll("[data-node-panel] details")) fold.open = true;
    });
    await page.waitForTimeout(300);
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run("[data-node-panel]"));
    for (const { impact, id: rule, nodes } of violations)
      if (impact === "serious" || impact === "critical") wrong.push(`${id}: ${rule} ${nodes[0].html}`);
    await button("Close").click();
  }
  assert.deepEqual(wrong, []);
});

assert.deepEqual(problems, []);
await browser.close();
console.log("the panel holds");
