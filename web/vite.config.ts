import { fileURLToPath, URL } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { mockServer } from "./mock/plugin.ts";

// The server that `npm run dev` forwards to; the built UI is served by it.
const server = process.env.HEARTH_URL ?? "http://127.0.0.1:8888";
// The server compares Origin with Host, so Host stays what the browser sent.
const forward = { target: server, changeOrigin: false };

export default defineConfig(({ mode }) => ({
  plugins: [react(), tailwindcss(), mode === "mock" && mockServer()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    target: "es2022",
    assetsDir: "assets",
    // Everything stays a file of its own: a data: script or font would break the CSP.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Read by scripts/size.mjs.
    manifest: true,
    // Icons in one file: a request for each would cost more than it saves.
    rolldownOptions: {
      output: { codeSplitting: { groups: [{ name: "icons", test: /node_modules\/lucide-react/ }] } },
    },
    reportCompressedSize: true,
  },
  server: {
    port: 5173,
    proxy: mode === "mock" ? undefined : { "/api": forward, "/v1": forward, "/v3": forward },
  },
  // The built UI under the server's own policy: `npm run build && npm run preview`.
  preview: {
    headers: {
      "Content-Security-Policy":
        "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; connect-src 'self'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'",
    },
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
  },
}));
