import { gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** Where `npm run dev` finds a server. */
const server = process.env.GUILDHALL_URL ?? "http://127.0.0.1:7070";

/** Puts `name.gz` beside every text file, so that the server need not compress. */
function precompress(): Plugin {
  return {
    name: "precompress",
    apply: "build",
    generateBundle(_, bundle) {
      for (const file of Object.values(bundle)) {
        if (!/\.(js|css|svg)$/.test(file.fileName)) continue;
        const text = file.type === "chunk" ? file.code : file.source;
        const source = gzipSync(text, { level: 9 });
        this.emitFile({ type: "asset", fileName: `${file.fileName}.gz`, source });
      }
    },
  };
}

export default defineConfig({
  base: "/",
  resolve: { tsconfigPaths: true },
  plugins: [react(), precompress()],
  build: {
    target: "es2022",
    // The server's own pages use /assets too; whatever is below this folder has a hash in its name.
    assetsDir: "assets/app",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
  },
  server: {
    port: 5173,
    proxy: Object.fromEntries(
      ["/v1", "/openapi.json", "/docs", "/healthz", "/readyz", "/assets/docs."].map((path) => [
        path,
        { target: server },
      ]),
    ),
  },
});
