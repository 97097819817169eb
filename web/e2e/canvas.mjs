/**
 * The canvas in a browser: a workflow of ten nodes built with the mouse, another with the keyboard
 * alone, containers, undo, copying between workflows, two tabs at once, a server that is away.
 *
 *   HEARTH_URL=http://127.0.0.1:8888 HEARTH_EMAIL=… HEARTH_PASSWORD=… node e2e/canvas.mjs
 *
 * SHOTS names a folder for a picture of each stage.
 */
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { base, launch } from "./browser.mjs";

const shots = process.env.SHOTS;
if (shots) await mkdir(shots, { recursive: true });

const browser = await launch();
const context = await browser.newContext({ locale: "en", viewport: { width: 1440, height: 900 } });
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
const newWorkflow = (name, document) => call("POST", `/workspaces/${workspace}/workflows`, { name, ...(document && { document }) });
const draft = (id) => call("GET", `/workflows/${id}/draft`);

const problems = [];
async function open(id) {
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) problems.push(message.text());
  });
  await page.goto(`${base}/w/${workspace}/workflows/${id}/canvas`);
  await page.locator(".react-flow__node").first().waitFor();
  return page;
}

let count = 0;
async function stage(name, page, act) {
  try {
    await act();
    if (shots) {
      await page.waitForTimeout(250);
      await page.screenshot({ path: join(shots, `${String(++count).padStart(2, "0")}-${name}.png`) });
    }
    console.log(`ok ${name}`);
  } catch (error) {
    if (shots) await page.screenshot({ path: join(shots, `failed-${name}.png`) });
    console.error(`not ok ${name} at ${page.url()}`);
    throw error;
  }
}

/** What there is to do with a page of the canvas. */
function hands(page) {
  const card = (title) => page.locator(`.react-flow__node[aria-label="${title}"]`);
  const saved = async () => {
    // What was done a moment ago is told a moment later.
    await page.waitForTimeout(100);
    await page.locator("[data-save=saved]").waitFor();
  };
  const handle = (title, port, type = "source") => card(title).locator(`.react-flow__handle.${type}[data-port="${port}"]`);
  const centre = async (locator) => {
    const box = await locator.boundingBox();
    assert.ok(box, "it is in sight");
    return [box.x + box.width / 2, box.y + box.height / 2];
  };
  const drag = async (from, to) => {
    await page.mouse.move(...from);
    await page.mouse.down();
    await page.mouse.move((from[0] + to[0]) / 2, (from[1] + to[1]) / 2, { steps: 4 });
    await page.mouse.move(...to, { steps: 4 });
    await page.mouse.up();
  };
  const pick = async (search, kind) => {
    await page.locator("[data-picker] input").fill(search);
    await page.locator(`[data-picker] [data-pick="${kind}"]`).click();
    await page.locator("[data-picker]").waitFor({ state: "detached" });
  };
  const key = (...keys) => keys.reduce((done, one) => done.then(() => page.keyboard.press(one)), Promise.resolve());
  /** Tidies up and waits until all of it is in sight. */
  const arrange = async () => {
    await page.keyboard.press("Shift+l");
    await page.waitForTimeout(2_000);
  };
  const fit = async () => {
    await page.keyboard.press("f");
    await page.waitForTimeout(400);
  };
  return { page, arrange, fit, card, saved, handle, centre, drag, pick, key };
}

const nodesOf = ({ document }) => Object.values(document.nodes);
const titled = (drafted, title) => Object.entries(drafted.document.nodes).find(([, node]) => node.title === title)?.[0];
const hasEdge = (drafted, from, port, to) =>
  drafted.document.edges.some((edge) => edge.from === titled(drafted, from) && (edge.port ?? "out") === port && edge.to === titled(drafted, to));

