/**
 * A workflow that is built, tried and published in the browser, for others to call.
 *
 *   HEARTH_URL=http://127.0.0.1:8888 HEARTH_EMAIL=… HEARTH_PASSWORD=… node e2e/canvas-publish.mjs
 *
 * The last line of the output is JSON: {"workflow_id", "input", "output", "end", "answer"}; whoever gives
 * the input gets the output of the end, which is the answer with the input in it. SHOTS as elsewhere.
 */
import assert from "node:assert/strict";
import { base } from "./browser.mjs";
import { eventually, signedIn, stage } from "./kit.mjs";

const { browser, call, workspace, problems, newPage } = await signedIn();
try {
  const page = await newPage();
  const dialog = page.getByRole("dialog");
  const panel = page.locator("[data-node-panel]");
  const card = (title) => page.locator(`.react-flow__node[aria-label="${title}"]`);
  const button = (name) => page.getByRole("button", { name, exact: true });
  const id = () => /workflows\/(\w+)/.exec(page.url())[1];
  /** The node of a title as the server has it, once it is as expected. */
  const saved = (title, look) =>
    eventually(async () => {
      const { nodes } = (await call("GET", `/workflows/${id()}/draft`)).document;
      look(Object.values(nodes).find((node) => node.title === title));
    });
  async function openPanel(title) {
    await page.keyboard.press("f");
    await card(title).focus();
    await page.keyboard.press("Enter");
    await panel.getByPlaceholder(title).waitFor();
    await page.waitForFunction(() => !document.querySelector("[data-node-panel] [aria-busy=true]"));
  }
  const closePanel = async () => {
    await panel.getByRole("button", { name: "Close", exact: true }).click();
    await panel.waitFor({ state: "detached" });
  };

  await stage(page, "create", async () => {
    await page.goto(`${base}/w/${workspace}/workflows?create=true`);
    await dialog.getByLabel("Name").fill("Greeter");
    await dialog.getByRole("button", { name: "Create", exact: true }).click();
    await page.waitForURL("**/canvas");
    await card("Start").waitFor();
  });

  await stage(page, "name what it is given", async () => {
    await openPanel("Start");
    const name = panel.getByRole("textbox", { name: "Name of the output" });
    await name.fill("name");
    await name.press("Enter");
    await page.getByText("now say").waitFor();
    await closePanel();
  });

  await stage(page, "a step in between", async () => {
    await page.locator(".react-flow__edge").first().hover({ force: true });
    await page.locator("[data-insert]").first().click();
    await page.locator("[data-picker] input").fill("text");
    await page.locator("[data-picker] [data-pick=text]").click();
    await card("Text").waitFor();
    await openPanel("Text");
    await panel.getByRole("textbox", { name: /^Text/ }).click();
    await page.keyboard.type("Hello ");
    await page.keyboard.type("{{");
    await page.locator(".cm-tooltip-autocomplete li").filter({ hasText: "name" }).first().click();
    await saved("Text", ({ params }) => assert.equal(params.template, "Hello {{name}}"));
    await closePanel();
  });

  await stage(page, "what it gives", async () => {
    await openPanel("End");
    await panel.getByRole("button", { name: /Start name$/ }).click();
    const list = page.locator("[cmdk-list]");
    await page.getByPlaceholder("Search values").fill("Text");
    await list.locator("[cmdk-item]").filter({ hasText: /^output/ }).first().click();
    await saved("End", ({ inputs }) => assert.deepEqual(inputs[0].value.ref.path, ["output"]));
    await closePanel();
  });

  await stage(page, "try it", async () => {
    const dock = page.getByRole("region", { name: "Run panel" });
    await page.getByRole("group", { name: "Run", exact: true }).getByRole("button", { name: "Run", exact: true }).click();
    await dock.getByLabel(/^name/).fill("Ada");
    await dock.getByRole("button", { name: "Run", exact: true }).click();
    await dock.getByText("Hello Ada").first().waitFor();
    await page.keyboard.press("Escape");
  });

  await stage(page, "publish", async () => {
    await button("Publish").click();
    await dialog.getByText("Nothing is wrong with it.").waitFor();
    await dialog.getByRole("button", { name: "Publish", exact: true }).click();
    await dialog.getByText("Published v0.0.1").waitFor();
    await dialog.getByRole("tab", { name: /Python/ }).click();
    const snippet = await dialog.locator("[role=tabpanel]:visible").innerText();
    assert.match(snippet, new RegExp(`workflow_id="${id()}"`), "the page gives the code that calls it");
    assert.match(snippet, /"name":/);
  });

  assert.deepEqual(problems, []);
  console.log(JSON.stringify({ workflow_id: id(), input: "name", output: "output", end: "End", answer: "Hello {{name}}" }));
} finally {
  await browser.close();
}
