/**
 * What the first load weighs and how soon the agent page can be used.
 *
 *   HEARTH_URL=… HEARTH_EMAIL=… HEARTH_PASSWORD=… HEARTH_AGENT=<id> node e2e/bench.mjs
 *
 * Prints one JSON object:
 *   first_load_script_gzip_bytes  script transferred for the sign-in page and home, cache empty
 *   sign_in_to_agent_ms           seven rounds, each in a fresh browser context with an empty
 *                                 cache: from the click on "sign in" until the prompt editor and
 *                                 the chat input can be seen and typed into
 */
import { base, launch } from "./browser.mjs";

const ROUNDS = 7;
const needed = (name) => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
};
const email = needed("HEARTH_EMAIL");
const password = needed("HEARTH_PASSWORD");
const agentId = needed("HEARTH_AGENT");
const headers = { origin: new URL(base).origin };

const browser = await launch();

/** The agent's workspace: part of its page's address. */
async function agentPath() {
  const context = await browser.newContext();
  try {
    const api = context.request;
    const signIn = await api.post(`${base}/api/v1/auth/sign-in`, { headers, data: { email, password } });
    if (!signIn.ok()) throw new Error(`sign-in: HTTP ${signIn.status()}`);
    const answer = await api.get(`${base}/api/v1/agents/${agentId}`);
    if (!answer.ok()) throw new Error(`agent ${agentId}: HTTP ${answer.status()}`);
    const { workspace_id } = await answer.json();
    return `/w/${workspace_id}/agents/${agentId}`;
  } finally {
    await context.close();
  }
}

async function openSignIn(context, to) {
  const page = await context.newPage();
  await page.goto(`${base}/sign-in${to ? `?redirect=${encodeURIComponent(to)}` : ""}`);
  await page.waitForLoadState("networkidle");
  await page.locator('input[type="email"]').fill(email);
  await page.locator('input[type="password"]').fill(password);
  return page;
}
const submit = (page) => page.locator('form button[type="submit"]').click();

/** Bytes of script as they came over the wire: compressed, when the server compresses. */
async function firstLoadBytes() {
  const context = await browser.newContext({ locale: "en" });
  const scripts = [];
  context.on("requestfinished", (request) => {
    if (new URL(request.url()).pathname.endsWith(".js")) scripts.push(request.sizes());
  });
  const page = await openSignIn(context);
  await submit(page);
  await page.locator("main h1").waitFor();
  await page.waitForLoadState("networkidle");
  const sizes = await Promise.all(scripts);
  await context.close();
  return sizes.reduce((sum, { responseBodySize }) => sum + responseBodySize, 0);
}

/** Runs in the page: from the form's submission to the first frame in which both fields are usable. */
function watch() {
  const usable = (selector) => {
    const field = document.querySelector(selector);
    if (!field || field.disabled) return false;
    const { width, height } = field.getBoundingClientRect();
    return width > 0 && height > 0 && getComputedStyle(field).visibility === "visible";
  };
  let begun;
  const look = () => {
    if (usable("#agent-prompt") && usable("form textarea[aria-label]"))
      window.usableAfter = performance.now() - begun;
    else requestAnimationFrame(look);
  };
  // The click, not the request: what the person feels.
  document.addEventListener(
    "click",
    (event) => {
      if (begun !== undefined || !event.target.closest('button[type="submit"]')) return;
      begun = performance.now();
      look();
    },
    true,
  );
}

async function round(to) {
  const context = await browser.newContext({ locale: "en", viewport: { width: 1440, height: 900 } });
  await context.addInitScript(watch);
  const page = await openSignIn(context, to);
  await submit(page);
  await page.waitForFunction(() => window.usableAfter !== undefined, undefined, { timeout: 20_000 });
  const ms = await page.evaluate(() => window.usableAfter);
  await context.close();
  return Math.round(ms);
}

try {
  const to = await agentPath();
  const first_load_script_gzip_bytes = await firstLoadBytes();
  const sign_in_to_agent_ms = [];
  for (let at = 0; at < ROUNDS; at++) sign_in_to_agent_ms.push(await round(to));
  console.log(JSON.stringify({ first_load_script_gzip_bytes, sign_in_to_agent_ms }));
} finally {
  await browser.close();
}
