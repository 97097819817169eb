/**
 * How the canvas feels with many nodes.
 *
 *   HEARTH_URL=… HEARTH_EMAIL=… HEARTH_PASSWORD=… node e2e/bench-canvas.mjs
 *
 * Prints one JSON object: for 500 and 2,000 nodes
 *   open_ms      from the click on "Edit" to the second frame with nodes, five rounds, code already loaded
 *   drag_fps, pan_fps                     median, nodes at reading size
 *   drag_all_fps, pan_all_fps             median, all nodes on the screen
 *   key_ms, key_all_ms                    from a key to the frame that shows it, median
 *   save_ms      PUT of the draft as the autosave does it, median of twenty, over loopback
 * and around 200 times undo and redo of a move of all nodes, after as many that do not count
 *   heap_before, heap_after     bytes of everything that the page's code made and still holds
 *   dom_before, dom_after       nodes and listeners of the browser
 *   code_before, code_after     bytes of compiled code and what the engine learnt about it: grows while it
 *                               compiles what is called often, and is thrown away when memory is short
 */
import { base, launch } from "./browser.mjs";

const headers = { origin: new URL(base).origin };
const browser = await launch();
const context = await browser.newContext({ locale: "en", viewport: { width: 1440, height: 900 } });
const call = async (method, path, data) => {
  const answer = await context.request.fetch(`${base}/api/v1${path}`, { method, headers, data });
  if (!answer.ok()) throw new Error(`${method} ${path}: ${await answer.text()}`);
  return answer.json();
};
await call("POST", "/auth/sign-in", { email: process.env.HEARTH_EMAIL, password: process.env.HEARTH_PASSWORD });
await call("PATCH", "/me", { locale: "en" });
const [{ id: workspace }] = (await call("GET", "/me")).workspaces;
const median = (all) => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)];

/** A chain of texts, laid out in a square. */
function chain(count) {
  const nodes = { s: { kind: "start", title: "Start", outputs: [{ name: "input", type: "string" }], view: { x: 0, y: 0 } } };
  const edges = [];
  const columns = Math.ceil(Math.sqrt(count));
  let [last, path] = ["s", "input"];
  const from = () => ({ ref: { node: last, path: [path] } });
  for (let n = 1; n < count - 1; n++) {
    const id = `t${n}`;
    nodes[id] = {
      kind: "text",
      title: `Text ${n}`,
      params: { method: "concat", template: `Hello {{a}} ${"x".repeat(200)}` },
      inputs: [{ name: "a", type: "string", value: from() }],
      outputs: [{ name: "output", type: "string" }],
      view: { x: (n % columns) * 340, y: Math.floor(n / columns) * 160 },
    };
    edges.push({ from: last, to: id });
    [last, path] = [id, "output"];
  }
  nodes.e = {
    kind: "end",
    title: "End",
    params: { mode: "variables" },
    inputs: [{ name: "output", type: "string", value: from() }],
    view: { x: columns * 340, y: 0 },
  };
  edges.push({ from: last, to: "e" });
  return { nodes, edges };
}

/** Frames per second while something is done. */
async function fps(page, act) {
  await page.evaluate(() => {
    window.frames_ = [];
    window.looking = true;
    let last = performance.now();
    const tick = (now) => {
      window.frames_.push(now - last);
      last = now;
      if (window.looking) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
  await act();
  const frames = await page.evaluate(() => {
    window.looking = false;
    return window.frames_.slice(2);
  });
  return Math.round(1000 / median(frames));
}

const drag = (page) => async () => {
  const box = await page.locator(".react-flow__node").nth(3).boundingBox();
  const [x, y] = [box.x + box.width / 2, box.y + Math.min(20, box.height / 2)];
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (let n = 0; n < 120; n++) {
    await page.mouse.move(x + n * 3, y + Math.sin(n / 8) * 60);
    await page.waitForTimeout(8);
  }
  await page.mouse.up();
};
const pan = (page) => async () => {
  await page.mouse.move(700, 600);
  await page.mouse.down({ button: "middle" });
  for (let n = 0; n < 120; n++) {
    await page.mouse.move(700 - n * 4, 600 - n * 2);
    await page.waitForTimeout(8);
  }
  await page.mouse.up({ button: "middle" });
};
const toCanvas = (page) => page.locator("[data-canvas]").click({ position: { x: 20, y: 400 } });

/** Types into a new note; the median from a key to the frame after it. */
async function typing(page) {
  await toCanvas(page);
  await page.keyboard.press("n");
  await page.locator("[data-kind=comment] textarea:focus").waitFor();
  await page.evaluate(() => {
    window.keys_ = [];
    const watch = ({ timeStamp }) =>
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => window.keys_.push(performance.now() - timeStamp);
        channel.port2.postMessage(0);
      });
    window.watch_ ??= (addEventListener("keydown", watch, true), watch);
  });
  await page.keyboard.type("hello canvas typing", { delay: 60 });
  await page.waitForTimeout(300);
  const keys = await page.evaluate(() => window.keys_);
  await page.keyboard.press("Escape");
  return Math.round(median(keys));
}

async function open(page, id) {
  await page.goto(`${base}/w/${workspace}/workflows/${id}?tab=api`);
  const edit = page.getByRole("link", { name: "Edit", exact: true });
  await edit.hover();
  await page.waitForTimeout(2000);
  const ms = await page.evaluate(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const began = performance.now();
    [...document.querySelectorAll("a")].find((each) => each.textContent.trim() === "Edit").click();
    while (!document.querySelector(".react-flow__node")) await frame();
    await frame();
    await frame();
    return performance.now() - began;
  });
  return Math.round(ms);
}

