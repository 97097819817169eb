/**
 * Every page and dialog of workflows and the canvas, in both languages and both themes: axe finds
 * nothing serious, and no text lacks its translation.
 *
 *   HEARTH_URL=http://127.0.0.1:8888 HEARTH_EMAIL=… HEARTH_PASSWORD=… node e2e/canvas-access.mjs
 *
 * SHOTS keeps a picture of each; ONLY=<part of a name> and LANGS narrow it.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { prepared, states, textsOf } from "./canvas-states.mjs";
import { base } from "./browser.mjs";
import { axe, signedIn } from "./kit.mjs";

const only = process.env.ONLY ?? "";
const langs = (process.env.LANGS ?? "en,zh-CN").split(",");
const shots = process.env.SHOTS;

const { browser, call, workspace, problems, newPage } = await signedIn({ own: "Seen by all", reducedMotion: "reduce" });
try {
  const made = await prepared(call, workspace);
  // Each finding once, with where it was found: what every page has is on every page.
  const wrong = {};
  const found = (what, where) => (wrong[what] ??= []).push(where);
  let looked = 0;
  async function look({ name, path, act, seen }, lang) {
    // Each from its beginning: what one leaves open is not seen in the next.
    const page = await newPage();
    try {
      await page.goto(`${base}/w/${workspace}${path}`);
      await page.locator(path.includes("/canvas") ? ".react-flow__node" : "main h1").first().waitFor();
      if (path.includes("run=")) await page.locator("[data-run] [data-status]").first().waitFor();
      if (act) await settled(page);
      await act?.(page);
      if (seen) await page.locator(seen).first().waitFor();
      await settled(page);
      // What a menu or a dialog lies over is hidden, and reached by nobody until it is closed.
      const scope = ["[role=menu]", "[role=dialog][data-state=open]"];
      const over = (await Promise.all(scope.map(async (one) => (await page.locator(one).count()) > 0 && one))).find(Boolean);
      for (const theme of ["light", "dark"]) {
        await page.evaluate((to) => (document.documentElement.dataset.theme = to), theme);
        await still(page);
        for (const finding of await axe(page, over || undefined)) found(finding, `${name} ${lang} ${theme}`);
        if (shots) await page.screenshot({ path: join(shots, `${name}.${lang}.${theme}.png`) });
        looked += 1;
      }
      for (const key of await untranslated(page)) found(`no text for ${key}`, `${name} ${lang}`);
    } catch (error) {
      if (shots) await page.screenshot({ path: join(shots, `failed-${name}.${lang}.png`) });
      found(error.message.split("\n").slice(0, 3).join(" "), `${name} ${lang}`);
    }
    await page.close();
  }
  for (const lang of langs) {
    await call("PATCH", "/me", { locale: lang });
    const list = states(made, await textsOf(lang)).filter(({ name }) => name.includes(only));
    // Two at a time: while one page loads, the other is looked at.
    await Promise.all([0, 1].map(async () => {
      for (let state = list.shift(); state; state = list.shift()) await look(state, lang);
    }));
  }
  for (const [what, where] of Object.entries(wrong)) console.error(`${what}\n    ${where.join(", ")}`);
  assert.deepEqual(Object.keys(wrong), []);
  assert.deepEqual(problems, []);
  console.log(`canvas-access: ${looked} looks, nothing serious`);
} finally {
  await call("PATCH", "/me", { locale: "en" }).catch(() => {});
  await browser.close();
}

/** Nothing loads any more and nothing moves. */
async function settled(page) {
  await page.waitForFunction(() => !document.querySelector("[aria-busy=true], .animate-pulse"));
  await still(page);
}

/** Colours on their way to another theme are colours of neither. */
function still(page) {
  return page.evaluate(async () => {
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    const ending = document.getAnimations().filter(({ effect }) => effect?.getTiming().iterations !== Infinity);
    await Promise.allSettled(ending.map(({ finished }) => finished));
  });
}

/** Keys that stand where their text should be. */
function untranslated(page) {
  return page.evaluate(() => [...new Set(document.body.innerText.match(/\b(canvas|workflows|runs|common)(-\w+)?:[a-z]\w*\.[\w.]+/g) ?? [])]);
}
