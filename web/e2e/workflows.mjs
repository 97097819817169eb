/**
 * Workflows in a browser: a canvas is imported and its report read, a workflow is made, edited as
 * JSON against somebody else's change, published, run by its form, answered while it waits.
 *
 *   HEARTH_URL=http://127.0.0.1:8888 HEARTH_EMAIL=… HEARTH_PASSWORD=… node e2e/workflows.mjs
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
const context = await browser.newContext({ locale: "en", viewport: { width: 1280, height: 900 } });
const headers = { origin: new URL(base).origin };
const signedIn = await context.request.post(`${base}/api/v1/auth/sign-in`, {
  headers,
  data: {
    email: process.env.HEARTH_EMAIL ?? "owner@example.com",
    password: process.env.HEARTH_PASSWORD ?? "correct-horse-battery",
  },
});
assert.ok(signedIn.ok(), "signed in");
await context.request.patch(`${base}/api/v1/me`, { headers, data: { locale: "en" } });
const [{ id: workspace }] = (await (await context.request.get(`${base}/api/v1/me`)).json()).workspaces;

const page = await context.newPage();
page.setDefaultTimeout(15_000);
const problems = [];
page.on("pageerror", (error) => problems.push(error.message));
page.on("console", (message) => {
  if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
    problems.push(message.text());
});

let count = 0;
async function stage(name, act) {
  try {
    await act();
    if (shots) await page.screenshot({ path: join(shots, `${String(++count).padStart(2, "0")}-${name}.png`) });
    console.log(`ok ${name}`);
  } catch (error) {
    if (shots) await page.screenshot({ path: join(shots, `failed-${name}.png`) });
    console.error(`not ok ${name} at ${page.url()}`);
    throw error;
  }
}
const button = (name) => page.getByRole("button", { name, exact: true });
const dialog = page.getByRole("dialog");

/** Start → end, as Coze stores it. */
const canvas = {
  nodes: [
    { id: "100001", type: "1", data: { nodeMeta: { title: "Start" }, outputs: [{ name: "input", type: "string" }] } },
    {
      id: "900001",
      type: "2",
      data: {
        nodeMeta: { title: "End" },
        inputs: {
          terminatePlan: "returnVariables",
          inputParameters: [
            {
              name: "output",
              input: {
                type: "string",
                value: { type: "ref", content: { source: "block-output", blockID: "100001", name: "input" } },
              },
            },
          ],
        },
      },
    },
  ],
  edges: [{ sourceNodeID: "100001", targetNodeID: "900001" }],
};
/** A question between start and end. */
const asking = {
  nodes: {
    start: { kind: "start", title: "Start", outputs: [{ name: "topic", type: "string", required: true }] },
    ask: {
      kind: "question",
      title: "Ask",
      params: { question: "Which {{topic}}?", answer: "options", options: ["Green", "Black"] },
      inputs: [{ name: "topic", type: "string", value: { ref: { node: "start", path: ["topic"] } } }],
      outputs: [
        { name: "optionId", type: "string" },
        { name: "optionContent", type: "string" },
      ],
    },
    end: {
      kind: "end",
      title: "End",
      params: { mode: "variables" },
      inputs: [{ name: "choice", type: "string", value: { ref: { node: "ask", path: ["optionContent"] } } }],
    },
  },
  edges: [
    { from: "start", to: "ask" },
    { from: "ask", port: "branch_0", to: "end" },
    { from: "ask", port: "branch_1", to: "end" },
    { from: "ask", port: "else", to: "end" },
  ],
};

