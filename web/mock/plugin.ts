/** `npm run dev:mock`: Vite with `/api/v1` answered from memory. */
import type { Plugin } from "vite";
import { routes as agents } from "./agents.ts";
import { routes as chat } from "./chat.ts";
import { createHandler } from "./http.ts";
import { routes as identity } from "./identity.ts";
import { routes as models } from "./models.ts";
import { routes as workspaces } from "./workspaces.ts";

export function mockServer(): Plugin {
  return {
    name: "hearth-mock",
    configureServer(server) {
      const handle = createHandler({ ...identity, ...workspaces, ...models, ...agents, ...chat });
      server.middlewares.use("/api/v1", (request, response) => void handle(request, response));
    },
  };
}
