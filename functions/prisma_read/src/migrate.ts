/**
 * The handler that an operator invokes, inside the VPC, to bring the database to the package's migrations.
 *
 * It connects to the instance, not through RDS Proxy, because advisory locks and DDL would pin a proxy's
 * connection (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-pinning.html).
 *
 * `{"request": "status"}` only reports whether there is drift and what would be applied.
 * `{"request": "apply"}` applies it.
 */
import "./environment.js";
import { readdirSync, readFileSync } from "node:fs";
import pg from "pg";
import { credentials, passwordIn } from "./credentials.js";
import { sanitised } from "./faults.js";
import { apply, DriftError, type History, type Migration, MigrationError, status } from "./migrations.js";
import type { Reader } from "./reader.js";
import { read, readerSettings, type Settings } from "./settings.js";
import { secret } from "./signed.js";

/** Folder beside the bundle. Each migration is a folder in it, as in `prisma/migrations`. */
const FOLDER = new URL("migrations/", import.meta.url);

export type Outcome = ({ readonly status: "ok" } & History) | { readonly status: "drift" | "failed" | "invalid"; readonly message: string };

const REQUESTS = { apply, status };

/** The part of Lambda's context that is used. */
export interface Context {
  getRemainingTimeInMillis(): number;
}

/** Milliseconds that are assumed to be left if there is no context. */
const UNBOUNDED = 300_000;
/** Milliseconds reserved for the answer: the server ends the work before Lambda ends the function. */
const RESERVE = 5_000;

export async function handler(event: unknown, context?: Context): Promise<Outcome> {
  const asked = typeof event === "object" && event !== null && "request" in event ? event.request : undefined;
  if (asked !== "apply" && asked !== "status") return { status: "invalid", message: 'The event must be {"request": "apply"} or {"request": "status"}.' };
  const left = context?.getRemainingTimeInMillis() ?? UNBOUNDED;
  const settings = read(process.env);
  const outcome = await migrate(settings, packaged(FOLDER), asked, Math.max(1_000, left - RESERVE), reader(settings));
  console.log(JSON.stringify({ message: "MIGRATE", request: asked, outcome }));
  return outcome;
}

function reader(settings: Settings): Reader | undefined {
  const given = readerSettings(process.env);
  if (given === undefined || given.user === settings.user) return undefined;
  return { ...given, password: async () => passwordIn(await secret(given.secretArn, settings.region, settings.connectTimeoutMs)) };
}

/** Reads the migrations of a folder, ordered by their stamps. */
export function packaged(folder: URL): Migration[] {
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return names
    .map(({ name }) => ({ name, sql: readFileSync(new URL(`${name}/migration.sql`, folder), "utf8") }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/**
 * Applies migrations, or says what would be applied. Drift and failing SQL are outcomes; an unreachable
 * database is raised.
 */
export async function migrate(settings: Settings, migrations: readonly Migration[], request: keyof typeof REQUESTS, budgetMs: number, reads?: Reader): Promise<Outcome> {
  const client = new pg.Client({
    host: settings.host,
    port: settings.port,
    database: settings.database,
    user: settings.user,
    password: () => credentials(settings).password(),
    ssl: settings.tls === "verify-full" ? { rejectUnauthorized: true, minVersion: "TLSv1.2", host: settings.host } : false,
    connectionTimeoutMillis: settings.connectTimeoutMs,
    application_name: "prisma-migrate",
  });
  // Without a listener, the death of an idle connection would end the process.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return { status: "ok", ...(await REQUESTS[request](client, migrations, budgetMs, reads)) };
  } catch (error) {
    if (error instanceof DriftError) return { status: "drift", message: error.message };
    if (error instanceof MigrationError) return { status: "failed", message: error.message };
    throw sanitised(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}
