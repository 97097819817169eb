/** Every page and dialog of workflows and their canvas, as states that a browser can be brought into. */
import { readFile } from "node:fs/promises";

/** The texts of a language, as the pages have them: `t("canvas:undo")`. */
export async function textsOf(language) {
  const files = new Map();
  for (const name of ["common", "canvas", "canvas-around", "canvas-panel", "canvas-run", "runs", "triggers", "workflows"])
    files.set(name, JSON.parse(await readFile(new URL(`../src/i18n/${language}/${name}.json`, import.meta.url), "utf8")));
  return (key) => {
    const [name, path] = key.split(":");
    const text = path.split(".").reduce((at, part) => at?.[part], files.get(name));
    if (typeof text !== "string") throw new Error(`no text ${key}`);
    return text;
  };
}

const ref = (node, ...path) => ({ ref: { node, path } });
const text = (name) => ({ name, type: "string" });

/** A little of everything that is drawn: branches, a loop, a note, a model, something that is wrong. */
export const SHOWN = {
  mode: "workflow",
  nodes: {
    start: { kind: "start", title: "Start", outputs: [{ ...text("topic"), required: true }, { name: "texts", type: { list: "string" } }], view: { x: 0, y: 60 } },
    loop: {
      kind: "loop",
      title: "Read each of the texts, however many there are",
      params: { collect: [{ name: "values", from: ref("read", "output").ref }] },
      inputs: [{ name: "texts", type: { list: "string" }, value: ref("start", "texts") }],
      outputs: [{ name: "values", type: { list: "any" } }],
      view: { x: 340, y: 0, width: 420, height: 200 },
    },
    read: { kind: "json_decode", title: "Read one", parent: "loop", inputs: [{ ...text("input"), value: ref("loop", "texts") }], outputs: [{ name: "output", type: "any" }], view: { x: 120, y: 70 } },
    choose: {
      kind: "condition",
      title: "Is it tea?",
      params: { branches: [{ logic: "and", conditions: [{ left: "topic", operator: "contains", right: "word" }] }] },
      inputs: [{ ...text("topic"), value: ref("start", "topic") }, { ...text("word"), value: { literal: "tea" } }],
      view: { x: 840, y: 60 },
    },
    greet: { kind: "text", title: "Greet", params: { method: "concat", template: "Hello {{topic}}" }, inputs: [{ ...text("topic"), value: ref("start", "topic") }], outputs: [text("output")], view: { x: 1180, y: 0 } },
    fetch: { kind: "http_request", title: "Ask a host", params: { url: "https://api.example.com/v1", method: "GET" }, view: { x: 1180, y: 220 } },
    note: { kind: "comment", title: "Note", params: { text: "What this is for" }, view: { x: 0, y: 320, width: 260, height: 90, color: "warning" } },
    end: { kind: "end", title: "End", params: { mode: "variables" }, inputs: [{ ...text("greeting"), value: ref("greet", "output") }, { name: "values", type: "any", value: ref("loop", "values") }], view: { x: 1540, y: 60 } },
  },
  edges: [
    { from: "start", to: "loop" },
    { from: "loop", port: "body", to: "read" },
    { from: "read", to: "loop" },
    { from: "loop", to: "choose" },
    { from: "choose", port: "branch_0", to: "greet" },
    { from: "choose", port: "else", to: "fetch" },
    { from: "greet", to: "end" },
    { from: "fetch", to: "end" },
  ],
};

/** Answers of people, then an approval. */
export const WAITING = {
  mode: "workflow",
  nodes: {
    start: { kind: "start", title: "Start", outputs: [], view: { x: 0, y: 0 } },
    ask: { kind: "question", title: "Ask", params: { question: "Which tea?", answer: "options", options: ["Green", "Black"] }, outputs: [text("optionId"), text("optionContent")], view: { x: 340, y: 0 } },
    end: { kind: "end", title: "End", params: { mode: "variables" }, inputs: [{ ...text("tea"), value: ref("ask", "optionContent") }], view: { x: 720, y: 0 } },
  },
  edges: [{ from: "start", to: "ask" }, ...["branch_0", "branch_1", "else"].map((port) => ({ from: "ask", port, to: "end" }))],
};

