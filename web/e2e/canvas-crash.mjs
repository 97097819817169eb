/**
 * A server that is killed while a workflow is edited loses nothing: after a save, before one, in the
 * middle of one, and when only the answer to one is lost. It owns its server.
 *
 *   HEARTH_BIN=target/release/hearth node e2e/canvas-crash.mjs
 *
 * SHOTS names a folder for a picture of each stage.
 */
import assert from "node:assert/strict";
import { eventually, owner, signedIn, stage } from "./kit.mjs";
import { ownServer } from "./server.mjs";

assert.ok(process.env.HEARTH_BIN, "HEARTH_BIN names the binary");
const server = await ownServer(process.env.HEARTH_BIN);
let browser;
try {
  await server.start();
  const { base } = server;
  const made = await fetch(`${base}/api/v1/setup`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: base },
    body: JSON.stringify({ name: "Owner", ...owner }),
  });
  assert.ok(made.ok, `the owner: ${made.status}`);
  // Wide, because only nodes in sight are drawn.
  const session = await signedIn({ base, viewport: { width: 2800, height: 900 } });
  ({ browser } = session);
  const { call, workspace, openCanvas, problems } = session;
  const { id } = await call("POST", `/workspaces/${workspace}/workflows`, { name: "Survivor" });
  let page = await openCanvas(id);

  const card = (title) => page.locator(`.react-flow__node[aria-label="${title}"]`);
  const state = (wanted) => page.locator(`[data-save=${wanted}]`);
  const isSave = (request) => request.method() === "PUT" && request.url().endsWith("/draft");
  let saves = 0;
  page.on("request", (request) => (saves += isSave(request) ? 1 : 0));
  /** Adds a node with the keyboard after the one that is selected. */
  async function add(search, title) {
    await page.keyboard.press("a");
    await page.locator("[data-picker] input:focus").waitFor();
    await page.keyboard.type(search);
    await page.locator(`[data-picker] [data-pick="${search}"][aria-selected=true]`).waitFor();
    await page.keyboard.press("Enter");
    await card(title).waitFor();
  }
  const edited = () => state("unsaved").or(state("saving")).first().waitFor();
  const titles = async () => Object.values((await call("GET", `/workflows/${id}/draft`)).document.nodes).map(({ title }) => title).sort();
  /** What the page shows after a reload is what was edited, and so is what the server has. */
  async function holds(...expected) {
    await openCanvas(id, page);
    const wanted = ["Start", "End", ...expected].sort();
    await eventually(async () => {
      const shown = await page.locator(".react-flow__node").evaluateAll((all) => all.map((one) => one.getAttribute("aria-label")));
      assert.deepEqual(shown.sort(), wanted);
    });
    assert.deepEqual(await titles(), wanted);
    assert.equal(await page.getByText("Unsaved work was found").count(), 0, "nothing was left behind");
  }
  const startOf = () => card("Start").focus();

  await stage(page, "killed after a save", async () => {
    await startOf();
    await add("code", "Code");
    await edited();
    await state("saved").waitFor();
    await server.kill();
    await server.start();
    await holds("Code");
  });

  await stage(page, "killed before a save and edited on", async () => {
    await startOf();
    const before = saves;
    await add("text", "Text");
    await server.kill();
    assert.equal(saves, before, "it was not sent yet");
    // Nothing answers; the canvas goes on.
    await state("failed").waitFor();
    await page.locator("[data-save-failed]").getByText("cannot be reached").waitFor();
    await add("template", "Template");
    await add("wait", "Wait");
    await page.keyboard.press("Control+z");
    await card("Wait").waitFor({ state: "detached" });
    await server.start();
    // Nobody has to ask for it.
    await state("saved").waitFor();
    await holds("Code", "Text", "Template");
  });

  await stage(page, "killed in the middle of a save", async () => {
    await startOf();
    server.freeze();
    await Promise.all([page.waitForRequest(isSave), add("approval", "Approval")]);
    await state("saving").waitFor();
    await server.kill();
    await state("failed").waitFor();
    await server.start();
    // By hand this time.
    await page.locator("[data-save-failed]").getByRole("button", { name: "Try again" }).click();
    await state("saved").waitFor();
    await holds("Code", "Text", "Template", "Approval");
  });

  await stage(page, "saved, and the answer is lost", async () => {
    await startOf();
    await page.route("**/draft", async (route) => {
      if (route.request().method() !== "PUT") return route.continue();
      await route.fetch();
      await server.kill();
      await route.abort("connectionreset");
    });
    await add("loop", "Loop");
    await state("failed").waitFor();
    await page.unroute("**/draft");
    await card("Loop").focus();
    await page.keyboard.press("ArrowRight");
    await server.start();
    await state("saved").waitFor();
    assert.equal(await page.getByText("Somebody else changed the same nodes").count(), 0, "one's own save is nobody else's");
    await holds("Code", "Text", "Template", "Approval", "Loop");
  });

  await stage(page, "server and tab go together", async () => {
    await startOf();
    await add("model", "Model");
    await server.kill();
    await state("failed").waitFor();
    await add("output", "Output");
    // A moment later it is in the browser's own store.
    await eventually(async () => {
      const kept = await page.evaluate(
        () =>
          new Promise((resolve, reject) => {
            const request = indexedDB.open("hearth-canvas");
            request.onerror = () => reject(request.error);
            request.onsuccess = () => {
              const all = request.result.transaction("unsaved").objectStore("unsaved").getAll();
              all.onsuccess = () => resolve(JSON.stringify(all.result));
            };
          }),
      );
      assert.match(kept, /"title":"Output"/);
    });
  });

  await page.close({ runBeforeUnload: false });
  await server.start();
  page = await openCanvas(id);
  await stage(page, "a new tab finds it", async () => {
    await page.getByText("Unsaved work was found").waitFor();
    await page.getByRole("button", { name: "Restore" }).click();
    await card("Output").waitFor();
    await edited();
    await state("saved").waitFor();
    await holds("Code", "Text", "Template", "Approval", "Loop", "Model", "Output");
  });

  assert.deepEqual(problems, []);
  console.log("canvas-crash: nothing was lost");
} finally {
  await browser?.close();
  await server.remove();
}
