/** A lived-in instance, so that every page has something to show. */
import { createAgent, publish } from "./agents.ts";
import { createConversation, createMessage } from "./chat.ts";
import { ago, audit, createOwner, createUser, createWorkspace, DAY, db, id, member } from "./db.ts";
import { createModel } from "./models.ts";
import { newRun } from "./run.ts";

export function seed(): void {
  const owner = createOwner({ email: "lin@example.com", name: "林晓" });
  const team = createWorkspace(owner, { name: "客服与运营", kind: "team", description: "Support and operations" });
  const people = [
    createUser({ email: "chen@example.com", name: "陈一鸣" }, false),
    createUser({ email: "maya@example.com", name: "Maya Patel" }, false),
  ];
  db.members.get(team.id)?.push(member(people[0]!, "admin"), member(people[1]!, "builder"));
  team.member_count = 3;
  db.invitations.set(team.id, [
    { id: id(), role: "builder", created_at: ago(DAY), expires_at: ago(-6 * DAY), max_uses: 5, uses: 2, code: "abc" },
  ]);
  const token = (name: string, used: number | null) => ({
    id: id(), name, prefix: "pat_Ab12…", workspace_ids: null, permissions: "full" as const,
    created_at: ago(9 * DAY), expires_at: ago(-81 * DAY), last_used_at: used === null ? null : ago(used),
  });
  db.tokens = [token("cozepy on my laptop", 3_600), token("CI", null)];
  db.serviceAccounts.set(team.id, [
    { id: id(), user_id: id(), name: "ticket-bridge", role: "builder", created_at: ago(20 * DAY), token_count: 1, tokens: [{ ...token("production", 120), prefix: "sat_9xQ2…" }] },
  ]);
  db.oauthApps.set(team.id, [
    { id: id(), client_id: id(), name: "Support Desk", kind: "web", redirect_uris: ["https://desk.example.com/callback"], key_id: null, created_at: ago(30 * DAY) },
    { id: id(), client_id: id(), name: "Billing backend", kind: "jwt", redirect_uris: [], key_id: "k1", created_at: ago(12 * DAY) },
  ]);
  createModel(null, { name: "Offline", vendor: "offline", model: "offline", is_default: false });
  createModel(team.id, {
    name: "DeepSeek V3", vendor: "deepseek", model: "deepseek-chat", api_key: "k", is_default: true,
    base_url: "https://api.deepseek.com", context_window: 128_000,
    price: { input_per_million: 2, output_per_million: 8, currency: "CNY" },
  });
  createModel(null, { name: "GPT-4o", vendor: "openai", model: "gpt-4o", api_key: "k", read_only: true, base_url: "https://api.openai.com/v1" });
  const names: [string, string, string][] = [
    ["售后助手", "处理退换货与物流咨询", "assistant"],
    ["Release notes writer", "Turns merged changes into notes people read", "reader"],
    ["中英互译", "地道地互译中文和英文", "translator"],
  ];
  for (const [name, description, template_id] of names) createAgent(team.id, { name, description, template_id });
  const [first, second] = db.agents;
  publish(first!, { name: "v1", notes: "First version" });
  for (const agent of [first!, second!]) {
    const conversation = createConversation(team.id, { agent_id: agent.agent.id, name: "退货要多久到账？", draft: agent === second });
    const stored = newRun(conversation);
    const run_id = stored.run.id;
    createMessage(conversation, { role: "user", type: "question", content: [{ type: "text", text: "退货要多久到账？" }], run_id });
    createMessage(conversation, { role: "assistant", type: "answer", content: [{ type: "text", text: "签收后 **3–5 个工作日**原路退回。" }], run_id });
    const failed = agent === second;
    Object.assign(stored.run, {
      status: failed ? "failed" : "completed", created_at: ago(7_200), started_at: ago(7_199), finished_at: ago(7_195),
      usage: { input_tokens: 412, output_tokens: 63, total_tokens: 475 }, cost: { amount: 0.00132, currency: "CNY" },
      error: failed ? { code: "model_vendor_error", message: "503 from the vendor: overloaded." } : null,
      steps: [{ seq: 1, kind: "model", name: "deepseek-chat", status: failed ? "failed" : "completed", started_at: ago(7_199), finished_at: ago(7_195), duration_ms: 3_800, input: { messages: [] }, output: { content: "签收后 3–5 个工作日原路退回。" }, error: null, usage: { input_tokens: 412, output_tokens: 63, total_tokens: 475 }, cost: 0.00132, attempt: 1 }],
    });
  }
  const acts: [string, string][] = [["session.create", owner.email], ["token.create", "cozepy on my laptop"], ["member.role", "陈一鸣"], ["agent.publish", "中英互译"], ["sign_in.failed", "maya@example.com"]];
  for (const [action, target] of acts) audit(action, target, { user_agent: "Chrome" });
}
