import { bundle } from "./bundle.mjs";

await bundle("src/handler.ts", "dist/index.mjs");
