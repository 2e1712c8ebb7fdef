/**
 * The user of the reads: a role that may SELECT and nothing else, created and maintained by the migrations.
 *
 * Each run grants the rights again, so that a new migration's tables can be read once it is committed.
 * Default privileges cover tables that are created by hand. PostgreSQL itself is then asked what the role can
 * do, since a right may come from elsewhere: an earlier grant, a membership, or PUBLIC
 * (https://www.postgresql.org/docs/17/ddl-priv.html). Before PostgreSQL 15, PUBLIC may CREATE in the schema
 * public (https://www.postgresql.org/docs/15/release-15.html); in any version it may make temporary tables.
 */
import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";
import pg from "pg";
import type { Connection } from "./migrations.js";

/** The role to create. */
export interface Reader {
  readonly user: string;
  /**
   * `iam` makes the role a member of RDS's `rds_iam`, if that exists; `secret` gives a new role the password.
   */
  readonly auth: "iam" | "secret";
  readonly password: () => Promise<string>;
  /** Whether the database is ours alone. What PUBLIC may do beyond reading is then revoked. */
  readonly alone: boolean;
}

/** The role cannot be created, or would be able to do more than read. */
export class ReaderError extends Error {
  override readonly name = "ReaderError";
}

const HISTORY = "_prisma_migrations";
const EXISTS = "SELECT 1 AS there FROM pg_roles WHERE rolname = $1";
/** Tables, views and partitions of the schema that the role may not read, except the history, `$2`. */
const UNREADABLE = `SELECT c.relname FROM pg_class c WHERE c.relnamespace = to_regnamespace(current_schema()) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
  AND c.relname <> $2 AND NOT has_table_privilege($1, c.oid, 'SELECT')`;
const MAY = `SELECT what FROM (
    SELECT 'is a superuser or may make roles, databases or replicas' AS what FROM pg_roles WHERE rolname = $1 AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls)
    UNION ALL SELECT 'is a member of the user that migrates' WHERE pg_has_role($1, current_user, 'MEMBER')
    UNION ALL SELECT 'owns or may write to ' || c.relname FROM pg_class c WHERE c.relnamespace = to_regnamespace(current_schema()) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
      AND (pg_has_role($1, c.relowner, 'MEMBER') OR has_table_privilege($1, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER') OR has_any_column_privilege($1, c.oid, 'INSERT, UPDATE, REFERENCES'))
  ) AS found ORDER BY what LIMIT 5`;
const PUBLIC_MAY = `SELECT what FROM (
    SELECT 'may CREATE in the schema' AS what WHERE has_schema_privilege($1, current_schema(), 'CREATE')
    UNION ALL SELECT 'may CREATE schemas' WHERE has_database_privilege($1, current_database(), 'CREATE')
    UNION ALL SELECT 'may make temporary tables' WHERE has_database_privilege($1, current_database(), 'TEMPORARY')
  ) AS found`;

/** Creates the role, or what it lacks, inside the migrations' transaction. Throws {@link ReaderError}. */
export async function grant(connection: Connection, reader: Reader): Promise<void> {
  const role = pg.escapeIdentifier(reader.user);
  if ((await connection.query(EXISTS, [reader.user])).rows.length === 0) {
    const login = reader.auth === "secret" ? `LOGIN PASSWORD ${pg.escapeLiteral(verifier(await reader.password()))}` : "LOGIN";
    await connection.query(`CREATE ROLE ${role} ${login}`);
  }
  // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.DBAccounts.html
  if (reader.auth === "iam" && (await connection.query(EXISTS, ["rds_iam"])).rows.length > 0) await connection.query(`GRANT rds_iam TO ${role}`);
  const { rows } = await connection.query("SELECT current_database() AS database, current_schema() AS schema");
  const [database, schema] = [pg.escapeIdentifier(String(rows[0]?.["database"])), pg.escapeIdentifier(String(rows[0]?.["schema"]))];
  if (reader.alone) {
    await connection.query(`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`);
    await connection.query(`REVOKE CREATE ON SCHEMA ${schema} FROM PUBLIC`);
  }
  await connection.query(`GRANT CONNECT ON DATABASE ${database} TO ${role}`);
  await connection.query(`GRANT USAGE ON SCHEMA ${schema} TO ${role}`);
  await connection.query(`GRANT SELECT ON ALL TABLES IN SCHEMA ${schema} TO ${role}`);
  await connection.query(`REVOKE ALL ON ${HISTORY} FROM ${role}`);
  await connection.query(`ALTER DEFAULT PRIVILEGES IN SCHEMA ${schema} GRANT SELECT ON TABLES TO ${role}`);
  const wrong = [...(await said(connection, MAY, reader)), ...(reader.alone ? await said(connection, PUBLIC_MAY, reader) : [])];
  if (wrong.length > 0) {
    throw new ReaderError(`The user of the reads, ${reader.user}, may do more than read: it ${wrong.join("; it ")}. Give the reads a user of their own, or revoke that; nothing of this run was applied.`);
  }
}

/** Whether a run would create or change the role. Reads only catalogs. */
export async function missing(connection: Connection, { user }: Reader): Promise<boolean> {
  if ((await connection.query(EXISTS, [user])).rows.length === 0) return true;
  return (await connection.query(UNREADABLE, [user, HISTORY])).rows.length > 0;
}

async function said(connection: Connection, question: string, { user }: Reader): Promise<string[]> {
  return (await connection.query(question, [user])).rows.map(({ what }) => String(what));
}

const ITERATIONS = 4096;

/**
 * Makes the verifier that PostgreSQL stores for a password (RFC 5803). A statement with the password itself
 * could end up in the server's log (https://www.postgresql.org/docs/17/sql-createrole.html).
 */
export function verifier(password: string, salt = randomBytes(16)): string {
  // Other characters would have to be prepared as RFC 4013 describes.
  if (!/^[\x20-\x7e]+$/.test(password)) throw new ReaderError("The password of the reads' user must be printable ASCII.");
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, "sha256");
  const key = (name: string): Buffer => createHmac("sha256", salted).update(name).digest();
  const stored = createHash("sha256").update(key("Client Key")).digest("base64");
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString("base64")}$${stored}:${key("Server Key").toString("base64")}`;
}