try {
  await stage("import", async () => {
    await page.goto(`${base}/w/${workspace}/workflows?import=true`);
    await dialog.locator("input[type=file]").setInputFiles({
      name: "Echo canvas.json",
      mimeType: "application/json",
      buffer: Buffer.from(JSON.stringify(canvas)),
    });
    await dialog.getByRole("button", { name: "Import", exact: true }).click();
    await dialog.getByText("2 carried over").waitFor();
    await button("Open on the canvas").click();
    await page.getByRole("heading", { name: "Echo canvas" }).waitFor();
    await page.locator(".react-flow__node").nth(1).waitFor();
  });

  await stage("create", async () => {
    await page.goto(`${base}/w/${workspace}/workflows?create=true`);
    await dialog.getByLabel("Name").fill("Tea");
    await dialog.getByRole("button", { name: "Create", exact: true }).click();
    await page.waitForURL("**/canvas");
    await page.locator(".react-flow__node").first().waitFor();
    await page.getByRole("link", { name: "Back to the workflow" }).click();
    await page.waitForURL((url) => !url.pathname.endsWith("/canvas"));
    await page.getByRole("heading", { name: "Tea" }).waitFor();
  });

  const id = new URL(page.url()).pathname.split("/").at(-1);
  const editor = page.getByLabel("Draft as JSON");
  await stage("edit against another", async () => {
    await page.getByRole("tab", { name: "Draft (JSON)" }).click();
    await editor.fill("{ broken");
    await page.getByText("This is not a JSON object").waitFor();
    await editor.fill(JSON.stringify({ nodes: { lonely: { kind: "no_such_kind" } } }));
    await button("Check").click();
    await page.locator("[data-severity=error]").first().waitFor();
    const theirs = await context.request.put(`${base}/api/v1/workflows/${id}/draft`, {
      headers,
      data: { document: { nodes: {} }, revision: 1 },
    });
    assert.ok(theirs.ok());
    await editor.fill(JSON.stringify(asking));
    await button("Save").click();
    await page.getByText("The draft was changed elsewhere").waitFor();
    await button("Keep mine, overwrite theirs").click();
    await page.locator("[data-revision='3']").waitFor();
    await page.getByText("Nothing is wrong with it.").waitFor();
  });

  await stage("publish", async () => {
    await button("Publish").click();
    await dialog.getByLabel("What changed").fill("A question");
    await dialog.getByRole("button", { name: "Publish", exact: true }).click();
    await dialog.getByText("Published v0.0.1").waitFor();
    await dialog.getByRole("button", { name: "Done", exact: true }).click();
    await page.getByRole("tab", { name: "Versions" }).click();
    await page.getByText("A question").waitFor();
  });

  await stage("run", async () => {
    await page.getByRole("link", { name: "Run", exact: true }).click();
    await button("Run").click();
    await page.getByText("Required").waitFor();
    await page.getByLabel(/topic/).fill("tea");
    await button("Run").click();
    await page.getByText("Which tea?").waitFor();
  });

  await stage("answer", async () => {
    await page.locator("[data-waiting=question]").getByRole("button", { name: /Black/ }).click();
    await page.locator("[data-status=completed]").first().waitFor();
    await page.getByText('"choice": "Black"').first().waitFor();
    await page.locator("[data-node=ask] button").first().click();
    await page.getByText('"optionId": "B"').waitFor();
  });

  await stage("fork", async () => {
    const first = page.url();
    await page.locator("[data-node=ask]").getByRole("button", { name: "Run again from here" }).click();
    await dialog.getByRole("textbox").fill('{"topic": "coffee"}');
    await dialog.getByRole("button", { name: "Run again from here", exact: true }).click();
    await page.waitForURL((url) => url.href !== first);
    await page.getByText("Which coffee?").first().waitFor();
    await page.getByText("Forked from").waitFor();
    await button("Cancel run").click();
    await page.locator("[data-status=cancelled]").first().waitFor();
  });

  await stage("compare and restore", async () => {
    await context.request.put(`${base}/api/v1/workflows/${id}/draft`, {
      headers,
      data: { document: { ...asking, limits: { max_steps: 7 } }, revision: 3 },
    });
    await page.goto(`${base}/w/${workspace}/workflows/${id}?tab=versions`);
    await button("Compare").click();
    await page.getByText("/limits/max_steps").waitFor();
    await dialog.getByRole("button", { name: "Close" }).click();
    await button("Restore").click();
    await dialog.getByRole("button", { name: "Restore", exact: true }).click();
    await page.getByText("v0.0.1 is the draft now").waitFor();
  });

  await stage("debug url of the Coze API", async () => {
    const list = await context.request.get(`${base}/api/v1/workspaces/${workspace}/runs?workflow_id=${id}`);
    const run = (await list.json()).items[0].id;
    const query = `execute_id=${run}&execute_mode=2&workflow_id=${id}`;
    await page.goto(`${base}/work_flow?${query}&space_id=${workspace}`);
    await page.waitForURL(`**/w/${workspace}/runs/${run}`);
    await page.goto(`${base}/work_flow?${query}&space_id=1`);
    await page.getByText("Page not found").waitFor();
  });

  await stage("limits of the workspace", async () => {
    await page.goto(`${base}/w/${workspace}/settings/limits`);
    const steps = page.getByLabel("Steps", { exact: true });
    await steps.fill("ten");
    await button("Save").click();
    await page.getByText("Enter a whole number").waitFor();
    await steps.fill("50000");
    await page.getByLabel("Memory (MiB)", { exact: true }).fill("1.5");
    await button("Save").click();
    await page.getByText("Saved").first().waitFor();
    const limits = await (await context.request.get(`${base}/api/v1/workspaces/${workspace}/limits`)).json();
    assert.deepEqual([limits.workspace.max_steps, limits.in_force.max_bytes], [50_000, 1_572_864]);
    await context.request.put(`${base}/api/v1/workspaces/${workspace}/limits`, { headers, data: {} });
  });

  await stage("unpublish", async () => {
    await page.goto(`${base}/w/${workspace}/workflows/${id}`);
    await button("More").click();
    await page.getByRole("menuitem", { name: "Unpublish" }).click();
    await dialog.getByRole("button", { name: "Unpublish", exact: true }).click();
    await dialog.waitFor({ state: "detached" });
    const now = await (await context.request.get(`${base}/api/v1/workflows/${id}`)).json();
    assert.equal(now.published_version, null);
    await page.getByText("Unpublished", { exact: true }).first().waitFor();
  });

  await stage("delete", async () => {
    await button("More").click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await dialog.getByRole("button", { name: "Delete", exact: true }).click();
    await page.waitForURL("**/workflows");
  });
  assert.deepEqual(problems, []);
  console.log("workflows: all stages passed");
} finally {
  await browser.close();
}
