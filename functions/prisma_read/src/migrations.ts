/**
 * Applies Prisma's migrations with plain SQL, recorded as `prisma migrate deploy` records them, so that the
 * CLI finds the history it expects:
 * https://www.prisma.io/docs/orm/prisma-migrate/understanding-prisma-migrate/migration-histories.
 */
import { createHash, randomUUID } from "node:crypto";

/** Advisory lock that the Prisma CLI takes too. */
export const LOCK = 72_707_369;

const TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`;

/** One migration of the package: the folder's name and the file's bytes as text. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
}

/** What a run found and did. */
export interface Applied {
  /** Applied by this run, in order. */
  readonly applied: readonly string[];
  /** Applied before it. */
  readonly before: readonly string[];
}

/** A connection on which statements run one after the other. */
export interface Connection {
  query(sql: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
}

/** The database holds what the package does not, or the other way round; nothing has been applied. */
export class DriftError extends Error {
  override readonly name = "DriftError";
}

/** A migration's SQL failed; it and all after it are not applied. The message holds PostgreSQL's code, no data. */
export class MigrationError extends Error {
  override readonly name = "MigrationError";
}

export function checksum({ sql }: Migration): string {
  return createHash("sha256").update(sql).digest("hex");
}

/**
 * Applies what is missing, all of it in one transaction under the CLI's lock; safe to repeat, and two at
 * once take turns.
 *
 * Throws {@link DriftError} that names the migration, {@link MigrationError} for SQL that fails.
 */
export async function apply(connection: Connection, migrations: readonly Migration[]): Promise<Applied> {
  await connection.query("BEGIN");
  try {
    await connection.query("SELECT pg_advisory_xact_lock($1)", [LOCK]);
    await connection.query(TABLE);
    const known = await recorded(connection);
    drift(known, migrations);
    const missing = migrations.filter(({ name }) => !known.has(name));
    for (const migration of missing) await applyOne(connection, migration);
    await connection.query("COMMIT");
    return { applied: missing.map(({ name }) => name), before: [...known.keys()] };
  } catch (error) {
    // A connection that is gone has rolled back by itself.
    await connection.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

interface Row {
  readonly checksum: string;
  readonly finished: boolean;
}

async function recorded(connection: Connection): Promise<Map<string, Row>> {
  const { rows } = await connection.query(
    "SELECT migration_name, checksum, finished_at IS NOT NULL AS finished FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY migration_name",
  );
  return new Map(rows.map((row) => [String(row["migration_name"]), { checksum: String(row["checksum"]), finished: row["finished"] === true }]));
}

function drift(known: ReadonlyMap<string, Row>, migrations: readonly Migration[]): void {
  const files = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const [name, row] of known) {
    const file = files.get(name);
    if (file === undefined) {
      throw new DriftError(`Migration ${name} is applied in the database, but this package has no such migration: deploy the package that has it.`);
    }
    if (!row.finished) {
      throw new DriftError(`Migration ${name} was begun by another tool and has not ended: mend the database, then run prisma migrate resolve.`);
    }
    if (row.checksum !== checksum(file)) {
      throw new DriftError(`Migration ${name} was edited after it had been applied: restore the file and add a new migration instead.`);
    }
  }
  const last = [...known.keys()].at(-1) ?? "";
  const late = migrations.find(({ name }) => name < last && !known.has(name));
  if (late !== undefined) {
    throw new DriftError(`Migration ${late.name} is older than ${last}, which is applied already: give it a later stamp.`);
  }
}

async function applyOne(connection: Connection, migration: Migration): Promise<void> {
  try {
    await connection.query(migration.sql);
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    throw new MigrationError(`Migration ${migration.name} failed with PostgreSQL's ${typeof code === "string" ? code : "error"}; nothing of this run was applied.`);
  }
  await connection.query(
    "INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, applied_steps_count) VALUES ($1, $2, now(), $3, 1)",
    [randomUUID(), checksum(migration), migration.name],
  );
}
