/**
 * Help by a model, with a scripted one: a change in words is proposed on the canvas and applied by a
 * click only, undone in one step; nonsense is said to be nonsense; an error is explained when asked.
 *
 *   HEARTH_URL=http://127.0.0.1:8888 HEARTH_EMAIL=… HEARTH_PASSWORD=… node e2e/canvas-assist.mjs
 *
 * The server must reach this machine's loopback, as it does by default. SHOTS names a folder for pictures.
 */
import assert from "node:assert/strict";
import { axe, signedIn, stage } from "./kit.mjs";
import { scriptedModel } from "./scripted-model.mjs";

const SUMMARY = "A second text says it louder.";
const EXPLANATION = "The node “Read answer” expected JSON and was given {broken. Put valid JSON there.";
const NONSENSE = "I like tea, and the sea.";

/** The document in the question, as a model finds it. */
function documentIn(messages) {
  const question = messages.find(({ role }) => role === "user").content;
  return JSON.parse(question.slice(question.indexOf("{"), question.lastIndexOf("\n\nThe change: ")));
}

const answers = {
  /** As it should be, in a fence as models like it. */
  "Shout it": (messages) => {
    const document = documentIn(messages);
    document.nodes.shout = {
      kind: "text",
      title: "Shout",
      params: { method: "concat", template: "{{text}}!" },
      inputs: [{ name: "text", type: "string", value: { ref: { node: "greet", path: ["output"] } } }],
      outputs: [{ name: "output", type: "string" }],
    };
    document.nodes.greet.params.template = "Good day, {{topic}}";
    document.edges = document.edges.flatMap((edge) =>
      edge.from === "greet" ? [{ from: "greet", to: "shout" }, { ...edge, from: "shout" }] : [edge],
    );
    return `Here it is:\n\`\`\`json\n${JSON.stringify({ summary: SUMMARY, document })}\n\`\`\``;
  },
  /** Refers to nothing at first, and puts it right when it is told. */
  "Fix yourself": (messages) => {
    const document = documentIn(messages);
    const corrected = messages.some(({ content }) => content.startsWith("This cannot be used:"));
    document.nodes.greet.inputs[0].value.ref.node = corrected ? "start" : "nowhere";
    document.nodes.greet.title = "Greet anew";
    return JSON.stringify({ summary: "Put right.", document });
  },
};
const model = await scriptedModel((messages) => {
  const said = messages.map(({ content }) => content).join("\n");
  if (said.startsWith("A workflow failed.")) return EXPLANATION;
  const [, instruction] = /\n\nThe change: (.*)/.exec(said) ?? [];
  return answers[instruction]?.(messages) ?? NONSENSE;
});

