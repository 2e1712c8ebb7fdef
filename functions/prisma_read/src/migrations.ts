/**
 * Applies Prisma's migrations with plain SQL. They are recorded as `prisma migrate deploy` records them, so
 * that the CLI finds the history it expects:
 * https://www.prisma.io/docs/orm/prisma-migrate/understanding-prisma-migrate/migration-histories.
 */
import { createHash, randomUUID } from "node:crypto";
import { grant, missing as incomplete, type Reader, ReaderError } from "./reader.js";

/** Key of the advisory lock, which the Prisma CLI takes too. */
export const LOCK = 72_707_369;

const TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`;

/** One migration of the package: the folder's name, and the file's content as text. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
}

/** What a run found and did. Names are ordered by their stamps. */
export interface History {
  /** Applied by this run. */
  readonly applied: readonly string[];
  /** Applied before this run. */
  readonly before: readonly string[];
  /** In the package but not applied; empty after a run that applies. */
  readonly pending: readonly string[];
}

/** A connection that runs statements one after another. */
export interface Connection {
  query(sql: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
}

/** The database has a migration that the package lacks, or the other way round. Nothing has been applied. */
export class DriftError extends Error {
  override readonly name = "DriftError";
}

/** A migration's SQL failed. Nothing of this run is applied. The message holds PostgreSQL's code, no data. */
export class MigrationError extends Error {
  override readonly name = "MigrationError";
}

export function checksum({ sql }: Migration): string {
  return createHash("sha256").update(sql).digest("hex");
}

/** What is pending if the tables exist but the reads' user does not, or may not read all of them. */
export const pendingReader = ({ user }: Reader): string => `user ${user}, who may only read`;

/**
 * Ends the work in the server, because a function that is killed leaves a connection that no one closes.
 * PostgreSQL 17 ends the transaction too.
 */
const BOUND = "SELECT set_config(name, $1, true) FROM pg_settings WHERE name IN ('statement_timeout', 'transaction_timeout')";
const ABANDONED = "SELECT set_config('idle_in_transaction_session_timeout', '10s', true)";

/**
 * Seconds that a migration waits for a table in use. Every read that comes later waits behind the migration.
 */
export const PATIENCE_S = 5;
const PATIENCE = `SELECT set_config('lock_timeout', '${PATIENCE_S}s', true)`;

/** Advice on errors that a migration cannot resolve itself, by PostgreSQL's code. */
const MEND: Readonly<Record<string, string>> = {
  "25001": "It cannot run in a transaction: run it by hand, then prisma migrate resolve --applied",
  "25P04": "It takes longer than this function may run: run it by hand, then prisma migrate resolve --applied",
  "42501": "The user that migrates may not do this: it has to own the tables",
  "42P07": "What it makes is there already: if it was made by hand, prisma migrate resolve --applied",
  "55P03": `A table was in use for ${PATIENCE_S} s: end the long transaction, or run it again when there are none`,
  "57014": "It takes longer than this function may run: run it by hand, then prisma migrate resolve --applied",
};

/**
 * Applies what is missing, all in one transaction under the CLI's lock. It is safe to repeat, and two runs at
 * the same time take turns. The server ends the transaction after `budgetMs`.
 *
 * Throws a {@link DriftError} that names the migration, or a {@link MigrationError} if SQL fails.
 */
export async function apply(connection: Connection, migrations: readonly Migration[], budgetMs: number, reader?: Reader): Promise<History> {
  await connection.query("BEGIN");
  try {
    await connection.query(BOUND, [`${Math.floor(budgetMs)}ms`]);
    await connection.query(ABANDONED);
    await connection.query("SELECT pg_advisory_xact_lock($1)", [LOCK]);
    await connection.query(PATIENCE);
    await connection.query(TABLE);
    const known = await recorded(connection);
    drift(known, migrations);
    const missing = migrations.filter(({ name }) => !known.has(name));
    for (const migration of missing) await applyOne(connection, migration);
    if (reader !== undefined) await granted(connection, reader);
    await connection.query("COMMIT");
    return { applied: missing.map(({ name }) => name), before: [...known.keys()], pending: [] };
  } catch (error) {
    // A connection that is gone has been rolled back by the server.
    await connection.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

/**
 * Says what is applied and what is not, and changes nothing. It reads one table, waits for no lock except
 * that of a migration in progress, and does not need any table to exist.
 *
 * Throws a {@link DriftError} that names the migration.
 */
export async function status(connection: Connection, migrations: readonly Migration[], budgetMs: number, reader?: Reader): Promise<History> {
  await connection.query("BEGIN READ ONLY");
  try {
    await connection.query(BOUND, [`${Math.floor(budgetMs)}ms`]);
    const { rows } = await connection.query("SELECT to_regclass('_prisma_migrations') IS NOT NULL AS there");
    const known = rows[0]?.["there"] === true ? await recorded(connection) : new Map<string, Row>();
    drift(known, migrations);
    const pending = migrations.filter(({ name }) => !known.has(name)).map(({ name }) => name);
    if (reader !== undefined && (await incomplete(connection, reader))) pending.push(pendingReader(reader));
    return { applied: [], before: [...known.keys()], pending };
  } finally {
    await connection.query("ROLLBACK").catch(() => undefined);
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

async function granted(connection: Connection, reader: Reader): Promise<void> {
  try {
    await grant(connection, reader);
  } catch (error) {
    if (error instanceof ReaderError) throw new MigrationError(error.message);
    const { code } = error as { code?: unknown };
    if (code !== "42501") throw error;
    throw new MigrationError(
      `The user that migrates may not make or grant to ${reader.user} (PostgreSQL's 42501); nothing of this run was applied. It has to own the tables, and to have CREATEROLE where the role is not there: make it by hand with CREATE ROLE … LOGIN, or let the owner migrate.`,
    );
  }
}

async function applyOne(connection: Connection, migration: Migration): Promise<void> {
  try {
    await connection.query(migration.sql);
  } catch (error) {
    const { code } = error as { code?: unknown };
    const said = typeof code === "string" ? code : "error";
    const mend = MEND[said] === undefined ? "" : ` ${MEND[said]}.`;
    throw new MigrationError(`Migration ${migration.name} failed with PostgreSQL's ${said}; nothing of this run was applied.${mend}`);
  }
  await connection.query(
    "INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, applied_steps_count) VALUES ($1, $2, now(), $3, 1)",
    [randomUUID(), checksum(migration), migration.name],
  );
}
