// Everything in dist/ goes into a Lambda's zip, and nothing else does: dist/ into prisma_read's, dist/migrate/
// into prisma_migrate's, which needs neither the client nor the query compiler.
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { bundle } from "./bundle.mjs";

rmSync("dist", { recursive: true, force: true });
mkdirSync("dist/migrate", { recursive: true });
await bundle("src/handler.ts", "dist/index.mjs");
await bundle("src/migrate.ts", "dist/migrate/index.mjs");
cpSync("prisma/migrations", "dist/migrate/migrations", { recursive: true });