const { browser, call, workspace, problems, openCanvas } = await signedIn({ own: "Helped" });
try {
  const configured = await call("POST", `/workspaces/${workspace}/models`, {
    vendor: "openai_compatible",
    base_url: model.url,
    api_key: "scripted",
    name: "Scripted model",
    model: "scripted",
    kind: "chat",
    is_default: true,
  });

  const text = (name) => ({ name, type: "string" });
  const ref = (node, path) => ({ ref: { node, path: [path] } });
  const document = {
    mode: "workflow",
    nodes: {
      start: { kind: "start", title: "Start", outputs: [{ ...text("topic"), required: true }], view: { x: 0, y: 0 } },
      greet: {
        kind: "text",
        title: "Greet",
        params: { method: "concat", template: "Hello {{topic}}" },
        inputs: [{ ...text("topic"), value: ref("start", "topic") }],
        outputs: [text("output")],
        view: { x: 340, y: 0 },
      },
      parse: {
        kind: "json_decode",
        title: "Read answer",
        inputs: [{ ...text("input"), value: { literal: "{broken" } }],
        outputs: [{ name: "output", type: "any" }],
        view: { x: 680, y: 0 },
      },
      end: { kind: "end", title: "End", params: { mode: "variables" }, inputs: [{ ...text("greeting"), value: ref("greet", "output") }], view: { x: 1020, y: 0 } },
    },
    edges: [{ from: "start", to: "greet" }, { from: "greet", to: "parse" }, { from: "parse", to: "end" }],
  };
  const { id } = await call("POST", `/workspaces/${workspace}/workflows`, { name: "Helped", document });
  const page = await openCanvas(id);
  const draft = () => call("GET", `/workflows/${id}/draft`);
  const before = await draft();
  const button = (name) => page.getByRole("button", { name, exact: true });
  const dialog = page.getByRole("dialog");
  const inDialog = (name) => dialog.getByRole("button", { name, exact: true });
  const card = (title) => page.locator(`.react-flow__node[aria-label="${title}"]`);
  const unchanged = async () => {
    assert.deepEqual(await draft(), before, "the server has what it had");
    await page.locator(`[data-save=saved][data-revision="${before.revision}"]`).waitFor();
  };
  const accessible = async (selector) => assert.deepEqual(await axe(page, selector), []);

  async function ask(words, chosen = configured.id) {
    await button("Change with AI").click();
    await dialog.getByLabel("What shall be different?").fill(words);
    await dialog.getByLabel("Model").selectOption(chosen);
    await inDialog("Propose").click();
  }

  await stage(page, "nothing is asked by itself", async () => {
    await button("Change with AI").click();
    assert.ok(await inDialog("Propose").isDisabled(), "no words, no question");
    await accessible("[role=dialog]");
    await page.keyboard.press("Escape");
    assert.equal(model.asked.length, 0);
  });

  await stage(page, "a change in words is proposed on the canvas", async () => {
    await ask("Shout it");
    await dialog.getByText("Proposed by Scripted model").waitFor();
    await dialog.getByText(SUMMARY).waitFor();
    await dialog.locator('[data-picture="shout"][data-state="added"]').waitFor();
    await dialog.locator('[data-picture="greet"][data-state="changed"]').click();
    await dialog.getByText("Good day, {{topic}}").waitFor();
    await dialog.getByText("Hello {{topic}}").waitFor();
    await accessible("[role=dialog]");
    const [system, question] = model.asked.at(-1);
    assert.match(system.content, /json_decode/, "the model is told the kinds of nodes");
    assert.match(question.content, /Shout it$/);
    await unchanged();
  });

  await stage(page, "thrown away", async () => {
    await inDialog("Discard").click();
    await dialog.waitFor({ state: "detached" });
    assert.equal(await card("Shout").count(), 0);
    assert.ok(await page.getByRole("button", { name: /^Undo/ }).isDisabled(), "there is nothing to undo");
    await unchanged();
  });

  await stage(page, "applied by a click", async () => {
    await ask("Shout it");
    await inDialog("Apply").click();
    await card("Shout").waitFor();
    await page.locator(`[data-save=saved][data-revision="${before.revision + 1}"]`).waitFor();
    const { document: now } = await draft();
    assert.equal(now.nodes.greet.params.template, "Good day, {{topic}}");
    assert.ok(now.edges.some(({ from, to }) => from === "shout" && to === "parse"));
    assert.deepEqual(now.nodes.greet.view, before.document.nodes.greet.view, "what was there stays where it is");
  });

  await stage(page, "undone in one step", async () => {
    await page.getByRole("button", { name: /^Undo/ }).click();
    await card("Shout").waitFor({ state: "detached" });
    await page.locator(`[data-save=saved][data-revision="${before.revision + 2}"]`).waitFor();
    assert.deepEqual((await draft()).document, before.document);
    assert.ok(await page.getByRole("button", { name: /^Undo/ }).isDisabled());
    before.revision += 2;
  });

  await stage(page, "an answer with errors is put right", async () => {
    const asked = model.asked.length;
    await ask("Fix yourself");
    await dialog.getByText("Put right.").waitFor();
    assert.equal(model.asked.length, asked + 2);
    assert.match(model.asked.at(-1).at(-1).content, /^This cannot be used:.*greet/s, "it is told what is wrong, and where");
    await inDialog("Discard").click();
  });

  await stage(page, "nonsense is told as such", async () => {
    const asked = model.asked.length;
    await ask("Anything");
    await dialog.getByRole("alert").getByText("The model did not answer with a workflow.").waitFor();
    assert.equal(model.asked.length, asked + 2, "it was asked once more");
    assert.equal(await dialog.getByLabel("What shall be different?").inputValue(), "Anything", "the words are not lost");
    assert.ok(await inDialog("Propose").isEnabled());
    await accessible("[role=dialog]");
    await page.keyboard.press("Escape");
    assert.equal((await draft()).revision, before.revision);
  });

  await stage(page, "a model that is away is told as such", async () => {
    const { id: away } = await call("POST", `/workspaces/${workspace}/models`, {
      vendor: "openai_compatible", base_url: "http://127.0.0.1:9/v1", api_key: "none", name: "Away", model: "away", kind: "chat",
    });
    await page.reload();
    await card("Greet").waitFor();
    await ask("Anything", away);
    await dialog.getByRole("alert").waitFor();
    await page.keyboard.press("Escape");
  });

  await stage(page, "an error is explained when asked", async () => {
    const asked = model.asked.length;
    const dock = page.getByRole("region", { name: "Run panel" });
    await page.getByRole("group", { name: "Run", exact: true }).getByRole("button", { name: "Run", exact: true }).click();
    await dock.getByLabel(/topic/).fill("Ada");
    await dock.getByRole("button", { name: "Run", exact: true }).click();
    await dock.getByText("“Read answer” failed").waitFor();
    assert.equal(model.asked.length, asked, "nobody is asked before the click");
    await dock.getByRole("button", { name: "Explain this error" }).click();
    await dock.locator("[data-explain]").getByText(EXPLANATION).waitFor();
    await dock.getByText("Explained by Scripted model").waitFor();
    assert.equal(model.asked.length, asked + 1);
    assert.match(JSON.stringify(model.asked.at(-1)), /Read answer.*\{broken/s, "it is told where and with what");
    await accessible("[data-dock]");
  });

  assert.deepEqual(problems, []);
  console.log("canvas-assist: all stages passed");
} finally {
  await browser.close();
  await model.close();
}
