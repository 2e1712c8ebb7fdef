/** Migrations are applied once, in order, and never over a drifted history. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { apply, checksum, type Connection, DriftError, LOCK, MigrationError } from "../src/migrations.js";

const ONE = { name: "20260101000000_one", sql: "CREATE TABLE one ()" };
const TWO = { name: "20260201000000_two", sql: "CREATE TABLE two ()" };

/** A database that remembers its statements; its history is a list of rows. */
function database(history: Record<string, unknown>[] = [], failing = ""): { connection: Connection; said: string[] } {
  const said: string[] = [];
  const connection: Connection = {
    async query(sql, values) {
      said.push(values === undefined ? sql : `${sql} ${String(values.at(-1))}`);
      if (sql === failing) throw Object.assign(new Error("s3cret"), { code: "42P07" });
      return { rows: sql.startsWith("SELECT migration_name") ? history : [] };
    },
  };
  return { connection, said };
}

const done = (migration: typeof ONE, more = {}): Record<string, unknown> => ({ migration_name: migration.name, checksum: checksum(migration), finished: true, ...more });

test("what is missing is applied in order under the CLI's lock, in one transaction", async () => {
  const { connection, said } = database();
  assert.deepEqual(await apply(connection, [ONE, TWO]), { applied: [ONE.name, TWO.name], before: [] });
  assert.equal(said[0], "BEGIN");
  assert.match(said[1] ?? "", new RegExp(`pg_advisory_xact_lock.*${LOCK}`));
  assert.ok(said.indexOf(ONE.sql) < said.indexOf(TWO.sql));
  assert.equal(said.at(-1), "COMMIT");
});

test("a second run applies nothing", async () => {
  const { connection, said } = database([done(ONE), done(TWO)]);
  assert.deepEqual(await apply(connection, [ONE, TWO]), { applied: [], before: [ONE.name, TWO.name] });
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
    await assert.rejects(apply(connection, [ONE, TWO]), (error) => error instanceof DriftError && message.test(error.message));
    assert.ok(!said.includes(ONE.sql) && !said.includes(TWO.sql));
    assert.equal(said.at(-1), "ROLLBACK");
  });
}

test("SQL that fails is named by migration and code, and everything is taken back", async () => {
  const { connection, said } = database([], TWO.sql);
  await assert.rejects(apply(connection, [ONE, TWO]), (error) => error instanceof MigrationError && /two.*42P07/.test(error.message) && !error.message.includes("s3cret"));
  assert.equal(said.at(-1), "ROLLBACK");
});
