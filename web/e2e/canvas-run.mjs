/**
 * Runs on the canvas, in a browser: a workflow is run, breaks, is mended and taken again from the
 * node that broke; loops and batches are looked through; a run that waits is answered in place;
 * breakpoints, pins and two runs side by side.
 *
 *   HEARTH_URL=http://127.0.0.1:8888 HEARTH_EMAIL=… HEARTH_PASSWORD=… node e2e/canvas-run.mjs
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
const context = await browser.newContext({ locale: "en", viewport: { width: 1440, height: 900 } });
const headers = { origin: new URL(base).origin };
const call = async (method, path, data) => {
  const answer = await context.request.fetch(`${base}/api/v1${path}`, { method, headers, data });
  const body = await answer.json();
  assert.ok(answer.ok(), `${method} ${path}: ${JSON.stringify(body)}`);
  return body;
};
await call("POST", "/auth/sign-in", {
  email: process.env.HEARTH_EMAIL ?? "owner@example.com",
  password: process.env.HEARTH_PASSWORD ?? "correct-horse-battery",
});
await call("PATCH", "/me", { locale: "en" });
const [{ id: workspace }] = (await call("GET", "/me")).workspaces;

const page = await context.newPage();
page.setDefaultTimeout(15_000);
const problems = [];
page.on("pageerror", (error) => problems.push(error.message));
page.on("console", (message) => {
  if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
    problems.push(message.text());
});

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** Whoever does not see the panel, or has no mouse, can use it. */
async function accessible() {
  if ((await page.locator("[data-dock]").count()) === 0) return;
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run("[data-dock]", { resultTypes: ["violations"] }));
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  assert.deepEqual(serious.map(({ id, nodes }) => [id, nodes[0]?.html]), [], "axe finds nothing serious");
}

let count = 0;
async function stage(name, act) {
  try {
    await act();
    await accessible();
    if (shots) {
      await page.waitForTimeout(250);
      await page.screenshot({ path: join(shots, `${String(++count).padStart(2, "0")}-${name.replaceAll(" ", "-")}.png`) });
    }
    console.log(`ok ${name}`);
  } catch (error) {
    if (shots) await page.screenshot({ path: join(shots, `failed-${name}.png`) });
    console.error(`not ok ${name} at ${page.url()}`);
    throw error;
  }
}

const bar = page.getByRole("group", { name: "Run", exact: true });
const dock = page.getByRole("region", { name: "Run panel" });
const inspector = (id) => dock.locator(`[data-inspector="${id}"]`);
const card = (id) => page.locator(`.react-flow__node[data-id="${id}"]`);
const status = (id, wanted) => card(id).locator(`[data-node-status="${wanted}"]`);
const tab = (name) => dock.getByRole("tab", { name, exact: true }).click();
const inDock = (name) => dock.getByRole("button", { name, exact: true });
const runStatus = (wanted) => bar.locator(`[data-status="${wanted}"]`).waitFor();
const shownRun = () => new URL(page.url()).searchParams.get("run");

async function open(name, document, mode = "workflow") {
  const { id } = await call("POST", `/workspaces/${workspace}/workflows`, { name, mode });
  const { revision } = await call("GET", `/workflows/${id}/draft`);
  const { findings } = await call("PUT", `/workflows/${id}/draft`, { document: { mode, ...document }, revision });
  assert.deepEqual(findings.filter(({ severity }) => severity === "error"), [], "the document is sound");
  await page.goto(`${base}/w/${workspace}/workflows/${id}/canvas`);
  await page.locator(".react-flow__node").first().waitFor();
  return id;
}

/** Looks at a node in the dock: what its status on the card leads to. */
async function inspect(id) {
  await card(id).locator("[data-node-status]").click();
  await inspector(id).waitFor();
}

const text = (name) => ({ name, type: "string" });
const ref = (node, ...path) => ({ ref: { node, path } });
const input = (name, value, type = "string") => ({ name, type, value });
const at = (x, y = 0) => ({ x, y });

