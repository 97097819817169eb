/** `npm run dev:mock` and `npm run preview`: Vite with `/api/v1` answered from memory. */
import type { Plugin, PreviewServer, ViteDevServer } from "vite";
import { routes as agents } from "./agents.ts";
import { routes as around } from "./around.ts";
import { routes as chat } from "./chat.ts";
import { createHandler } from "./http.ts";
import { routes as identity } from "./identity.ts";
import { routes as models } from "./models.ts";
import { routes as sandbox } from "./sandbox.ts";
import { routes as workflows } from "./workflows.ts";
import { routes as workspaces } from "./workspaces.ts";

export function mockServer(): Plugin {
  const configure = (server: ViteDevServer | PreviewServer) => {
    const handle = createHandler({ ...identity, ...workspaces, ...models, ...agents, ...workflows, ...around, ...sandbox, ...chat });
    server.middlewares.use("/api/v1", (request, response) => void handle(request, response));
  };
  return { name: "hearth-mock", configureServer: configure, configurePreviewServer: configure };
}
