import { expect, it } from "vitest";
import { PAGES } from "./links";
import { commands, nav, settingsNav } from "./registry";
import { router } from "./router";

const me = {
  user: {
    id: "1",
    email: "",
    name: "",
    locale: "en",
    is_instance_admin: true,
    created_at: "",
  },
  workspaces: [],
};
const owner = { id: "1", name: "", kind: "team", role: "owner" } as const;

it("leads to pages that exist", () => {
  const known = new Set(Object.keys(router.routesByPath).map((path) => path.replace(/\/$/, "")));
  const settings = settingsNav(me, owner).flatMap(({ items }) => items);
  const linked = [...nav, ...commands, ...settings].map(({ to }) => to);
  expect([...Object.values(PAGES), ...linked].filter((path) => !known.has(path))).toEqual([]);
});