/** What the states below look at. */
export async function prepared(call, workspace) {
  const { id } = await call("POST", `/workspaces/${workspace}/workflows`, { name: "Tea by post", description: "Greets whoever writes about tea.", document: SHOWN });
  await call("POST", "/workspaces", { name: "Elsewhere" });
  await call("POST", `/workflows/${id}/publish`, { version: "v0.0.1", notes: "The first greeting" });
  const { document, revision } = await call("GET", `/workflows/${id}/draft`);
  document.nodes.greet.params.template = "Good day, {{topic}}";
  document.nodes.shout = { kind: "text", title: "Shout", params: { method: "concat", template: "!" }, outputs: [text("output")], view: { x: 1180, y: 420 } };
  document.edges.push({ from: "choose", port: "else", to: "shout" }, { from: "shout", to: "end" });
  await call("PUT", `/workflows/${id}/draft`, { document, revision });
  const run = async (inputs, workflow = id) => (await call("POST", `/workflows/${workflow}/runs`, { inputs, draft: true, wait: true })).id;
  const completed = await run({ topic: "Green tea", texts: ["1", "[2]", "3"] });
  const failed = await run({ topic: "Green tea", texts: ["1", "oops"] });
  const { id: asking } = await call("POST", `/workspaces/${workspace}/workflows`, { name: "Asks", document: WAITING });
  const waiting = (await call("POST", `/workflows/${asking}/runs`, { inputs: {}, draft: true })).id;
  const { id: filed } = await call("POST", `/workspaces/${workspace}/workflows`, { name: "Filed", folder: "Letters" });
  const { id: chatflow } = await call("POST", `/workspaces/${workspace}/workflows`, { name: "Talks", mode: "chatflow" });
  const broken = structuredClone(document);
  broken.nodes.lost = { kind: "no_such_kind", title: "Lost", view: { x: 0, y: 480 } };
  const { id: wrong } = await call("POST", `/workspaces/${workspace}/workflows`, { name: "Wrong", document: broken });
  await call("POST", `/workflows/${id}/triggers`, { name: "Letters come in", webhook: { signed: true } });
  const { trigger } = await call("POST", `/workflows/${id}/triggers`, { name: "Every morning", schedule: { cron: "0 8 * * *", time_zone: "Asia/Shanghai" }, inputs: { topic: "Tea" } });
  await call("POST", `/triggers/${trigger.id}/fire`, {});
  return { id, completed, failed, asking, waiting, filed, chatflow, wrong };
}

/** What is seen once a state is reached. */
const DIALOG = "[role=dialog]";
const MENU = "[role=menu]";
const SEEN = {
  gallery: DIALOG,
  "gallery-template": DIALOG,
  import: DIALOG,
  "import-report": DIALOG,
  "workflow-compare": DIALOG,
  "workflow-publish": DIALOG,
  "workflow-edit": DIALOG,
  "workflow-duplicate": DIALOG,
  "workflow-folder": DIALOG,
  "workflow-move": DIALOG,
  "workflow-unpublish": DIALOG,
  "workflow-delete": DIALOG,
  "workflow-export": DIALOG,
  "workflow-trigger-webhook": DIALOG,
  "workflow-trigger-schedule": "[data-next-times] li",
  "workflow-trigger-ready": "[data-snippet]",
  "workflow-trigger-log": "[data-firing]",
  "workflow-trigger-menu": MENU,
  "canvas-picker": DIALOG,
  "canvas-find": DIALOG,
  "canvas-connect": DIALOG,
  "canvas-keys": DIALOG,
  "canvas-json": DIALOG,
  "canvas-publish": DIALOG,
  "canvas-publish-wrong": DIALOG,
  "canvas-versions": DIALOG,
  "canvas-assist": DIALOG,
  "canvas-export": DIALOG,
  "workflows-menu": MENU,
  "workflow-menu": MENU,
  "canvas-menu": MENU,
  "canvas-run-menu": MENU,
  "canvas-palette": "[data-palette]",
  "canvas-panel": "[data-node-panel]",
  "canvas-note": "[data-kind=comment] textarea:focus",
  "canvas-problems": "[data-severity]",
  "canvas-run-form": "[data-dock=start] form",
  "canvas-result": "[data-dock=result] [role=tabpanel] pre",
  "canvas-failed": "[data-explain]",
  "canvas-steps": "[data-dock=steps] ol",
  "canvas-history": "[data-dock=history] table",
  "canvas-compare-runs": "[data-compared]",
  "canvas-inspector": "[data-inspector=read]",
  "canvas-inspector-failed": "[data-inspector=read]",
  "canvas-rerun": "[data-inspector=greet] input[type=radio]",
  "canvas-run-node": "[data-inspector=greet] form",
  "canvas-pin": "[data-pin=greet]",
  "canvas-waiting": "[data-waiting]",
  "canvas-chat": "[data-dock=chat] textarea",
};

