/** The mock's memory, and its ids and clock. `MOCK_FRESH=1` starts before set-up. */
import type {
  Agent,
  AgentConfig,
  AgentVersion,
  AuditEntry,
  Conversation,
  Invitation,
  Member,
  Message,
  Model,
  OAuthApp,
  RunDetail,
  RunEvent,
  ServiceAccount,
  Session,
  Token,
  User,
  Workspace,
} from "../src/api/types/index.ts";

let last = 7_380_000_000_000_000_000n;
export const id = (): string => String((last += 4_099n));
export const ago = (seconds = 0): string => new Date(Date.now() - seconds * 1000).toISOString();
export const DAY = 86_400;

export interface StoredAgent {
  agent: Agent;
  draft: { config: AgentConfig; revision: number; updated_at: string };
  versions: (AgentVersion & { config: AgentConfig })[];
}
export interface StoredRun {
  run: RunDetail;
  events: { id: number; event: RunEvent }[];
  listeners: Set<(entry: { id: number; event: RunEvent }) => void>;
  cancelled: boolean;
  /** Resumes the run with the outputs that were submitted. */
  resume?: (outputs: { call_id: string; output?: string; approve?: boolean }[]) => void;
}

export const db = {
  owner: undefined as User | undefined,
  signedIn: false,
  users: [] as (User & { disabled: boolean; last_sign_in_at: string | null })[],
  sessions: [] as Session[],
  tokens: [] as Token[],
  workspaces: [] as Workspace[],
  members: new Map<string, Member[]>(),
  invitations: new Map<string, (Invitation & { code: string })[]>(),
  serviceAccounts: new Map<string, (ServiceAccount & { tokens: Token[] })[]>(),
  oauthApps: new Map<string, OAuthApp[]>(),
  audit: [] as AuditEntry[],
  models: [] as Model[],
  agents: [] as StoredAgent[],
  conversations: [] as Conversation[],
  messages: [] as Message[],
  runs: [] as StoredRun[],
};

export function member(user: User, role: Member["role"]): Member {
  return { user_id: user.id, name: user.name, email: user.email, role, joined_at: ago() };
}

export function createWorkspace(
  owner: User,
  input: { name: string; kind: Workspace["kind"]; description?: string },
): Workspace {
  const workspace: Workspace = {
    id: id(),
    name: input.name,
    kind: input.kind,
    role: "owner",
    description: input.description ?? "",
    member_count: 1,
    created_at: ago(),
  };
  db.workspaces.push(workspace);
  db.members.set(workspace.id, [member(owner, "owner")]);
  return workspace;
}

export function createUser(input: { email: string; name: string }, admin: boolean): User {
  const user: User = {
    id: id(),
    email: input.email,
    name: input.name,
    locale: "",
    is_instance_admin: admin,
    created_at: ago(),
  };
  db.users.push({ ...user, disabled: false, last_sign_in_at: ago() });
  return user;
}

export function createOwner(input: { email: string; name: string }): User {
  const owner = createUser(input, true);
  db.owner = owner;
  db.signedIn = true;
  createWorkspace(owner, { name: owner.name, kind: "personal" });
  const agents = ["Mozilla/5.0 (X11; Linux x86_64) Chrome/142.0", "Mozilla/5.0 (iPhone) Mobile Safari/605.1"];
  db.sessions = agents.map((user_agent, at) => ({
    id: id(),
    current: at === 0,
    created_at: ago(at * DAY),
    last_seen_at: ago(at * 9_000),
    expires_at: ago(-30 * DAY),
    user_agent,
    ip: at === 0 ? "127.0.0.1" : "192.168.1.23",
  }));
  return owner;
}

export function audit(action: string, target: string, detail: Record<string, unknown> = {}) {
  db.audit.unshift({
    id: id(),
    at: ago(),
    actor_id: db.owner?.id ?? null,
    actor_name: db.owner?.name ?? "",
    action,
    target,
    ip: "127.0.0.1",
    detail,
  });
}
