import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

const build = process.env.DOORSTEP_BUILD ?? "development";
const TEXT = /\.(css|html|js|json|svg|webmanifest)$/;

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

/** The worker keeps what the phone's page can come to need: its chunks, however late they are fetched, and their styles. */
const tellTheWorker: Plugin = {
  name: "tell-the-worker",
  apply: "build",
  generateBundle: {
    order: "post",
    handler(_options, bundle) {
      const files = new Set(["/m", "/m.webmanifest", "/icons/192.png"]);
      const gather = (name: string): void => {
        const part = bundle[name];
        if (files.has(`/${name}`) || part?.type !== "chunk") return;
        files.add(`/${name}`);
        const { importedCss = [], importedAssets = [] } = part.viteMetadata ?? {};
        for (const beside of [...importedCss, ...importedAssets]) files.add(`/${beside}`);
        for (const next of [...part.imports, ...part.dynamicImports]) gather(next);
      };
      for (const part of Object.values(bundle)) if (part.type === "chunk" && part.name === "collector") gather(part.fileName);
      const page = bundle["collector.html"];
      const linked = page?.type === "asset" ? String(page.source).matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g) : [];
      for (const [, file = ""] of linked) files.add(file);
      const worker = bundle["sw.js"];
      if (worker?.type === "chunk") worker.code = worker.code.replace("__FILES__", JSON.stringify([...files]).replaceAll('"', '\\"'));
    },
  },
};

const pages = ["index", "collector", "dispatch", "legal", "admin", "links", "portal"];

export default defineConfig({
  define: { __BUILD__: JSON.stringify(build) },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  plugins: [nameTheBuild, tellTheWorker, compress],
  build: {
    // Cheap Android phones of the last years, and Safari since it knows <dialog>.
    target: ["chrome99", "firefox98", "safari15.4"],
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: { ...Object.fromEntries(pages.map((page) => [page, `${page}.html`])), sw: "sw.ts" },
      // A worker's name never changes: browsers ask for it anew and compare.
      output: { entryFileNames: ({ name }) => (name === "sw" ? "sw.js" : "assets/[name]-[hash].js") },
    },
  },
  server: { proxy: { "/v1": "http://localhost:8000" } },
});
