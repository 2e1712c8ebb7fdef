// Bundles each test and runs it with node:test: TypeScript runs on every Node.js from 20.19 on that way.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { bundle } from "./bundle.mjs";

const out = ".test-bundles";
rmSync(out, { recursive: true, force: true });
mkdirSync(out);
const files = [];
for (const name of readdirSync("test").filter((one) => one.endsWith(".test.ts"))) {
  const file = `${out}/${name.replace(".ts", ".mjs")}`;
  await bundle(`test/${name}`, file, { minify: false });
  files.push(file);
}
const { status } = spawnSync(process.execPath, ["--enable-source-maps", "--test", ...files], { stdio: "inherit" });
rmSync(out, { recursive: true, force: true });
process.exit(status ?? 1);
