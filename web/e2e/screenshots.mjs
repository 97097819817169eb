/**
 * Walks every page in both languages and themes and keeps a picture of each.
 *
 *   SHOTS=<folder> HEARTH_URL=http://127.0.0.1:5173 npm run screenshots
 *
 * HEARTH_EMAIL and HEARTH_PASSWORD sign in (the mock takes any); ONLY=<part of a
 * name> narrows it, LANGS and THEMES as well. Console errors fail the run.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { base, launch } from "./browser.mjs";
import { pages } from "./pages.mjs";

const dir = process.env.SHOTS;
if (!dir) throw new Error("SHOTS names the folder for the pictures");
await mkdir(dir, { recursive: true });

const langs = (process.env.LANGS ?? "zh-CN,en").split(",");
const themes = (process.env.THEMES ?? "light,dark").split(",");
const only = process.env.ONLY ?? "";
const desktop = { width: 1280, height: 800 };
const phone = { width: 390, height: 844 };

const browser = await launch();
const signedIn = await browser.newContext();
const api = signedIn.request;
const headers = { origin: new URL(base).origin };
await api.post(`${base}/api/v1/auth/sign-in`, {
  headers,
  data: {
    email: process.env.HEARTH_EMAIL ?? "lin@example.com",
    password: process.env.HEARTH_PASSWORD ?? "correct-horse",
  },
});
const list = await pages(api, base);
const cookies = await signedIn.cookies();
const problems = [];

for (const lang of langs)
  for (const theme of themes) {
    await api.patch(`${base}/api/v1/me`, { headers, data: { locale: lang } });
    const context = await browser.newContext({ locale: lang, colorScheme: theme, viewport: desktop });
    await context.addCookies(cookies);
    const page = await context.newPage();
    page.setDefaultTimeout(8_000);
    let at = "";
    page.on("pageerror", (error) => problems.push(`${at}: ${error.message}`));
    page.on("console", (message) => {
      // An expected refusal (a 404 page) logs the failed request; that is no defect.
      const text = message.text();
      if (message.type() === "error" && !text.startsWith("Failed to load resource"))
        problems.push(`${at}: ${text}`);
    });
    for (const { name, path, phone: small, act } of list) {
      if (!name.includes(only)) continue;
      for (const [suffix, size] of small ? [["", desktop], ["-phone", phone]] : [["", desktop]]) {
        at = `${name}${suffix} ${lang} ${theme}`;
        await page.setViewportSize(size);
        await page.goto(`${base}${path}`);
        await page.waitForLoadState("networkidle");
        try {
          if (act) await act(page, suffix !== "");
        } catch (error) {
          problems.push(`${at}: ${error.message.split("\n")[0]}`);
        }
        await page.waitForTimeout(250);
        await page.screenshot({ path: join(dir, `${name}${suffix}.${lang}.${theme}.png`) });
      }
    }
    await context.close();
  }
await browser.close();
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
