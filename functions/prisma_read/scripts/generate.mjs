// Generates the Prisma Client without the schema engine, which is a download that generating does not need.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const cli = fileURLToPath(new URL("../node_modules/prisma/build/index.js", import.meta.url));
const { status, stdout, stderr } = spawnSync(process.execPath, [cli, "generate", "--no-hints"], {
  cwd: root,
  encoding: "utf8",
  env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: "1" },
});
if (status !== 0) {
  process.stderr.write(stdout + stderr);
  process.exit(1);
}
