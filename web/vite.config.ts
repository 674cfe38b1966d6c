import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
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
    // After everything else has had its hands on the files.
    async writeBundle({ dir = "dist" }, bundle) {
      for (const { fileName } of Object.values(bundle)) {
        if (!/\.(js|css|svg)$/.test(fileName)) continue;
        const path = join(dir, fileName);
        await writeFile(`${path}.gz`, gzipSync(await readFile(path), { level: 9 }));
      }
    },
  };
}

/** What a form is made of: many pages have one, but not the flow editor. */
const FORM = /\/(@mantine\/form|klona|fast-deep-equal|components\/form\.tsx)/;

/** Has every `import()` go through `src/ui/arrive.ts`, which says why. */
function fetchFirst(): Plugin {
  return {
    name: "fetch-first",
    apply: "build",
    // Before Vite answers with its own.
    enforce: "pre",
    load(id) {
      if (id === "\0vite/preload-helper.js") return 'export * from "/src/ui/arrive.ts";';
    },
  };
}

export default defineConfig({
  base: "/",
  resolve: { tsconfigPaths: true },
  plugins: [react(), fetchFirst(), precompress()],
  build: {
    target: "es2022",
    // `light-dark()` stays as it is written: what older browsers get instead follows no choice of a scheme.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    // The server's own pages use /assets too; whatever is below this folder has a hash in its name.
    assetsDir: "assets/app",
    assetsInlineLimit: 0,
    modulePreload: {
      polyfill: false,
      // Vite leaves out a part that needs no other file.
      resolveDependencies: (file, files, { hostType }) =>
        hostType === "js" && files.length === 0 ? [file] : files,
    },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        // A script of its own for each part that two pages share would make forty of them for a page. What half of the
        // pages share is one; with what fewer share, the flow editor would be over its budget.
        codeSplitting: {
          groups: [
            { name: "base", tags: ["$initial"] },
            { name: "shared", minShareCount: 20, test: (id) => !FORM.test(id) },
            { name: "form", test: FORM },
          ],
        },
      },
    },
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
