/** Engines for people's code: here are none. */
import type { SandboxEngine, SandboxEngines } from "../src/api/types/index.ts";
import { Refusal, type Routes } from "./http.ts";

const engine = (language: SandboxEngine["language"], name: string): SandboxEngine => ({
  language,
  name,
  packages: [],
  proof: null,
  reason: "The mock runs no code.",
  state: "absent",
  version: "",
});

export const routes: Routes = {
  "GET /sandbox/engines": (): SandboxEngines => ({
    isolation: "jailed",
    items: [engine("javascript", "quickjs"), engine("python", "cpython")],
  }),
  "POST /workspaces/:id/sandbox/run": () => {
    throw new Refusal(503, "sandbox_unavailable", "The mock runs no code.");
  },
};
