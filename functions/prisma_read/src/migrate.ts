/**
 * The handler that an operator invokes to bring the database to the package's migrations, from inside the VPC.
 *
 * It connects to the instance and not through RDS Proxy, which advisory locks and DDL would pin
 * (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-pinning.html). `{"dryRun": true}` only
 * says whether there is drift and what would be applied.
 */
import { readdirSync, readFileSync } from "node:fs";
import pg from "pg";
import { credentials } from "./credentials.js";
import { sanitised } from "./faults.js";
import { type Applied, apply, DriftError, type Migration, MigrationError } from "./migrations.js";
import { read, type Settings } from "./settings.js";

/** Beside the bundle; each migration is a folder, as in `prisma/migrations`. */
const FOLDER = new URL("migrations/", import.meta.url);

export type Outcome = ({ readonly status: "ok" } & Applied) | { readonly status: "drift" | "failed"; readonly message: string };

export async function handler(event: unknown): Promise<Outcome> {
  const dry = typeof event === "object" && event !== null && "dryRun" in event && event.dryRun === true;
  return await migrate(read(process.env), packaged(FOLDER), dry);
}

/** The migrations of a folder, in the order of their stamps. */
export function packaged(folder: URL): Migration[] {
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return names
    .map(({ name }) => ({ name, sql: readFileSync(new URL(`${name}/migration.sql`, folder), "utf8") }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** Applies migrations; drift and failing SQL are outcomes, an unreachable database is raised. */
export async function migrate(settings: Settings, migrations: readonly Migration[], dry = false): Promise<Outcome> {
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
  // Without a listener an idle connection's death would end the process.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return { status: "ok", ...(await apply(dry ? rehearsed(client) : client, migrations)) };
  } catch (error) {
    if (error instanceof DriftError) return { status: "drift", message: error.message };
    if (error instanceof MigrationError) return { status: "failed", message: error.message };
    throw sanitised(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** A connection that takes back at the end what it has done: DDL is transactional in PostgreSQL. */
function rehearsed(client: pg.Client): pg.Client {
  const query = client.query.bind(client) as (sql: string, values?: unknown[]) => Promise<pg.QueryResult>;
  return Object.assign(Object.create(client) as pg.Client, {
    query: (sql: string, values?: unknown[]) => query(sql === "COMMIT" ? "ROLLBACK" : sql, values),
  });
}
