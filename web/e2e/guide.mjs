/**
 * Makes the pictures of docs/workflows.md, in both languages, from a running server.
 *
 *   HEARTH_URL=http://127.0.0.1:8888 HEARTH_EMAIL=… HEARTH_PASSWORD=… node e2e/guide.mjs
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { base, launch } from "./browser.mjs";

const images = join(import.meta.dirname, "../../docs/images");
const browser = await launch();
const headers = { origin: new URL(base).origin };

const context = await browser.newContext({ viewport: { width: 1440, height: 860 } });
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
const [{ id: workspace }] = (await call("GET", "/me")).workspaces;
const cookies = await context.cookies();

const TEXTS = {
  en: { suffix: "en", name: "Ticket routing", question: "Refund: I was charged twice" },
  "zh-CN": { suffix: "zh", name: "工单分流", question: "重复扣款，请退款 (refund)" },
};

for (const [locale, texts] of Object.entries(TEXTS)) {
  await call("PATCH", "/me", { locale });
  headers["accept-language"] = locale;
  const workflow = await call("POST", `/workspaces/${workspace}/workflows`, { name: texts.name, template: "ticket_routing" });
  const inputs = { subject: texts.question, body: "", vip: false };
  const run = await call("POST", `/workflows/${workflow.id}/runs`, { draft: true, inputs, wait: true });
  assert.equal(run.status, "completed", JSON.stringify(run));

  const localised = await browser.newContext({ locale, viewport: { width: 1440, height: 860 } });
  await localised.addCookies(cookies);
  const page = await localised.newPage();
  page.setDefaultTimeout(15_000);
  const picture = async (name) => {
    await page.waitForTimeout(600);
    await page.screenshot({ path: join(images, `workflow${name}-${texts.suffix}.png`) });
  };
  const canvas = (id, search = "") => page.goto(`${base}/w/${workspace}/workflows/${id}/canvas${search}`);
  const card = (id) => page.locator(`.react-flow__node[data-id="${id}"]`);

  await canvas(workflow.id, `?run=${run.id}`);
  await card("start").locator("[data-node-status]").waitFor();
  await picture("");

  // The end takes two values of others; the first offers all there are.
  await canvas(workflow.id);
  await card("end").click();
  await page.keyboard.press("Enter");
  await page.locator("[data-node-panel] [data-ref-chip]").first().click();
  await page.locator("[cmdk-item]").first().waitFor();
  await picture("-panel");

  const broken = await call("POST", `/workspaces/${workspace}/workflows`, { name: `${texts.name} 2`, template: "code_statistics" });
  const failing = await call("GET", `/workflows/${broken.id}/draft`);
  const [code, node] = Object.entries(failing.document.nodes).find(([, each]) => each.kind === "code");
  node.params.code = "async def main(args):\n    return {'mean': sum(args.params['numbers']) / 0}\n";
  node.params.language = "python";
  await call("PUT", `/workflows/${broken.id}/draft`, { document: failing.document, revision: failing.revision });
  const failed = await call("POST", `/workflows/${broken.id}/runs`, {
    draft: true,
    inputs: { numbers: [3, 4, 8] },
    wait: true,
  });
  assert.equal(failed.status, "failed", JSON.stringify(failed));
  await canvas(broken.id, `?run=${failed.id}`);
  await card(code).locator("[data-node-status]").click();
  await picture("-failed");
  await localised.close();
}
await call("PATCH", "/me", { locale: "en" });
await browser.close();