/**
 * What the page holds once everything is saved and the garbage is collected. Read from a snapshot, as
 * the engine's own figure is mostly the machine code that it goes on compiling.
 */
async function memory(page) {
  await page.locator("[data-save=saved]").waitFor();
  const session = await context.newCDPSession(page);
  // Some of it is only let go in the round after.
  for (let n = 0; n < 4; n++) {
    await session.send("HeapProfiler.collectGarbage");
    await page.waitForTimeout(100);
  }
  const { jsEventListeners: listeners, nodes } = await session.send("Memory.getDOMCounters");
  const chunks = [];
  session.on("HeapProfiler.addHeapSnapshotChunk", ({ chunk }) => chunks.push(chunk));
  await session.send("HeapProfiler.takeHeapSnapshot", { reportProgress: false });
  await session.detach();
  const { snapshot, nodes: all } = JSON.parse(chunks.join(""));
  const fields = snapshot.meta.node_fields;
  const types = snapshot.meta.node_types[fields.indexOf("type")];
  const bytes = {};
  for (let at = 0; at < all.length; at += fields.length) {
    const type = types[all[at + fields.indexOf("type")]];
    bytes[type] = (bytes[type] ?? 0) + all[at + fields.indexOf("self_size")];
  }
  const sum = (...which) => which.reduce((whole, type) => whole + (bytes[type] ?? 0), 0);
  const learnt = ["code", "hidden", "object shape"];
  // What lies in the browser is counted above; its own records of what was slow are not the page's.
  const made = Object.keys(bytes).filter((type) => ![...learnt, "native", "synthetic"].includes(type));
  return { heap: sum(...made), dom: nodes + listeners, code: sum(...learnt) };
}

async function undoAndRedo(page, times) {
  for (let n = 0; n < times; n++) {
    await page.keyboard.press("Control+z");
    await page.keyboard.press("Control+Shift+z");
  }
}

const result = {};
try {
  for (const count of [500, 2000]) {
    const { id } = await call("POST", `/workspaces/${workspace}/workflows`, { name: `Chain of ${count}` });
    const document = chain(count);
    let { revision } = await call("PUT", `/workflows/${id}/draft`, { document, revision: 1 });
    const save = [];
    for (let n = 0; n < 20; n++) {
      document.nodes.t1.title = `Text ${n}`;
      const began = performance.now();
      ({ revision } = await call("PUT", `/workflows/${id}/draft`, { document, revision }));
      save.push(performance.now() - began);
    }
    const page = await context.newPage();
    const rounds = [];
    for (let n = 0; n < 5; n++) rounds.push(await open(page, id));
    const of = { open_ms: rounds, save_ms: Math.round(median(save)) };
    of.drag_fps = await fps(page, drag(page));
    of.pan_fps = await fps(page, pan(page));
    of.key_ms = await typing(page);
    if (count === 500) {
      await toCanvas(page);
      await page.keyboard.press("Control+a");
      await page.keyboard.press("ArrowRight");
      await undoAndRedo(page, 200);
      const before = await memory(page);
      await undoAndRedo(page, 200);
      const after = await memory(page);
      for (const what of ["heap", "dom", "code"]) {
        result[`${what}_before`] = before[what];
        result[`${what}_after`] = after[what];
      }
    }
    await toCanvas(page);
    await page.keyboard.press("f");
    await page.waitForTimeout(1500);
    of.drag_all_fps = await fps(page, drag(page));
    of.pan_all_fps = await fps(page, pan(page));
    of.key_all_ms = await typing(page);
    result[count] = of;
    await page.close();
  }
  console.log(JSON.stringify(result));
} finally {
  await browser.close();
}