/** Greets, then reads JSON that is broken. */
const breaking = {
  nodes: {
    start: { kind: "start", title: "Start", outputs: [{ ...text("topic"), required: true }], view: at(0) },
    greet: {
      kind: "text",
      title: "Greet",
      params: { method: "concat", template: "Hello {{topic}}" },
      inputs: [input("topic", ref("start", "topic"))],
      outputs: [text("output")],
      view: at(340),
    },
    parse: {
      kind: "json_decode",
      title: "Read answer",
      inputs: [input("input", { literal: "{broken" })],
      outputs: [{ name: "output", type: "any" }],
      view: at(680),
    },
    end: {
      kind: "end",
      title: "End",
      params: { mode: "variables" },
      inputs: [input("greeting", ref("greet", "output")), input("answer", ref("parse", "output"), "any")],
      view: at(1020),
    },
  },
  edges: [
    { from: "start", to: "greet" },
    { from: "greet", to: "parse" },
    { from: "parse", to: "end" },
  ],
};

/** Reads each text as JSON: one by one in a loop, then all in a batch. */
const repeating = {
  nodes: {
    start: { kind: "start", title: "Start", outputs: [{ name: "texts", type: { list: "string" } }], view: at(0) },
    loop: {
      kind: "loop",
      title: "One by one",
      params: { collect: [{ name: "values", from: { node: "read", path: ["output"] } }] },
      inputs: [input("texts", ref("start", "texts"), { list: "string" })],
      outputs: [{ name: "values", type: { list: "any" } }],
      view: { ...at(340), width: 480, height: 240 },
    },
    read: {
      kind: "json_decode",
      title: "Read one",
      parent: "loop",
      inputs: [input("input", ref("loop", "texts"))],
      outputs: [{ name: "output", type: "any" }],
      view: at(120, 80),
    },
    batch: {
      kind: "batch",
      title: "All at once",
      params: { size: 10, concurrency: 3, collect: [{ name: "texts", from: { node: "show", path: ["output"] } }] },
      inputs: [input("values", ref("loop", "values"), { list: "any" })],
      outputs: [{ name: "texts", type: { list: "string" } }],
      view: { ...at(900), width: 480, height: 240 },
    },
    show: {
      kind: "text",
      title: "Show",
      parent: "batch",
      params: { method: "concat", template: "value {{value}}" },
      inputs: [input("value", ref("batch", "values"), "any")],
      outputs: [text("output")],
      view: at(120, 80),
    },
    end: {
      kind: "end",
      title: "End",
      params: { mode: "variables" },
      inputs: [input("texts", ref("batch", "texts"), { list: "string" })],
      view: at(1460),
    },
  },
  edges: [
    { from: "start", to: "loop" },
    { from: "loop", port: "body", to: "read" },
    { from: "read", to: "loop" },
    { from: "loop", to: "batch" },
    { from: "batch", port: "body", to: "show" },
    { from: "show", to: "batch" },
    { from: "batch", to: "end" },
  ],
};

/** Asks, waits for a form and for a yes, and says what came of it. */
const asking = {
  nodes: {
    start: { kind: "start", title: "Start", outputs: [], view: at(0) },
    ask: {
      kind: "question",
      title: "Ask",
      params: { question: "Which tea?", answer: "options", options: ["Green", "Black"] },
      outputs: [text("optionId"), text("optionContent")],
      view: at(340),
    },
    form: { kind: "input", title: "Form", outputs: [{ name: "cups", type: "integer", required: true }], view: at(680) },
    approve: {
      kind: "approval",
      title: "Approve",
      params: { message: "Brew {{cups}} cups?" },
      inputs: [input("cups", ref("form", "cups"), "integer")],
      view: at(1020),
    },
    say: {
      kind: "output",
      title: "Say",
      params: { message: "Brewing {{tea}}", streaming: true },
      inputs: [input("tea", ref("ask", "optionContent"))],
      view: at(1360),
    },
    end: {
      kind: "end",
      title: "End",
      params: { mode: "variables" },
      inputs: [input("tea", ref("ask", "optionContent"))],
      view: at(1700),
    },
  },
  edges: [
    { from: "start", to: "ask" },
    { from: "ask", port: "branch_0", to: "form" },
    { from: "ask", port: "branch_1", to: "form" },
    { from: "ask", port: "else", to: "form" },
    { from: "form", to: "approve" },
    { from: "approve", port: "approved", to: "say" },
    { from: "approve", port: "rejected", to: "end" },
    { from: "say", to: "end" },
  ],
};

