/** How the page is built, served while it is being edited, and tested. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const backend = process.env.WEND_BACKEND ?? "http://127.0.0.1:8000";
const require = createRequire(import.meta.url);

/** Puts the viewer behind `/docs` beside the page, so that it needs no other host. */
function bundleApiDocs(): Plugin {
  return {
    name: "wend-api-docs",
    apply: "build",
    generateBundle() {
      for (const name of ["swagger-ui-bundle.js", "swagger-ui.css"]) {
        const source = readFileSync(require.resolve(`swagger-ui-dist/${name}`));
        this.emitFile({ type: "asset", fileName: `vendor/${name}`, source });
      }
    },
  };
}

// The backend accepts its own origin only: a request that passes through the proxy must carry that one.
const passOn = { target: backend, changeOrigin: true, headers: { origin: backend } };

export default defineConfig({
  plugins: [react(), bundleApiDocs()],
  // Assets are named relative to the page: a proxy may put it under a base path.
  base: "./",
  build: {
    outDir: "dist",
    target: "es2023",
    // Inlined assets would need `data:` in a content security policy.
    assetsInlineLimit: 0,
    // One page, one load from the same machine: Mantine and React in one file are no mistake.
    chunkSizeWarningLimit: 1500,
  },
  server: {
    host: "127.0.0.1",
    proxy: {
      "/api": passOn,
      "/docs": passOn,
      "/metrics": passOn,
      "/openapi.json": passOn,
      "/vendor": passOn,
      "/ws": { ...passOn, ws: true },
    },
  },
  test: {
    include: ["src/**/*.test.{ts,tsx}"],
    environment: "happy-dom",
    restoreMocks: true,
    // A busy machine is slow, not wrong.
    testTimeout: 30_000,
    expect: { poll: { timeout: 20_000 } },
  },
});
