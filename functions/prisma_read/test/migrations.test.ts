/** Migrations are applied once, in order, and never over a drifted history. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { apply, checksum, type Connection, DriftError, LOCK, MigrationError, PATIENCE_S, status } from "../src/migrations.js";

const ONE = { name: "20260101000000_one", sql: "CREATE TABLE one ()" };
const TWO = { name: "20260201000000_two", sql: "CREATE TABLE two ()" };
const BUDGET_MS = 1_500;

/** A database that remembers its statements; its history is a list of rows. */
function database(history: Record<string, unknown>[] = [], failing = "", code = "42P07"): { connection: Connection; said: string[] } {
  const said: string[] = [];
  const connection: Connection = {
    async query(sql, values) {
      said.push(values === undefined ? sql : `${sql} ${String(values.at(-1))}`);
      if (sql === failing) throw Object.assign(new Error("s3cret"), { code });
      if (sql.includes("to_regclass")) return { rows: [{ there: history.length > 0 }] };
      return { rows: sql.startsWith("SELECT migration_name") ? history : [] };
    },
  };
  return { connection, said };
}

const done = (migration: typeof ONE, more = {}): Record<string, unknown> => ({ migration_name: migration.name, checksum: checksum(migration), finished: true, ...more });

test("what is missing is applied in order under the CLI's lock, in one transaction", async () => {
  const { connection, said } = database();
  assert.deepEqual(await apply(connection, [ONE, TWO], BUDGET_MS), { applied: [ONE.name, TWO.name], before: [], pending: [] });
  assert.equal(said[0], "BEGIN");
  const locked = said.findIndex((sql) => new RegExp(`pg_advisory_xact_lock.*${LOCK}`).test(sql));
  assert.ok(locked > 0 && locked < said.indexOf(ONE.sql));
  assert.ok(said.indexOf(ONE.sql) < said.indexOf(TWO.sql));
  assert.equal(said.at(-1), "COMMIT");
});

test("a second run applies nothing", async () => {
  const { connection, said } = database([done(ONE), done(TWO)]);
  assert.deepEqual(await apply(connection, [ONE, TWO], BUDGET_MS), { applied: [], before: [ONE.name, TWO.name], pending: [] });
  assert.ok(!said.includes(ONE.sql));
});

const DRIFT: Record<string, [Record<string, unknown>[], RegExp]> = {
  "an edited file": [[done(ONE, { checksum: "0" })], /one was edited after/],
  "a migration that the package does not have": [[done(ONE), done(TWO), { ...done(TWO), migration_name: "20260301000000_three" }], /three is applied/],
  "a migration that has not ended": [[done(ONE, { finished: false })], /one was begun/],
  "a migration older than the last applied": [[done(TWO)], /one is older/],
};
for (const [name, [history, message]] of Object.entries(DRIFT)) {
  test(`${name} is drift, named, and nothing is applied`, async () => {
    const { connection, said } = database(history);
    await assert.rejects(apply(connection, [ONE, TWO], BUDGET_MS), (error) => error instanceof DriftError && message.test(error.message));
    assert.ok(!said.includes(ONE.sql) && !said.includes(TWO.sql));
    assert.equal(said.at(-1), "ROLLBACK");
    await assert.rejects(status(connection, [ONE, TWO], BUDGET_MS), (error) => error instanceof DriftError && message.test(error.message));
  });
}

test("the server itself ends what takes too long, and waits for a table in use only a little", async () => {
  const { connection, said } = database();
  await apply(connection, [ONE], BUDGET_MS);
  const before = said.slice(0, said.indexOf(ONE.sql));
  assert.ok(before.some((sql) => sql.includes("statement_timeout") && sql.includes("transaction_timeout") && sql.endsWith("1500ms")));
  assert.ok(before.some((sql) => sql.includes("idle_in_transaction_session_timeout")));
  const locked = before.findIndex((sql) => sql.includes("pg_advisory_xact_lock"));
  assert.ok(before.findIndex((sql) => sql.includes("'lock_timeout'") && sql.includes(`'${PATIENCE_S}s'`)) > locked, "two at once take turns however long one takes");
});

test("the status of a database with no history is that all is pending, and nothing is written", async () => {
  const { connection, said } = database();
  assert.deepEqual(await status(connection, [ONE, TWO], BUDGET_MS), { applied: [], before: [], pending: [ONE.name, TWO.name] });
  assert.equal(said[0], "BEGIN READ ONLY");
  assert.equal(said.at(-1), "ROLLBACK");
  assert.ok(!said.some((sql) => /CREATE|INSERT|lock/.test(sql)));
});

test("the status says what is applied and what is not", async () => {
  const { connection } = database([done(ONE)]);
  assert.deepEqual(await status(connection, [ONE, TWO], BUDGET_MS), { applied: [], before: [ONE.name], pending: [TWO.name] });
});

test("SQL that fails is named by migration and code, and everything is taken back", async () => {
  const { connection, said } = database([], TWO.sql);
  await assert.rejects(apply(connection, [ONE, TWO], BUDGET_MS), (error) => error instanceof MigrationError && /two.*42P07/.test(error.message) && !error.message.includes("s3cret"));
  assert.equal(said.at(-1), "ROLLBACK");
});

const MENDED: Record<string, RegExp> = { "25001": /\. It cannot run in a transaction/, "55P03": /in use for 5 s/, "57014": /longer than this function may run/, "42501": /own the tables/ };
for (const [code, mend] of Object.entries(MENDED)) {
  test(`SQL that fails with ${code} says what to do`, async () => {
    const { connection } = database([], ONE.sql, code);
    await assert.rejects(apply(connection, [ONE], BUDGET_MS), (error) => error instanceof MigrationError && mend.test(error.message));
  });
}
