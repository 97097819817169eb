/** Pages of models, agents, workflows, chat and runs. */
const press = (name) => (page) => page.getByRole("button", { name }).first().click();

export async function studioPages(get, w, workspaceId) {
  const { items: agents } = await get(`/workspaces/${workspaceId}/agents`);
  const { items: runs } = await get(`/workspaces/${workspaceId}/runs`);
  const { items: models } = await get(`/workspaces/${workspaceId}/models`);
  const { items: conversations } = await get(`/workspaces/${workspaceId}/conversations`);
  const { items: workflows } = await get(`/workspaces/${workspaceId}/workflows`);
  const agent = agents.at(-1);
  const workflow = workflows.find(({ published_version }) => published_version !== null) ?? workflows[0];
  const flow = `${w}/workflows/${workflow?.id}`;
  const builder = `${w}/agents/${agent?.id}`;
  const own = models.find((model) => !model.read_only && model.workspace_id);
  const fixed = models.find((model) => model.read_only);
  const done = conversations.find(({ draft }) => !draft) ?? conversations[0];
  const ask = (text) => async (page) => {
    await page.getByRole("textbox", { name: /^(消息|Message)$/ }).fill(text);
    await page.keyboard.press("Enter");
  };
  const wide = async (page, phone) => {
    if (!phone) await page.setViewportSize({ width: 1680, height: 950 });
  };
  return [
    { name: "models", path: `${w}/models`, phone: true },
    { name: "model-new", path: `${w}/models/new` },
    {
      name: "model-probe",
      path: `${w}/models/new`,
      act: async (page) => {
        await page.setViewportSize({ width: 1280, height: 1500 });
        await page.getByRole("radio", { name: "OpenAI", exact: true }).click();
        await page.getByLabel(/API 密钥|API key/).fill("sk-test");
        await press(/获取模型列表|Find models/)(page);
        await page.getByRole("button", { name: "gpt-4o-mini" }).click();
        await page.getByText(/模型可用|This model answers/).waitFor();
        await press(/^(测试|Test)$/)(page);
        await page.getByText("I can hear you").waitFor();
      },
    },
    own && { name: "model-edit", path: `${w}/models/${own.id}`, act: (page) => page.locator("summary").first().click() },
    fixed && { name: "model-read-only", path: `${w}/models/${fixed.id}` },
    { name: "agents", path: `${w}/agents`, phone: true },
    { name: "agent-new", path: `${w}/agents?create=true`, phone: true },
    { name: "builder", path: builder, phone: true },
    { name: "builder-wide", path: builder, act: wide },
    {
      name: "builder-tool",
      path: builder,
      act: async (page) => {
        await wide(page);
        await ask("12 * 34")(page);
        await page.getByText(/408/).first().waitFor();
        await page.waitForTimeout(2500);
      },
    },
    {
      name: "builder-approval",
      path: builder,
      act: async (page) => {
        await ask("https://example.com")(page);
        await page.getByRole("button", { name: /^(允许|Allow)$/ }).waitFor();
      },
    },
    { name: "publish", path: builder, act: press(/^(发布|Publish)$/) },
    { name: "versions", path: builder, act: press(/^(版本|Versions)$/) },
    { name: "agent-api", path: `${builder}/api`, phone: true },
    { name: "workflows", path: `${w}/workflows`, phone: true },
    { name: "workflow-new", path: `${w}/workflows?create=true` },
    { name: "workflow-import", path: `${w}/workflows?import=true`, phone: true },
    workflow && {
      name: "workflow",
      path: flow,
      phone: true,
      act: (page) => page.locator("[data-outline] button").first().click(),
    },
    workflow && { name: "canvas", path: `${flow}/canvas`, phone: true },
    workflow && { name: "canvas-picker", path: `${flow}/canvas`, act: press(/^(添加节点|Add node)$/) },
    workflow && { name: "canvas-json", path: `${flow}/canvas`, act: press(/文档 JSON|JSON of the document/) },
    workflow && { name: "canvas-keys", path: `${flow}/canvas`, act: press(/键盘快捷键|^Keyboard/) },
    workflow && { name: "canvas-run-form", path: `${flow}/canvas`, act: press(/^(运行|Run)$/) },
    workflow && {
      name: "canvas-run",
      path: `${flow}/canvas`,
      act: async (page) => {
        await press(/^(运行|Run)$/)(page);
        const dock = page.locator("[data-dock]");
        await dock.getByLabel(/^topic/).fill("Tea");
        await dock.locator("button[type=submit]").first().click();
        await page.locator('[data-run] [data-status="completed"]').waitFor();
      },
    },
    workflow && {
      name: "canvas-run-iteration",
      path: `${flow}/canvas`,
      act: async (page) => {
        await press(/^(运行|Run)$/)(page);
        const dock = page.locator("[data-dock]");
        await dock.getByLabel(/^topic/).fill("Tea");
        await dock.locator("button[type=submit]").first().click();
        await page.locator('[data-id="greet"] [data-node-status="completed"]').click();
        await dock.getByRole("button", { name: /^(下一轮|Next iteration)$/ }).click();
      },
    },
    workflow && { name: "workflow-draft", path: `${flow}?tab=draft`, phone: true },
    workflow && { name: "workflow-versions", path: `${flow}?tab=versions` },
    workflow && { name: "workflow-compare", path: `${flow}?tab=versions`, act: press(/^(比较|Compare)$/) },
    workflow && { name: "workflow-references", path: `${flow}?tab=references` },
    workflow && { name: "workflow-api", path: `${flow}?tab=api` },
    workflow && { name: "workflow-publish", path: flow, act: press(/^(发布|Publish)$/) },
    workflow && { name: "workflow-run", path: `${flow}/run`, phone: true },
    { name: "chat-choose", path: `${w}/chat` },
    { name: "chat-new", path: `${builder}/chat`, phone: true },
    done && { name: "chat", path: `${w}/chat/${done.id}`, phone: true },
    {
      name: "chat-failed",
      path: `${builder}/chat`,
      phone: true,
      act: async (page) => {
        await ask("fail")(page);
        await page.getByRole("alert").waitFor();
        await page.waitForTimeout(500);
      },
    },
    {
      name: "chat-markdown",
      path: `${builder}/chat`,
      phone: true,
      act: async (page) => {
        await ask("Hello")(page);
        await page.getByRole("button", { name: /^(重新回答|Answer again)$/ }).waitFor();
        await page.waitForTimeout(300);
      },
    },
    { name: "runs", path: `${w}/runs`, phone: true },
    { name: "run", path: `${w}/runs/${runs[0]?.id}`, phone: true, act: (page) => page.locator("ol button").first().click() },
    { name: "run-failed", path: `${w}/runs/${(runs.find(({ status }) => status === "failed") ?? runs[0])?.id}` },
  ].filter(Boolean);
}