/** `path` within the workspace; `act` opens what a plain visit does not show. */
export function states({ id, completed, failed, asking, waiting, chatflow, wrong }, t) {
  const button = (page, key) => page.getByRole("button", { name: t(key), exact: true }).first();
  const press = (key) => (page) => button(page, key).click();
  const menu = (...items) => async (page) => {
    await button(page, "common:action.more").click();
    if (items[0]) await page.getByRole("menuitem", { name: t(items[0]) }).click();
  };
  const card = (page, node) => page.locator(`.react-flow__node[data-id="${node}"]`);
  const keys = (node, ...strokes) => async (page) => {
    await card(page, node).click({ position: { x: 20, y: 8 } });
    await page.locator(`.react-flow__node.selected[data-id="${node}"]`).waitFor();
    await card(page, node).focus();
    for (const stroke of strokes) await page.keyboard.press(stroke);
  };
  const tab = (name) => async (page) => page.locator("[data-dock]").getByRole("tab", { name: t(`canvas-run:tab.${name}`), exact: true }).click();
  const inspect = (node) => async (page) => card(page, node).locator("[data-node-status]").click();
  const page = `/workflows/${id}`;
  const canvas = `${page}/canvas`;
  const ran = (run, workflow = id) => `/workflows/${workflow}/canvas?run=${run}`;
  const all = [
    ["workflows", "/workflows"],
    ["workflows-folder", "/workflows?folder=Letters"],
    ["workflows-menu", "/workflows", (on) => on.getByRole("button", { name: t("workflows:actions").replace("{{name}}", "Tea by post") }).click()],
    ["gallery", "/workflows?create=true"],
    ["gallery-template", "/workflows?create=true", (on) => on.locator("[data-template=ticket_routing]").click()],
    ["import", "/workflows?import=true"],
    ["import-report", "/workflows?import=true", async (on) => {
      const file = await readFile(new URL("../../tests/tests/api/imports/n8n_greeting.json", import.meta.url));
      await on.getByRole("dialog").locator("input[type=file]").setInputFiles({ name: "greeting.json", mimeType: "application/json", buffer: file });
      await on.getByRole("dialog").getByRole("button", { name: t("workflows:import.action"), exact: true }).click();
      await on.locator("[data-report]").waitFor();
    }],
    ["workflow", page],
    ["workflow-menu", page, menu()],
    ["workflow-draft", `${page}?tab=draft`],
    ["workflow-versions", `${page}?tab=versions`],
    ["workflow-compare", `${page}?tab=versions`, press("workflows:versions.compare")],
    ["workflow-references", `${page}?tab=references`],
    ["workflow-api", `${page}?tab=api`],
    ["workflow-triggers", `${page}?tab=triggers`],
    ["workflow-triggers-empty", `/workflows/${asking}?tab=triggers`],
    ["workflow-trigger-menu", `${page}?tab=triggers`, (on) => on.getByRole("button", { name: t("triggers:actions").replace("{{name}}", "Letters come in") }).click()],
    ["workflow-trigger-log", `${page}?tab=triggers`, (on) => on.locator("[data-trigger]").last().getByRole("button", { name: t("triggers:firings.action"), exact: true }).click()],
    ["workflow-trigger-webhook", `${page}?tab=triggers`, press("triggers:create.webhook")],
    ["workflow-trigger-schedule", `${page}?tab=triggers`, press("triggers:create.schedule")],
    ["workflow-trigger-ready", `${page}?tab=triggers`, async (on) => {
      await press("triggers:create.webhook")(on);
      await on.getByRole("dialog").getByRole("button", { name: t("common:action.create"), exact: true }).click();
    }],
    ["workflow-publish", page, press("workflows:publish.action")],
    ["workflow-edit", page, menu("workflows:edit.action")],
    ["workflow-duplicate", page, menu("workflows:duplicate.action")],
    ["workflow-folder", page, menu("workflows:folder.action")],
    ["workflow-move", page, menu("workflows:move.action")],
    ["workflow-unpublish", page, menu("workflows:unpublish.action")],
    ["workflow-delete", page, menu("common:action.delete")],
    ["workflow-export", page, menu("workflows:export.coze")],
    ["workflow-run", `${page}/run`],
    ["run", `/runs/${completed}`],
    ["run-failed", `/runs/${failed}`],
    ["run-waiting", `/runs/${waiting}`],
    ["canvas", canvas],
    ["canvas-palette", canvas, press("canvas:tool.add")],
    ["canvas-picker", canvas, keys("greet", "a")],
    ["canvas-panel", canvas, keys("choose", "Enter")],
    ["canvas-note", canvas, keys("note", "Enter")],
    ["canvas-menu", canvas, (on) => card(on, "greet").click({ button: "right" })],
    ["canvas-find", canvas, keys("greet", "Control+f")],
    ["canvas-connect", canvas, keys("greet", "c")],
    ["canvas-keys", canvas, keys("greet", "?")],
    ["canvas-json", canvas, keys("greet", "j")],
    ["canvas-problems", `/workflows/${wrong}/canvas`, keys("greet", "e")],
    ["canvas-publish", canvas, press("workflows:publish.action")],
    ["canvas-publish-wrong", `/workflows/${wrong}/canvas`, press("workflows:publish.action")],
    ["canvas-versions", canvas, press("workflows:tab.versions")],
    ["canvas-assist", canvas, press("canvas-around:assist.title")],
    ["canvas-export", canvas, menu("workflows:export.coze")],
    ["canvas-run-menu", canvas, press("canvas-run:bar.more")],
    ["canvas-run-form", canvas, (on) => on.getByRole("group", { name: t("canvas-run:bar.label"), exact: true }).getByRole("button", { name: t("workflows:run.action"), exact: true }).click()],
    ["canvas-result", ran(completed), tab("result")],
    ["canvas-failed", ran(failed), tab("result")],
    ["canvas-steps", ran(completed), tab("steps")],
    ["canvas-history", ran(completed), async (on) => {
      await tab("history")(on);
      await on.locator(`tr[data-run="${completed}"]`).waitFor();
    }],
    ["canvas-compare-runs", ran(completed), async (on) => {
      await tab("history")(on);
      for (const run of [completed, failed]) await on.locator(`tr[data-run="${run}"] input`).check();
      await button(on, "canvas-run:history.compare").click();
    }],
    ["canvas-inspector", ran(completed), inspect("read")],
    ["canvas-inspector-failed", ran(failed), inspect("read")],
    ["canvas-rerun", ran(completed), async (on) => { await inspect("greet")(on); await button(on, "runs:fork.action").click(); }],
    ["canvas-run-node", ran(completed), async (on) => { await inspect("greet")(on); await button(on, "workflows:run.node").click(); }],
    ["canvas-pin", ran(completed), async (on) => { await inspect("greet")(on); await button(on, "canvas-run:pin.on").click(); }],
    ["canvas-waiting", ran(waiting, asking), (on) => on.locator("[data-dock] [data-waiting]").waitFor()],
    ["canvas-chat", `/workflows/${chatflow}/canvas`, (on) => on.getByRole("group", { name: t("canvas-run:bar.label"), exact: true }).getByRole("button", { name: t("workflows:run.action"), exact: true }).click()],
  ];
  return all.map(([name, path, act]) => ({ name, path, act, seen: SEEN[name] }));
}
