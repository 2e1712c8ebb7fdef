// Bundles each test and runs it with node:test: TypeScript runs on every Node.js from 20.19 on that way.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { bundle } from "./bundle.mjs";

const tests = readdirSync("test").filter((name) => name.endsWith(".test.ts"));
for (const name of tests) await bundle(`test/${name}`, `dist/test/${name.replace(".ts", ".mjs")}`);
const files = tests.map((name) => `dist/test/${name.replace(".ts", ".mjs")}`);
process.exit(spawnSync(process.execPath, ["--test", ...files], { stdio: "inherit" }).status ?? 1);
