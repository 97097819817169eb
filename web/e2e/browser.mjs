/** Starts the installed Chromium; nothing is downloaded. */
import { join } from "node:path";
import { chromium } from "playwright-core";

export const base = process.env.HEARTH_URL ?? "http://127.0.0.1:5173";

export async function launch() {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  if (process.env.UI_DIST) serveFrom(process.env.UI_DIST, browser);
  return browser;
}

/** UI_DIST names a UI that was built just now; the binary has an older one inside. */
function serveFrom(folder, browser) {
  const newContext = browser.newContext.bind(browser);
  browser.newContext = async (options) => {
    const context = await newContext(options);
    await context.route(
      ({ pathname }) => !/^\/(api|v1|v3)\//.test(pathname),
      (route) => {
        const { pathname } = new URL(route.request().url());
        return route.fulfill({ path: join(folder, /\.\w+$/.test(pathname) ? pathname : "index.html") });
      },
    );
    return context;
  };
  browser.newPage = async (options) => (await browser.newContext(options)).newPage();
}
