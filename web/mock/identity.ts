/** Set-up, sign-in, the user's own things, and the instance's. */
import type { TokenPermissions } from "../src/api/types/index.ts";
import { audit, ago, createOwner, createUser, DAY, db, id } from "./db.ts";
import { notFound, paged, Refusal, type Routes } from "./http.ts";
import { seed } from "./seed.ts";

if (!process.env.MOCK_FRESH) seed();

const VERSION = "0.1.0-mock";

export function me() {
  if (!db.owner || !db.signedIn) throw new Refusal(401, "unauthenticated", "Sign in first.");
  const workspaces = db.workspaces.map(({ id, name, kind, role }) => ({ id, name, kind, role }));
  return { user: db.owner, workspaces };
}

export function newToken(prefix: string, input: { name: string; workspace_ids?: string[]; permissions?: TokenPermissions; expires_in_days?: number | null }) {
  const secret = `${prefix}${crypto.randomUUID().replaceAll("-", "")}${crypto.randomUUID().slice(0, 8)}`;
  const days = input.expires_in_days;
  return {
    id: id(),
    name: input.name,
    prefix: `${secret.slice(0, 8)}…`,
    workspace_ids: input.workspace_ids ?? null,
    permissions: input.permissions ?? "full",
    created_at: ago(),
    expires_at: days ? ago(-days * DAY) : null,
    last_used_at: null,
    secret,
  };
}

export const routes: Routes = {
  "GET /setup": () => ({ needed: !db.owner, code_required: true, version: VERSION }),
  "POST /setup": ({ body }) => {
    if (db.owner) throw new Refusal(409, "setup_done", "This instance has an owner already.");
    if (body.code !== "123456")
      throw new Refusal(403, "setup_code_wrong", "The set-up code is wrong.", "code");
    createOwner(body);
    return me();
  },
  "GET /auth/options": () => ({ registration: "open" }),
  "POST /auth/sign-up": ({ body }) => {
    if (db.users.some((user) => user.email === body.email))
      throw new Refusal(409, "email_taken", "This e-mail address has an account.", "email");
    db.owner = createUser(body, false);
    db.signedIn = true;
    return me();
  },
  "POST /auth/sign-in": ({ body }) => {
    if (!db.owner || body.password === "wrong-password")
      throw new Refusal(401, "sign_in_failed", "E-mail address or password is wrong.");
    db.signedIn = true;
    return me();
  },
  "POST /auth/sign-out": () => {
    db.signedIn = false;
    return {};
  },
  "GET /me": () => me(),
  "PATCH /me": ({ body }) => {
    if (db.owner) Object.assign(db.owner, body);
    return me();
  },
  "POST /me/password": ({ body }) => {
    if (body.current === "wrong-password")
      throw new Refusal(403, "password_wrong", "The current password is wrong.", "current");
    return {};
  },
  "GET /me/sessions": () => ({ items: db.sessions, next_cursor: null }),
  "DELETE /me/sessions/:id": ({ params }) => {
    db.sessions = db.sessions.filter((session) => session.id !== params.id);
    return {};
  },
  "GET /me/tokens": ({ query }) => paged(db.tokens, query),
  "POST /me/tokens": ({ body }) => {
    const { secret, ...token } = newToken("pat_", body);
    db.tokens.unshift(token);
    audit("token.create", token.name);
    return { ...token, secret };
  },
  "DELETE /me/tokens/:id": ({ params }) => {
    db.tokens = db.tokens.filter((token) => token.id !== params.id);
    return {};
  },
  "GET /oauth/consent": ({ query }) => {
    if (!query.get("client_id")) throw new Refusal(400, "client_unknown", "This app is not known here.");
    return {
      app_name: "Support Desk",
      workspace_name: db.workspaces.at(-1)?.name ?? "",
      redirect_uri: query.get("redirect_uri") ?? "https://desk.example.com/callback",
      scopes: ["agents.read", "chat"],
    };
  },
  "POST /oauth/consent": ({ body }) => ({
    redirect_to: `${body.redirect_uri}?${body.approve ? "code=mock" : "error=access_denied"}`,
  }),
  "GET /oauth/device/:code": ({ params }) => {
    if (params.code === "XXXX-XXXX") throw notFound();
    return { app_name: "Hearth CLI", workspace_name: db.workspaces[0]?.name ?? "", expires_at: ago(-600) };
  },
  "POST /oauth/device/:code": () => ({}),
  "GET /admin/audit-log": ({ query }) => paged(db.audit, query),
  "GET /admin/users": ({ query }) => paged(db.users, query),
  "PATCH /admin/users/:id": ({ params, body }) => {
    const user = db.users.find((item) => item.id === params.id);
    if (!user) throw notFound();
    return Object.assign(user, body);
  },
  "GET /admin/system": () => ({
    version: VERSION,
    started_at: ago(5_400),
    settings: [
      { name: "LISTEN_ADDR", value: ":8888", origin: "default" },
      { name: "DATABASE_URL", value: "sqlite:./data/hearth.db", origin: "default" },
      { name: "HEARTH_DATA_DIR", value: "./data", origin: "environment" },
      { name: "LOG_LEVEL", value: "debug", origin: ".env" },
      { name: "MODEL_API_KEY_0", value: "••••••••", origin: "environment" },
    ],
    components: [
      { name: "database", state: "ok", detail: "SQLite 3.50, 12 ms" },
      { name: "blobs", state: "ok", detail: "./data/blobs" },
      { name: "model: DeepSeek", state: "degraded", detail: "429 from the vendor, retry in 12 s" },
    ],
  }),
};
