import { studioPages } from "./studio-pages.mjs";

/** Every page worth a picture; `act` opens what a plain visit does not show. */
const press = (name) => (page) => page.getByRole("button", { name }).first().click();

async function newToken(page) {
  await page.getByLabel(/^(名称|Name)$/).fill("screenshot");
  await page.getByRole("dialog").getByRole("button", { name: /^(创建|Create)$/ }).click();
  await page.getByText("pat_").last().waitFor();
}

export async function pages(api, base) {
  const get = async (path) => (await api.get(`${base}/api/v1${path}`)).json();
  const { workspaces } = await get("/me");
  const team = workspaces.find(({ kind }) => kind === "team") ?? workspaces[0];
  const w = `/w/${team.id}`;
  return [
    { name: "sign-in", path: "/sign-in", phone: true },
    { name: "sign-up", path: "/sign-up" },
    { name: "invite", path: "/invite/abc" },
    { name: "invite-gone", path: "/invite/gone" },
    { name: "setup-done", path: "/setup" },
    { name: "home", path: w, phone: true },
    { name: "home-empty", path: `/w/${workspaces[0].id}` },
    { name: "drawer", path: w, act: (page) => page.setViewportSize({ width: 390, height: 844 }).then(() => press(/菜单|Menu/)(page)) },
    { name: "palette", path: w, act: (page) => page.keyboard.press("Control+k") },
    { name: "user-menu", path: w, act: press(/我的账号|Your account/) },
    { name: "workspace-new", path: "/workspaces/new" },
    { name: "workspace-general", path: `${w}/settings` },
    { name: "limits", path: `${w}/settings/limits`, phone: true },
    { name: "members", path: `${w}/settings/members`, phone: true },
    // Personal workspaces invite nobody.
    team.kind === "team" && { name: "members-invite", path: `${w}/settings/members`, act: press(/邀请成员|^Invite$/) },
    { name: "service-accounts", path: `${w}/settings/service-accounts` },
    { name: "oauth-apps", path: `${w}/settings/oauth-apps` },
    { name: "oauth-app-new", path: `${w}/settings/oauth-apps`, act: press(/新建 OAuth|New OAuth/) },
    { name: "audit", path: `${w}/settings/audit-log` },
    { name: "sandbox", path: `${w}/settings/sandbox`, phone: true },
    { name: "tokens", path: "/account/tokens" },
    { name: "token-new", path: "/account/tokens?create=true" },
    { name: "token-secret", path: "/account/tokens?create=true", act: newToken },
    { name: "admin-system", path: "/admin" },
    { name: "admin-users", path: "/admin/users" },
    { name: "admin-audit", path: "/admin/audit-log" },
    { name: "oauth-authorize", path: "/oauth/authorize?client_id=1&redirect_uri=https%3A%2F%2Fdesk.example.com%2Fcb&response_type=code&state=s" },
    { name: "oauth-unknown", path: "/oauth/authorize" },
    { name: "oauth-device", path: "/oauth/device" },
    { name: "oauth-device-code", path: "/oauth/device?user_code=BCDF-GHJK" },
    { name: "profile", path: "/account" },
    { name: "security", path: "/account/security" },
    { name: "welcome-model", path: `/welcome?first=true` },
    { name: "welcome-offline", path: `/welcome?first=true`, act: (page) => page.getByRole("radio").nth(1).click() },
    { name: "welcome-agent", path: `/welcome?step=agent&first=true`, phone: true },
    ...(await studioPages(get, w, team.id)),
    { name: "not-found", path: `${w}/nowhere` },
  ].filter(Boolean);
}
