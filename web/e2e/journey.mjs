/**
 * The first five minutes, in a browser, on an instance that has just been
 * started for the first time: owner account, offline model, an agent with a
 * tool, a chat that uses it, publishing, a token.
 *
 *   HEARTH_URL=http://127.0.0.1:8888 node e2e/journey.mjs
 *
 * HEARTH_SETUP_CODE is typed when the server asks for one; SHOTS names a folder
 * for a picture of each stage. The last line of the output is JSON:
 * {"token", "agent_id", "answer"}; the token works with the official SDKs.
 */
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { base, launch } from "./browser.mjs";

const owner = {
  name: process.env.HEARTH_NAME ?? "Lin Xiao",
  email: process.env.HEARTH_EMAIL ?? "owner@example.com",
  password: process.env.HEARTH_PASSWORD ?? "correct-horse-battery",
};
const QUESTION = "What is 12 * 34?";
const ANSWER = /408/;

const shots = process.env.SHOTS;
if (shots) await mkdir(shots, { recursive: true });

const browser = await launch();
const page = await browser.newPage({ locale: "en", viewport: { width: 1440, height: 900 } });
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
    const result = await act();
    if (shots) {
      await page.waitForTimeout(300);
      await page.screenshot({ path: join(shots, `${String(++count).padStart(2, "0")}-${name}.png`) });
    }
    console.log(`ok ${name}`);
    return result;
  } catch (error) {
    if (shots) await page.screenshot({ path: join(shots, `failed-${name}.png`) });
    console.error(`not ok ${name} at ${page.url()}`);
    throw error;
  }
}
const button = (name) => page.getByRole("button", { name, exact: true });

try {
  await stage("owner", async () => {
    await page.goto(base);
    await page.waitForURL("**/setup");
    await page.getByLabel("Name", { exact: true }).fill(owner.name);
    await page.getByLabel("E-mail", { exact: true }).fill(owner.email);
    await page.getByLabel("Password", { exact: true }).fill(owner.password);
    const code = page.getByLabel("Set-up code");
    if (await code.isVisible()) await code.fill(process.env.HEARTH_SETUP_CODE ?? "");
    await button("Create owner account").click();
    await page.waitForURL("**/welcome**");
  });

  await stage("offline-model", async () => {
    await page.getByRole("radio", { name: /offline model/ }).click();
    await button("Continue").click();
    await page.getByRole("heading", { name: "Create an agent" }).waitFor();
  });

  const agentId = await stage("agent", async () => {
    await page.getByRole("radio", { name: /^Blank/ }).click();
    await page.getByLabel("Name", { exact: true }).fill("Reckoner");
    await button("Create and open").click();
    await page.waitForURL(/\/agents\/\d+$/);
    return /\/agents\/(\d+)$/.exec(page.url())[1];
  });

  await stage("tool", async () => {
    await page.getByLabel("Instructions").fill("You are a careful reckoner. Use the calculator.");
    await button("Add tool").click();
    await page.getByRole("menuitem", { name: /Calculator/ }).click();
    await page.locator('[data-tool="calculator"]').waitFor();
    await page.locator('[data-save="saved"]').waitFor();
  });

  const answer = await stage("chat", async () => {
    await page.getByRole("textbox", { name: "Message", exact: true }).fill(QUESTION);
    await page.keyboard.press("Enter");
    const messages = page.getByRole("log", { name: "Messages" });
    const call = messages.locator('[data-tool="calculator"]');
    await call.waitFor();
    await call.getByText(ANSWER).first().waitFor();
    await messages.getByRole("button", { name: "Answer again" }).waitFor();
    const text = await messages.locator("article").last().innerText();
    assert.match(text, /Arguments[\s\S]*12/, "the tool's arguments are shown");
    assert.match(text, ANSWER, "the answer is shown");
    return text.split("\n").findLast((line) => ANSWER.test(line)) ?? "";
  });

  await stage("reload", async () => {
    await page.reload();
    const messages = page.getByRole("log", { name: "Messages" });
    await messages.locator('[data-tool="calculator"]').waitFor();
    assert.equal(await messages.locator("article").count(), 1, "the turn is there once");
  });

  await stage("publish", async () => {
    await button("Publish").click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(/Version name/).fill("First");
    await dialog.getByRole("button", { name: "Publish", exact: true }).click();
    await page.getByText("v1 published").waitFor();
  });

  await stage("api", async () => {
    await page.getByRole("link", { name: "API", exact: true }).click();
    await page.locator('[data-snippet="python"]').getByText(agentId).waitFor();
  });

  const token = await stage("token", async () => {
    await page.getByRole("link", { name: "Create token" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name", { exact: true }).fill("journey");
    await dialog.getByRole("button", { name: "Create", exact: true }).click();
    const secret = page.getByRole("dialog").locator("code");
    await secret.getByText(/^pat_/).waitFor();
    return (await secret.innerText()).trim();
  });

  await stage("run", async () => {
    await page.getByRole("dialog").getByRole("button", { name: "I have copied it" }).click();
    await page.goto(`${base}/`);
    await page.getByRole("link", { name: "Runs", exact: true }).first().click();
    await page.getByRole("link", { name: "Reckoner" }).first().click();
    await page.locator("ol li").filter({ hasText: "calculator" }).waitFor();
  });

  assert.deepEqual(problems, [], "no errors in the browser's console");
  console.log(JSON.stringify({ token, agent_id: agentId, answer }));
} finally {
  await browser.close();
}
