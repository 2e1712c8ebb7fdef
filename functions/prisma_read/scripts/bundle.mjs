import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const COMPILER = "query_compiler.wasm";

/**
 * Prisma's query compiler as a file beside the bundle: as base64 in the source it would make the zip
 * a quarter larger, and be parsed, decoded and kept in memory at every cold start.
 */
const compilerBeside = {
  name: "query-compiler-beside",
  setup({ onLoad, initialOptions }) {
    onLoad({ filter: /query_compiler_.*\.wasm-base64\.mjs$/ }, async ({ path }) => {
      const { wasm } = await import(pathToFileURL(path).href);
      writeFileSync(join(dirname(initialOptions.outfile), COMPILER), Buffer.from(wasm, "base64"));
      return { contents: `import { readFileSync } from "node:fs"; export const wasm = readFileSync(new URL("${COMPILER}", import.meta.url));` };
    });
  },
};

/** One ECMAScript module and the query compiler; what CommonJS packages expect of their surroundings is there. */
export const bundle = (entry, outfile, { minify = true } = {}) =>
  build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    minify,
    platform: "node",
    format: "esm",
    target: "node20",
    legalComments: "none",
    logLevel: "warning",
    external: ["pg-native", "esbuild"],
    plugins: [compilerBeside],
    banner: {
      js: [
        'import { createRequire as __createRequire } from "node:module";',
        'import { fileURLToPath as __fileURLToPath } from "node:url";',
        "const require = __createRequire(import.meta.url);",
        "const __filename = __fileURLToPath(import.meta.url);",
        'const __dirname = __fileURLToPath(new URL(".", import.meta.url));',
        // As Node.js has it from 21 on. Without it pg looks for a web runtime by making a Response, and that
        // loads all of fetch: a tenth of the time to a first answer.
        'globalThis.navigator ??= { userAgent: "Node.js/" + process.versions.node.split(".")[0] };',
      ].join("\n"),
    },
  });
