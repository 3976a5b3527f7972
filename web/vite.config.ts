import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

const build = process.env.DOORSTEP_BUILD ?? "development";
const TEXT = /\.(css|html|js|json|svg)$/;

/** Open pages ask for build.json; it names the build to which they should belong. */
const nameTheBuild: Plugin = {
  name: "name-the-build",
  apply: "build",
  generateBundle() {
    this.emitFile({ type: "asset", fileName: "build.json", source: JSON.stringify({ build }) });
  },
};

/** Every text lies ready as .br and .gz, so that serving it costs nothing. */
const compress: Plugin = {
  name: "compress",
  apply: "build",
  writeBundle({ dir = "dist" }) {
    for (const name of readdirSync(dir, { recursive: true, encoding: "utf8" })) {
      if (!TEXT.test(name)) continue;
      const path = join(dir, name);
      const text = readFileSync(path);
      const hint = { [constants.BROTLI_PARAM_SIZE_HINT]: text.length };
      writeFileSync(`${path}.br`, brotliCompressSync(text, { params: hint }));
      writeFileSync(`${path}.gz`, gzipSync(text, { level: 9 }));
    }
  },
};

const pages = ["index", "collector", "dispatch", "legal", "admin", "links", "portal"];

export default defineConfig({
  define: { __BUILD__: JSON.stringify(build) },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  plugins: [nameTheBuild, compress],
  build: {
    // Cheap Android phones of the last years, and Safari since it knows <dialog>.
    target: ["chrome99", "firefox98", "safari15.4"],
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: Object.fromEntries(pages.map((page) => [page, `${page}.html`])) },
  },
  server: { proxy: { "/v1": "http://localhost:8000" } },
});
