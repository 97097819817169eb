/**
 * First run in a browser: owner, offline model, agent from a template.
 *
 *   HEARTH_URL=http://127.0.0.1:8888 [SETUP_CODE=…] [SHOTS=dir] node e2e/journey.mjs
 *
 * Needs a fresh instance; leaves with 1 at the first thing that does not happen.
 */
import { join } from "node:path";
import { base, launch } from "./browser.mjs";

const browser = await launch();
const page = await browser.newPage({ locale: "en", viewport: { width: 1280, height: 800 } });
page.setDefaultTimeout(10_000);
const faults = [];
page.on("pageerror", (error) => faults.push(error.message));

let number = 0;
async function step(name, act) {
  try {
    await act();
    console.log(`ok    ${name}`);
  } catch (error) {
    console.error(`FAIL  ${name}: ${error.message.split("\n")[0]}`);
    process.exitCode = 1;
  }
  if (process.env.SHOTS)
    await page.screenshot({ path: join(process.env.SHOTS, `journey-${++number}.png`) });
  if (process.exitCode) {
    await browser.close();
    process.exit();
  }
}
const press = (name) => page.getByRole("button", { name, exact: true }).click();

await step("a new instance asks for its owner", async () => {
  await page.goto(base);
  await page.waitForURL("**/setup");
});
await step("the owner account is created", async () => {
  await page.getByLabel("Name").fill("Ada");
  await page.getByLabel("E-mail").fill("ada@example.com");
  await page.getByLabel("Password").fill("correct-horse-battery");
  const code = page.getByLabel("Set-up code");
  if (await code.isVisible()) await code.fill(process.env.SETUP_CODE ?? "123456");
  await press("Create owner account");
  await page.waitForURL("**/welcome**");
});
await step("the offline model is taken", async () => {
  await page.getByRole("radio", { name: /offline/i }).click();
  await press("Continue");
  await page.waitForURL(/step=agent/);
});
await step("an agent is made from a template and opens", async () => {
  await press("Create and open");
  await page.waitForURL(/\/agents\/\d+/);
});
await step("nothing was thrown in the page", () => {
  if (faults.length > 0) throw new Error(faults.join("; "));
});
await browser.close();
