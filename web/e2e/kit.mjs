/** What the journeys share: a signed-in browser, stages with pictures, a look with axe. */
import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { base as theBase, launch } from "./browser.mjs";

export const owner = {
  email: process.env.HEARTH_EMAIL ?? "owner@example.com",
  password: process.env.HEARTH_PASSWORD ?? "correct-horse-battery",
};
const shots = process.env.SHOTS;

/** A browser that is signed in, and the API as it sees it; `own` names a workspace of its own. */
export async function signedIn({ base = theBase, own, ...options } = {}) {
  if (shots) await mkdir(shots, { recursive: true });
  const browser = await launch();
  const context = await browser.newContext({ locale: "en", viewport: { width: 1440, height: 900 }, ...options });
  const headers = { origin: new URL(base).origin };
  const call = async (method, path, data) => {
    const answer = await context.request.fetch(`${base}/api/v1${path}`, { method, headers, data });
    assert.ok(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`);
    return answer.json();
  };
  await call("POST", "/auth/sign-in", owner);
  await call("PATCH", "/me", { locale: options.locale ?? "en" });
  const { id: workspace } = own ? await call("POST", "/workspaces", { name: own }) : (await call("GET", "/me")).workspaces[0];
  const problems = [];
  const newPage = async () => {
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("console", (message) => {
      // A request that fails on purpose is told there, too.
      if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) problems.push(message.text());
    });
    return page;
  };
  /** A page with the canvas of a workflow. */
  const openCanvas = async (id, page) => {
    const on = page ?? (await newPage());
    await on.goto(`${base}/w/${workspace}/workflows/${id}/canvas`);
    await on.locator(".react-flow__node").first().waitFor();
    return on;
  };
  return { browser, context, call, workspace, problems, newPage, openCanvas };
}

let count = 0;
/** One step of a journey on a page; SHOTS keeps a picture of each, and of the one that failed. */
export async function stage(page, name, act) {
  const file = (prefix) => join(shots, `${prefix}-${name.replaceAll(" ", "-")}.png`);
  try {
    const result = await act();
    if (shots) {
      await page.waitForTimeout(300);
      await page.screenshot({ path: file(String(++count).padStart(2, "0")) });
    }
    console.log(`ok ${name}`);
    return result;
  } catch (error) {
    if (shots) await page.screenshot({ path: file("failed") });
    console.error(`not ok ${name} at ${page.url()}`);
    throw error;
  }
}

/** Asks until `look` no longer throws: for what the server learns a moment later. */
export async function eventually(look, tries = 80) {
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (--tries <= 0) throw error;
      await new Promise((done) => setTimeout(done, 250));
    }
  }
}

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** What axe finds serious or worse within `selector`, a line each. */
export async function axe(page, selector) {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(AXE);
  const { violations } = await page.evaluate(
    // The rule is off by default, and yet people who speak to their computer need it.
    (where) => globalThis.axe.run(where ?? document, { resultTypes: ["violations"], rules: { "label-content-name-mismatch": { enabled: true } } }),
    selector,
  );
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ html, any }) => `${id}: ${html.slice(0, 160)} ${any[0]?.data?.contrastRatio ?? ""}`));
}
