/**
 * What a chat must survive, in a browser: an answer that is still being written
 * when the page is reloaded, stopping, approval and a client's tool, answering
 * again, feedback, a cleared context, an attachment, a draft changed elsewhere.
 *
 *   HEARTH_URL=… HEARTH_EMAIL=… HEARTH_PASSWORD=… node e2e/chat.mjs
 *
 * Makes its own model and agent in the account's first workspace and deletes them.
 */
import assert from "node:assert/strict";
import { base, launch } from "./browser.mjs";

const headers = { origin: new URL(base).origin };
const browser = await launch();
const context = await browser.newContext({ locale: "en", viewport: { width: 1600, height: 900 } });
const page = await context.newPage();
page.setDefaultTimeout(15_000);
const problems = [];
page.on("pageerror", (error) => problems.push(error.message));

const api = async (method, path, data) => {
  const answer = await context.request.fetch(`${base}/api/v1${path}`, { method, headers, data });
  assert.ok(answer.ok(), `${method} ${path}: HTTP ${answer.status()} ${await answer.text()}`);
  return answer.json();
};
const log = page.getByRole("log", { name: "Messages" });
const turn = log.locator("article").last();
const button = (name) => page.getByRole("button", { name, exact: true });
async function ask(text) {
  await page.getByRole("textbox", { name: "Message", exact: true }).fill(text);
  await page.keyboard.press("Enter");
}
async function check(name, act) {
  try {
    await act();
    console.log(`ok ${name}`);
  } catch (error) {
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/failed-${name}.png` });
    console.error(`not ok ${name}`);
    throw error;
  }
}

await api("POST", "/auth/sign-in", {
  email: process.env.HEARTH_EMAIL,
  password: process.env.HEARTH_PASSWORD,
});
await api("PATCH", "/me", { locale: "en" });
const { workspaces } = await api("GET", "/me");
const w = workspaces[0].id;
const model = await api("POST", `/workspaces/${w}/models`, {
  name: "Slow", vendor: "offline", model: "offline", extra: { delay_ms: "60" },
});
const config = {
  model: { model_id: model.id, params: {} },
  tools: [
    { kind: "builtin", name: "calculator", approval: "always" },
    { kind: "client", name: "lookup_order", description: "Looks an order up", parameters: { type: "object", properties: { order_id: { type: "string" } } } },
  ],
};
const agent = await api("POST", `/workspaces/${w}/agents`, { name: "Endurance", config });

try {
  await page.goto(`${base}/w/${w}/agents/${agent.id}`);

  await check("reload while the answer is being written", async () => {
    await ask("Tell me about yourself, at length.");
    await turn.getByText(/\w+ \w+ \w+ \w+/).last().waitFor();
    await page.waitForTimeout(800);
    await page.reload();
    await turn.getByRole("button", { name: "Answer again" }).waitFor({ timeout: 40_000 });
    assert.equal(await log.locator("article").count(), 1);
    const { items } = await api("GET", `/workspaces/${w}/conversations?agent_id=${agent.id}`);
    const stored = await api("GET", `/conversations/${items[0].id}/messages`);
    const answer = stored.items.findLast(({ type }) => type === "answer");
    const words = (text) => text.replace(/[^\p{L}\p{N}]+/gu, " ").trim();
    const shown = words(await turn.innerText());
    const whole = words(answer.content[0].text);
    assert.ok(shown.includes(whole), `shown: ${shown}\nstored: ${whole}`);
  });

  await check("stop", async () => {
    await ask("Tell me more.");
    await page.waitForTimeout(900);
    await button("Stop").click();
    await turn.getByText("Stopped", { exact: true }).waitFor();
    await turn.getByText(/this answer is incomplete/).waitFor();
  });

  await check("approve", async () => {
    await ask("What is 6 * 7?");
    await turn.getByRole("button", { name: "Allow", exact: true }).waitFor();
    await page.reload();
    await turn.getByRole("button", { name: "Allow", exact: true }).click();
    await turn.getByRole("button", { name: "Answer again" }).waitFor({ timeout: 40_000 });
    assert.match(await turn.innerText(), /42/);
    assert.equal(await turn.locator('[data-tool="calculator"]').count(), 1);
  });

  await check("decline", async () => {
    await ask("What is 6 * 8?");
    await turn.getByRole("button", { name: "Decline", exact: true }).click();
    await turn.getByRole("button", { name: "Answer again" }).waitFor({ timeout: 40_000 });
    assert.doesNotMatch(await turn.innerText(), /48/);
  });

  await check("a client's tool", async () => {
    await ask("Use lookup_order, please.");
    const form = turn.locator('[data-tool="lookup_order"] form');
    await form.getByRole("textbox").fill('{"state": "shipped"}');
    await form.getByRole("button", { name: "Send result" }).click();
    await turn.getByRole("button", { name: "Answer again" }).waitFor({ timeout: 40_000 });
    assert.match(await turn.innerText(), /shipped[\s\S]*shipped/);
  });

  await check("answer again and feedback", async () => {
    await ask("Hello");
    await turn.getByRole("button", { name: "Answer again" }).click({ timeout: 40_000 });
    await turn.getByText("2 / 2").waitFor({ timeout: 40_000 });
    const up = turn.getByRole("button", { name: "Good answer" });
    await up.click();
    await page.waitForFunction((node) => node.ariaPressed === "true", await up.elementHandle());
  });

  await check("attachment", async () => {
    await page.locator('input[type="file"]').first().setInputFiles({
      name: "note.txt", mimeType: "text/plain", buffer: Buffer.from("hello"),
    });
    await page.getByText("note.txt").waitFor();
    await ask("Read this.");
    await turn.getByText("note.txt").waitFor();
    await turn.getByRole("button", { name: "Answer again" }).waitFor({ timeout: 40_000 });
  });

  await check("clear the context", async () => {
    await button("Clear context").click();
    await log.getByText("Context cleared").waitFor();
  });

  await check("a draft changed elsewhere", async () => {
    const draft = await api("GET", `/agents/${agent.id}/draft`);
    await api("PUT", `/agents/${agent.id}/draft`, {
      config: { ...draft.config, prompt: "theirs" }, revision: draft.revision,
    });
    await page.getByLabel("Instructions").fill("mine");
    await button("Keep mine, overwrite theirs").click();
    await page.locator('[data-save="saved"]').waitFor();
    assert.equal((await api("GET", `/agents/${agent.id}/draft`)).config.prompt, "mine");
  });

  await check("phone width has no sideways scroll", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    for (const path of [`agents/${agent.id}`, `agents/${agent.id}/chat`, "chat", "agents", "runs", "models"]) {
      await page.goto(`${base}/w/${w}/${path}`);
      await page.waitForLoadState("networkidle");
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= 390, `${path}: ${wide} px`);
    }
  });

  assert.deepEqual(problems, []);
} finally {
  await api("DELETE", `/agents/${agent.id}`).catch(() => {});
  await api("DELETE", `/models/${model.id}?force=true`).catch(() => {});
  await browser.close();
}