try {
  let broken;
  await stage("run and break", async () => {
    const id = await open("Breaks", breaking);
    await bar.getByRole("button", { name: "Run", exact: true }).click();
    await inDock("Run").click();
    await dock.getByText("Required").waitFor();
    await dock.getByLabel(/topic/).fill("Ada");
    await page.keyboard.press("Control+Enter");
    await runStatus("failed");
    broken = { id, run: shownRun() };
    await status("greet", "completed").waitFor();
    await status("parse", "failed").waitFor();
    await dock.getByText("“Read answer” failed").waitFor();
  });

  await stage("the reason", async () => {
    await inDock("Show the node").click();
    await inspector("parse").getByText(/^the text is no JSON:/).waitFor();
    await inspector("parse").getByText("json_invalid").first().waitFor();
    await inspector("parse").getByText("{broken").waitFor();
  });

  await stage("mend and take again", async () => {
    // Somebody mends it, here through the API; the page takes it over when it is looked at.
    const { revision, document } = await call("GET", `/workflows/${broken.id}/draft`);
    document.nodes.parse.inputs[0].value = { literal: '{"ok": true}' };
    await call("PUT", `/workflows/${broken.id}/draft`, { document, revision });
    await page.evaluate(() => window.dispatchEvent(new Event("focus")));
    await page.locator(`[data-revision="${revision + 1}"]`).waitFor();
    await inDock("Run again from here").click();
    await dock.getByRole("button", { name: "Run again", exact: true }).click();
    await page.waitForURL((url) => url.searchParams.get("run") !== broken.run);
    await runStatus("completed");
    await inspector("parse").getByText('"ok": true').waitFor();
    await inspect("greet");
    await inspector("greet").getByText("Hello Ada").first().waitFor();
    await inspector("greet").getByText("Pinned", { exact: true }).waitFor();
  });

  await stage("one node alone", async () => {
    await inDock("Run this node").click();
    const field = inspector("greet").getByLabel(/topic/);
    assert.equal(await field.inputValue(), "Ada", "what it was given last");
    await field.fill("Lin");
    await inspector("greet").locator("form").getByRole("button", { name: "Run this node" }).click();
    await inspector("greet").getByText("Hello Lin").first().waitFor();
    await inDock("Back to the run").click();
    await inspector("greet").getByText("Hello Ada").first().waitFor();
  });

  await stage("with other inputs, as it was", async () => {
    const before = shownRun();
    await tab("History");
    await dock.locator(`[data-run="${broken.run}"]`).getByRole("button", { name: "Open" }).click();
    await runStatus("failed");
    await inspect("parse");
    await inDock("Run again from here").click();
    await inspector("parse").getByText("As it was in that run").click();
    await inspector("parse").getByLabel(/^input/).fill('{"other": 1}');
    await inspector("parse").getByRole("button", { name: "Run again", exact: true }).click();
    await runStatus("completed");
    await inspector("parse").getByText('"other": 1').first().waitFor();
    assert.notEqual(shownRun(), before);
  });

  await stage("two runs side by side", async () => {
    await tab("History");
    await dock.locator(`tr[data-run="${broken.run}"] input`).check();
    await dock.locator(`tr[data-run="${shownRun()}"] input`).check();
    await inDock("Compare").click();
    await dock.locator('[data-compared="parse"]').getByRole("button").click();
    await dock.locator('[data-compared="parse"]').getByText("input").first().waitFor();
    assert.equal(await dock.locator('[data-compared="greet"]').count(), 0, "equal nodes are left out");
  });

  await stage("a run of the past by its address", async () => {
    await page.goto(`${base}/w/${workspace}/workflows/${broken.id}/canvas?run=${broken.run}`);
    await runStatus("failed");
    await status("parse", "failed").waitFor();
    assert.equal(await page.locator("[data-ran]").count(), 2, "the ways that were taken are marked");
  });

  await stage("by keyboard", async () => {
    await page.keyboard.press("Escape");
    await card("parse").focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
    await card("parse").focus();
    await page.keyboard.press("i");
    await inspector("parse").waitFor();
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Shift+Tab");
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Node", "the tabs are before it");
    await page.keyboard.press("ArrowRight");
    await dock.getByText("Read answer").first().waitFor();
    await page.keyboard.press("Escape");
    await dock.waitFor({ state: "detached" });
    assert.ok(await page.evaluate(() => document.activeElement?.hasAttribute("data-dock-toggle")), "back where it opens");
  });

  await stage("breakpoint", async () => {
    await inspect("greet");
    await inDock("Breakpoint").click();
    await card("greet").locator("[data-breakpoint]").waitFor();
    await bar.getByRole("button", { name: "Run", exact: true }).click();
    await inDock("Run").click();
    await runStatus("requires_action");
    await status("greet", "waiting").waitFor();
    await dock.locator("[data-waiting=breakpoint]").getByText("Ada").waitFor();
    await bar.getByRole("button", { name: "Step", exact: true }).click();
    await status("parse", "waiting").waitFor();
    await page.keyboard.press("F8");
    await runStatus("completed");
    await card("greet").locator("[data-breakpoint]").click();
    await card("greet").locator("[data-breakpoint]").waitFor({ state: "detached" });
  });

  await stage("pin", async () => {
    await inspect("greet");
    await inDock("Pin").click();
    const pin = dock.locator('[data-pin="greet"]');
    await pin.getByRole("textbox").fill('{"output": "Pinned words"}');
    await pin.getByRole("button", { name: "Pin", exact: true }).click();
    await tab("Inputs");
    await inDock("Run").click();
    await runStatus("completed");
    await dock.getByText("Pinned words").waitFor();
    await inspect("greet");
    await inDock("Unpin").click();
  });

  await stage("a loop that fails", async () => {
    await open("Repeats", repeating);
    await bar.getByRole("button", { name: "Run", exact: true }).click();
    await dock.getByRole("tab", { name: "JSON" }).click();
    await dock.getByRole("tabpanel").getByRole("textbox").fill('{"texts": ["1", "[2]", "oops", "4"]}');
    await inDock("Run").click();
    await runStatus("failed");
    await inDock("Show the node").click();
    const pager = dock.locator('[data-pager="loop"]');
    await pager.getByText("/ 3").waitFor();
    assert.equal(await pager.getByLabel("Iteration", { exact: true }).inputValue(), "3", "the one that failed");
    await inspector("read").getByText("oops").first().waitFor();
    await pager.getByRole("button", { name: "Previous iteration" }).click();
    await inspector("read").getByText("[2]").first().waitFor();
    await pager.getByRole("button", { name: /failed/ }).click();
    await inspector("read").getByText("oops").first().waitFor();
  });

  await stage("iterations of a loop and a batch", async () => {
    await tab("Inputs");
    await dock.getByRole("tab", { name: "JSON" }).click();
    await dock.getByRole("tabpanel").getByRole("textbox").fill('{"texts": ["1", "[2]", "3", "4"]}');
    await inDock("Run").click();
    await runStatus("completed");
    await inspect("show");
    const pager = dock.locator('[data-pager="batch"]');
    await pager.getByText("/ 4").waitFor();
    await pager.getByLabel("Iteration", { exact: true }).fill("2");
    await page.keyboard.press("Enter");
    await inspector("show").getByText("value 2").first().waitFor();
    await pager.getByRole("button", { name: "Next iteration" }).click();
    await inspector("show").getByText("value 3").first().waitFor();
    await inspect("loop");
    await inspector("loop").getByRole("button", { name: /^Inside/ }).click();
    await inspector("loop").getByText("Iteration 4").waitFor();
  });

  await stage("asked", async () => {
    await open("Asks", asking);
    await bar.getByRole("button", { name: "Run", exact: true }).click();
    await runStatus("requires_action");
    await status("ask", "waiting").waitFor();
    await dock.getByText("Which tea?").first().waitFor();
  });

  await stage("answered in place", async () => {
    await dock.getByRole("button", { name: /Black/ }).click();
    await status("form", "waiting").waitFor();
    await dock.getByLabel(/cups/).fill("2");
    await dock.locator("[data-waiting=input]").getByRole("button", { name: "Send" }).click();
    await dock.getByText("Brew 2 cups?").first().waitFor();
    await inDock("Approve").click();
    await runStatus("completed");
    await tab("Result");
    await dock.getByText("Brewing Black").waitFor();
    await dock.getByText('"tea": "Black"').waitFor();
  });

  await stage("stopped", async () => {
    await bar.getByRole("button", { name: "Run", exact: true }).click();
    await runStatus("requires_action");
    await bar.getByRole("button", { name: "Stop" }).click();
    await runStatus("cancelled");
  });

  assert.deepEqual(problems, []);
  console.log("canvas-run: all stages passed");
} finally {
  await browser.close();
}