try {
  const { id } = await newWorkflow("By mouse");
  const page = await open(id);
  const { arrange, fit, card, saved, handle, centre, drag, pick, key } = hands(page);

  await stage("plus on an edge", page, async () => {
    const edge = page.locator(".react-flow__edge").first();
    await edge.hover({ force: true });
    await page.locator("[data-insert]").first().click();
    await pick("text", "text");
    await card("Text").waitFor();
    await saved();
    const now = await draft(id);
    assert.ok(hasEdge(now, "Start", "out", "Text") && hasEdge(now, "Text", "out", "End"));
  });

  await stage("drag from a handle into the empty", page, async () => {
    const [x, y] = await centre(handle("Text", "out"));
    await drag([x, y], [x + 60, y + 260]);
    await pick("if", "condition");
    await card("Condition").waitFor();
    await saved();
    assert.ok(hasEdge(await draft(id), "Text", "out", "Condition"));
  });

  await stage("double click", page, async () => {
    await fit();
    const box = await page.locator("[data-canvas]").boundingBox();
    await page.mouse.dblclick(box.x + 140, box.y + box.height - 160);
    await pick("code", "code");
    await card("Code").waitFor();
    await saved();
  });

  await stage("connect by dragging", page, async () => {
    await drag(await centre(handle("Condition", "branch_0")), await centre(handle("Code", "in", "target")));
    await saved();
    assert.ok(hasEdge(await draft(id), "Condition", "branch_0", "Code"));
  });

  await stage("an illegal connection says why", page, async () => {
    await drag(await centre(handle("Code", "out")), await centre(handle("Text", "in", "target")));
    await page.getByText("This would go in a circle").waitFor();
    assert.equal((await draft(id)).document.edges.length, 4);
  });

  await stage("drag from the palette", page, async () => {
    await page.getByRole("button", { name: "Add node" }).click();
    const palette = page.locator("[data-palette]");
    await palette.locator("input").fill("loop");
    const box = await page.locator("[data-canvas]").boundingBox();
    await palette.locator("[data-pick=loop]").dragTo(page.locator("[data-canvas]"), { targetPosition: { x: box.width - 620, y: 90 } });
    await card("Loop").waitFor();
    await palette.getByRole("button", { name: "Close" }).click();
    await saved();
  });

  await stage("into a container and out of it", page, async () => {
    await arrange();
    const into = await centre(card("Loop"));
    await drag(await centre(card("Code").locator("[data-node] > div").first()), into);
    await saved();
    let now = await draft(id);
    assert.equal(now.document.nodes[titled(now, "Code")].parent, titled(now, "Loop"));
    await key("Control+z");
    await saved();
    now = await draft(id);
    assert.equal(now.document.nodes[titled(now, "Code")].parent, undefined);
    assert.ok(hasEdge(now, "Condition", "branch_0", "Code"));
  });

  await stage("a body from its beginning to its end", page, async () => {
    await handle("Loop", "body").click();
    await pick("text", "text");
    await card("Text 2").waitFor();
    await drag(await centre(handle("Text 2", "out")), await centre(handle("Loop", "end", "target")));
    await saved();
    const now = await draft(id);
    assert.equal(now.document.nodes[titled(now, "Text 2")].parent, titled(now, "Loop"));
    assert.ok(hasEdge(now, "Loop", "body", "Text 2") && hasEdge(now, "Text 2", "out", "Loop"));
  });

  await stage("ten nodes", page, async () => {
    await handle("Code", "out").click();
    await pick("loop", "loop");
    await key("Control+z");
    await fit();
    await handle("Code", "out").click();
    await pick("answer", "output");
    await card("Output").waitFor();
    await fit();
    await handle("Condition", "else").click();
    await pick("template", "template");
    await card("Template").waitFor();
    await fit();
    await drag(await centre(handle("Template", "out")), await centre(handle("End", "in", "target")));
    await arrange();
    await drag(await centre(handle("Output", "out")), await centre(handle("Loop", "in", "target")));
    await drag(await centre(handle("Loop", "out")), await centre(handle("End", "in", "target")));
    await page.getByRole("button", { name: /^Note or group/ }).click();
    await page.locator("[data-kind=comment] textarea:focus").waitFor();
    await page.keyboard.type("What it is for");
    await key("Escape", "Shift+l");
    await saved();
    const now = await draft(id);
    assert.equal(nodesOf(now).length, 10);
    assert.ok(nodesOf(now).some((node) => node.params?.text === "What it is for"));
    assert.ok(hasEdge(now, "Loop", "out", "End"));
    await fit();
  });

  await stage("undo all and redo all", page, async () => {
    const full = (await draft(id)).document;
    const undo = page.getByRole("button", { name: /^Undo/ });
    while (await undo.isEnabled()) await undo.click();
    await saved();
    assert.equal(nodesOf(await draft(id)).length, 2);
    const redo = page.getByRole("button", { name: /^Redo/ });
    while (await redo.isEnabled()) await redo.click();
    await saved();
    assert.deepEqual((await draft(id)).document, full);
  });

  await stage("problems lead to their node", page, async () => {
    await page.locator("[data-findings-button]").click();
    const finding = page.getByRole("region", { name: "Problems" }).getByRole("button").nth(1);
    await finding.click();
    await page.locator(".react-flow__node.selected").waitFor();
    await key("Escape", "Escape", "Escape");
  });

  await stage("a group takes along what lies in it", page, async () => {
    const { id: other } = await newWorkflow("Grouped");
    const grouped = await open(other);
    const mine = hands(grouped);
    await mine.key("Control+a", "n");
    await grouped.locator("[data-kind=comment] textarea:focus").waitFor();
    await grouped.keyboard.type("Together");
    await mine.key("Escape", "Escape");
    await mine.fit();
    await mine.saved();
    const places = async () =>
      Object.fromEntries(Object.entries((await draft(other)).document.nodes).map(([one, { view }]) => [one, [view.x, view.y]]));
    const before = await places();
    const box = await grouped.locator("[data-kind=comment]").boundingBox();
    // Its strip above the nodes is bare.
    await mine.drag([box.x + box.width / 2, box.y + 14], [box.x + box.width / 2 + 70, box.y + 94]);
    await mine.saved();
    if (shots) await grouped.screenshot({ path: join(shots, "grouped.png") });
    const after = await places();
    const ways = Object.keys(before).map((one) => [after[one][0] - before[one][0], after[one][1] - before[one][1]]);
    assert.equal(ways.length, 3);
    assert.ok(ways[0][0] > 0 && ways[0][1] > 0, JSON.stringify(ways));
    for (const way of ways) assert.deepEqual(way, ways[0]);
    await mine.key("Control+z");
    await mine.saved();
    assert.deepEqual(await places(), before);
    await grouped.close();
    await page.bringToFront();
  });

  await stage("keyboard alone", page, async () => {
    const { id: other } = await newWorkflow("By keyboard");
    const typed = await open(other);
    const mine = hands(typed);
    await typed.locator("[data-canvas]").focus().catch(() => {});
    // Along the nodes; the start is first.
    await mine.key("Tab");
    await typed.locator('.react-flow__node[aria-label="Start"]:focus').waitFor();
    const add = async (search) => {
      await mine.key("a");
      await typed.locator("[data-picker] input:focus").waitFor();
      await typed.keyboard.type(search);
      await typed.waitForTimeout(50);
      await mine.key("Enter");
      await typed.locator("[data-picker]").waitFor({ state: "detached" });
      await typed.waitForTimeout(80);
    };
    for (const kind of ["large model", "template", "code", "if", "json dec", "http", "wait"]) await add(kind === "large model" ? "model" : kind);
    await add("loop");
    await add("text");
    assert.equal(await typed.locator(".react-flow__node:focus").getAttribute("aria-label"), "Text");
    // The text stands in the loop; its end is the loop's end.
    await mine.key("c");
    await typed.getByRole("dialog").getByRole("combobox").fill("loop");
    await mine.key("Enter");
    await mine.key("Control+f");
    await typed.getByRole("dialog").getByRole("combobox").fill("condition");
    await mine.key("Enter");
    await typed.locator('.react-flow__node[aria-label="Condition"]:focus').waitFor();
    await mine.key("c");
    await typed.getByRole("dialog").getByRole("button", { name: "Else", exact: true }).focus();
    await mine.key("Enter");
    await typed.getByRole("dialog").getByRole("combobox").fill("end");
    await mine.key("Enter");
    await typed.getByRole("dialog").waitFor({ state: "detached" });
    await mine.arrange();
    await mine.saved();
    const now = await draft(other);
    assert.ok(nodesOf(now).length >= 10);
    assert.ok(hasEdge(now, "Text", "out", "Loop"), "the end of the body");
    assert.ok(hasEdge(now, "Loop", "out", "End"), "after the loop");
    assert.ok(hasEdge(now, "Condition", "else", "End"), "past all that");
    await mine.key("Control+f");
    await typed.getByRole("dialog").getByRole("combobox").fill("loop");
    await mine.key("Enter");
    await typed.locator('.react-flow__node[aria-label="Loop"]:focus').waitFor();
    // Arrow keys move, Enter opens, Escape closes.
    const before = now.document.nodes[titled(now, "Loop")].view.x;
    await mine.key("ArrowRight", "ArrowRight");
    await mine.saved();
    await mine.key("Enter");
    await typed.locator("[data-node-panel] :focus").waitFor();
    await mine.key("Escape");
    const moved = await draft(other);
    assert.equal(moved.document.nodes[titled(moved, "Loop")].view.x, before + 16);
    // The end stands at the right; its panel opens beside it.
    await mine.fit();
    await mine.card("End").focus();
    await mine.key("Enter");
    await typed.locator("[data-node-panel] :focus").waitFor();
    await typed.waitForTimeout(400);
    const [end, panel] = await Promise.all([mine.card("End"), typed.locator("[data-node-panel]")].map((one) => one.boundingBox()));
    assert.ok(end.x > 0 && end.x + end.width <= panel.x, "the panel does not lie over its node");
    await mine.key("Escape");
    await mine.key("?");
    await typed.getByRole("dialog", { name: "Keyboard" }).waitFor();
    if (shots) await typed.screenshot({ path: join(shots, "keys.png") });
    await mine.key("Escape");
    if (shots) await typed.screenshot({ path: join(shots, "by-keyboard.png") });
    await typed.close();
  });

  await stage("copy to another workflow", page, async () => {
    const { id: other } = await newWorkflow("Pasted");
    await page.bringToFront();
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await card("Loop").locator("[data-node] > div").nth(0).click({ position: { x: 60, y: 12 }, force: true });
    await key("Control+c");
    await page.getByText("Copied").waitFor();
    const pasted = await open(other);
    await pasted.keyboard.press("Control+v");
    await hands(pasted).card("Text 2").waitFor();
    await hands(pasted).saved();
    const now = await draft(other);
    assert.equal(nodesOf(now).length, 4);
    await pasted.close();
  });

  await stage("two tabs lose nothing", page, async () => {
    const { id: shared } = await newWorkflow("Shared");
    const [one, two] = [await open(shared), await open(shared)];
    const rename = async (tab, title, to) => {
      await hands(tab).card(title).click({ position: { x: 100, y: 20 } });
      await tab.keyboard.press("j");
      const editor = tab.getByRole("dialog").locator(".cm-content");
      await editor.waitFor();
      const text = await tab.evaluate(() => document.querySelector(".cm-content").cmTile?.view?.state.doc.toString() ?? document.querySelector(".cm-content").innerText);
      await editor.fill(text.replace(/"title": "[^"]*"/, `"title": "${to}"`));
      await tab.getByRole("dialog").getByRole("button", { name: "Apply" }).click();
    };
    await rename(one, "Start", "Entry");
    await hands(one).saved();
    await rename(two, "End", "Exit");
    await hands(two).card("Entry").waitFor();
    await hands(two).saved();
    const now = await draft(shared);
    assert.deepEqual(nodesOf(now).map(({ title }) => title).sort(), ["Entry", "Exit"]);
    // The same part in both: who looks second chooses.
    await one.bringToFront();
    await one.evaluate(() => window.dispatchEvent(new Event("focus")));
    await hands(one).card("Exit").waitFor();
    await rename(one, "Exit", "Mine");
    await rename(two, "Exit", "Theirs");
    await hands(one).saved();
    await two.getByText("Somebody else changed the same nodes").waitFor();
    await two.getByRole("button", { name: "Choose" }).click();
    await two.getByRole("radio").first().check();
    if (shots) await two.screenshot({ path: join(shots, "conflict.png") });
    await two.getByRole("dialog").getByRole("button", { name: "Save", exact: true }).click();
    await hands(two).saved();
    assert.ok(titled(await draft(shared), "Theirs"));
    await one.close();
    await two.close();
  });

  await stage("a server that is away, a tab that is gone", page, async () => {
    const { id: lost } = await newWorkflow("Lost and found");
    const first = await open(lost);
    await first.route("**/api/v1/workflows/*/draft", (route) => (route.request().method() === "PUT" ? route.abort() : route.continue()));
    await hands(first).card("End").click({ position: { x: 100, y: 20 } });
    await first.keyboard.press("ArrowDown");
    await first.locator("[data-save=failed]").waitFor();
    if (shots) await first.screenshot({ path: join(shots, "away.png") });
    await first.waitForTimeout(400);
    await first.close({ runBeforeUnload: false });
    const second = await open(lost);
    await second.getByText("Unsaved work was found").waitFor();
    if (shots) await second.screenshot({ path: join(shots, "recovery.png") });
    await second.getByRole("button", { name: "Restore" }).click();
    await second.waitForTimeout(900);
    await hands(second).saved();
    const now = await draft(lost);
    assert.equal(now.document.nodes[titled(now, "End")].view.y, 8);
    await second.close();
  });

  assert.deepEqual(problems, []);
  console.log("canvas: all stages passed");
} finally {
  await browser.close();
}
