// Everything in dist/ goes into the Lambda's zip, and nothing else does.
import { mkdirSync, rmSync } from "node:fs";
import { bundle } from "./bundle.mjs";

rmSync("dist", { recursive: true, force: true });
mkdirSync("dist");
await bundle("src/handler.ts", "dist/index.mjs");
