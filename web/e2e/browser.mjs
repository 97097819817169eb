/** Starts the installed Chromium; nothing is downloaded. */
import { chromium } from "playwright-core";

export const base = process.env.HEARTH_URL ?? "http://127.0.0.1:5173";

export function launch() {
  return chromium.launch({
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
}
