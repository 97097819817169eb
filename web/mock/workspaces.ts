/** Workspaces: members, invitations, service accounts, OAuth apps, audit. */
import type { LimitSet, WorkspaceLimits } from "../src/api/types/index.ts";
import { ago, audit, createWorkspace, DAY, db, id } from "./db.ts";
import { notFound, paged, Refusal, type Routes } from "./http.ts";
import { me, newToken } from "./identity.ts";

const find = (workspaceId: string) => {
  const workspace = db.workspaces.find((item) => item.id === workspaceId);
  if (!workspace) throw notFound();
  return workspace;
};

function list<T>(map: Map<string, T[]>, key: string): T[] {
  const items = map.get(key) ?? [];
  map.set(key, items);
  return items;
}

function remove<T>(items: T[], test: (item: T) => boolean) {
  const at = items.findIndex(test);
  if (at < 0) throw notFound();
  items.splice(at, 1);
  return {};
}

const NO_LIMITS: LimitSet = {
  max_nodes: null,
  max_document_bytes: null,
  max_nesting: null,
  max_depth: null,
  max_steps: null,
  max_seconds: null,
  max_bytes: null,
  max_output_bytes: null,
  keep_days: null,
  keep_runs: null,
};
const INSTANCE_LIMITS: LimitSet = { ...NO_LIMITS, max_nodes: 10_000, max_steps: 1_000_000, max_bytes: 256 << 20 };
const ownLimits = new Map<string, LimitSet>();

function limits(workspaceId: string): WorkspaceLimits {
  const own = ownLimits.get(workspaceId) ?? NO_LIMITS;
  const names = Object.keys(NO_LIMITS) as (keyof LimitSet)[];
  const least = names.map((name) => {
    const set = [own[name], INSTANCE_LIMITS[name]].filter((limit) => limit !== null);
    return [name, set.length === 0 ? null : Math.min(...set)];
  });
  return { workspace: own, instance: INSTANCE_LIMITS, in_force: Object.fromEntries(least) as LimitSet };
}

const W = "/workspaces/:workspace_id";

export const routes: Routes = {
  "GET /workspaces": ({ query }) => paged(db.workspaces, query),
  "POST /workspaces": ({ body }) =>
    createWorkspace(me().user, { ...body, kind: "team" }),
  [`GET ${W}`]: ({ params }) => find(params.workspace_id!),
  [`PATCH ${W}`]: ({ params, body }) => Object.assign(find(params.workspace_id!), body),
  [`DELETE ${W}`]: ({ params }) => remove(db.workspaces, (item) => item.id === params.workspace_id),
  [`GET ${W}/limits`]: ({ params }) => limits(params.workspace_id!),
  [`PUT ${W}/limits`]: ({ params, body }) => {
    ownLimits.set(params.workspace_id!, { ...NO_LIMITS, ...body });
    return limits(params.workspace_id!);
  },
  [`GET ${W}/members`]: ({ params, query }) => paged(list(db.members, params.workspace_id!), query),
  [`PATCH ${W}/members/:user_id`]: ({ params, body }) => {
    const members = list(db.members, params.workspace_id!);
    const member = members.find((item) => item.user_id === params.user_id);
    if (!member) throw notFound();
    if (member.role === "owner" && members.filter((item) => item.role === "owner").length === 1)
      throw new Refusal(409, "last_owner", "The last owner stays.");
    return Object.assign(member, body);
  },
  [`DELETE ${W}/members/:user_id`]: ({ params }) =>
    remove(list(db.members, params.workspace_id!), (item) => item.user_id === params.user_id),
  [`GET ${W}/invitations`]: ({ params, query }) =>
    paged(list(db.invitations, params.workspace_id!), query),
  [`POST ${W}/invitations`]: ({ params, body }) => {
    const invitation = {
      id: id(),
      role: body.role,
      created_at: ago(),
      expires_at: ago(-(body.expires_in_days ?? 7) * DAY),
      max_uses: body.max_uses ?? 1,
      uses: 0,
      code: crypto.randomUUID().slice(0, 12),
    };
    list(db.invitations, params.workspace_id!).unshift(invitation);
    audit("invitation.create", body.role);
    return { ...invitation, url: `http://localhost/invite/${invitation.code}` };
  },
  [`DELETE ${W}/invitations/:id`]: ({ params }) =>
    remove(list(db.invitations, params.workspace_id!), (item) => item.id === params.id),
  "GET /invitations/:code": ({ params }) => {
    if (params.code === "gone") throw new Refusal(404, "invitation_invalid", "Not valid.");
    return {
      workspace_name: db.workspaces.at(-1)?.name ?? "",
      role: "builder",
      inviter_name: db.owner?.name ?? "",
      expires_at: ago(-3 * DAY),
    };
  },
  "POST /invitations/:code/accept": () => me().workspaces.at(-1),
  [`GET ${W}/service-accounts`]: ({ params, query }) =>
    paged(
      list(db.serviceAccounts, params.workspace_id!).map(({ tokens, ...account }) => ({
        ...account,
        token_count: tokens.length,
      })),
      query,
    ),
  [`POST ${W}/service-accounts`]: ({ params, body }) => {
    const account = { id: id(), user_id: id(), ...body, created_at: ago(), token_count: 0, tokens: [] };
    list(db.serviceAccounts, params.workspace_id!).unshift(account);
    audit("service_account.create", body.name);
    return account;
  },
  [`DELETE ${W}/service-accounts/:id`]: ({ params }) =>
    remove(list(db.serviceAccounts, params.workspace_id!), (item) => item.id === params.id),
  [`GET ${W}/service-accounts/:id/tokens`]: ({ params, query }) =>
    paged(
      list(db.serviceAccounts, params.workspace_id!).find((item) => item.id === params.id)?.tokens ?? [],
      query,
    ),
  [`POST ${W}/service-accounts/:id/tokens`]: ({ params, body }) => {
    const { secret, ...token } = newToken("sat_", body);
    list(db.serviceAccounts, params.workspace_id!)
      .find((item) => item.id === params.id)
      ?.tokens.unshift(token);
    return { ...token, secret };
  },
  [`DELETE ${W}/service-accounts/:id/tokens/:token_id`]: ({ params }) =>
    remove(
      list(db.serviceAccounts, params.workspace_id!).find((item) => item.id === params.id)?.tokens ?? [],
      (item) => item.id === params.token_id,
    ),
  [`GET ${W}/oauth-apps`]: ({ params, query }) => paged(list(db.oauthApps, params.workspace_id!), query),
  [`POST ${W}/oauth-apps`]: ({ params, body }) => {
    const { public_key: _, redirect_uris = [], key_id = null, ...rest } = body;
    const app = { id: id(), client_id: id(), ...rest, redirect_uris, key_id, created_at: ago() };
    list(db.oauthApps, params.workspace_id!).unshift(app);
    audit("oauth_app.create", body.name);
    return body.kind === "web" ? { ...app, client_secret: crypto.randomUUID() } : app;
  },
  [`PATCH ${W}/oauth-apps/:id`]: ({ params, body }) => {
    const app = list(db.oauthApps, params.workspace_id!).find((item) => item.id === params.id);
    if (!app) throw notFound();
    return Object.assign(app, body);
  },
  [`DELETE ${W}/oauth-apps/:id`]: ({ params }) =>
    remove(list(db.oauthApps, params.workspace_id!), (item) => item.id === params.id),
  [`GET ${W}/audit-log`]: ({ query }) => paged(db.audit, query),
};
