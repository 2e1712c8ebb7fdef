/** A session that is not in UTC is not read from. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ClientBase } from "pg";
import { TimeZoneError, UtcClient, verifyUtc } from "../src/utc_session.js";

const judged = (client: unknown): Promise<Error | undefined> => new Promise((done) => verifyUtc(client as ClientBase, done));

test("UTC is asked for in the startup packet", () => {
  const { TimeZone, DateStyle } = new UtcClient({ user: "u" }).getStartupConf();
  assert.deepEqual([TimeZone, DateStyle], ["UTC", "ISO"]);
});

test("a zone that the server reports is judged", async () => {
  const client = new UtcClient();
  client.zone = "UTC";
  assert.equal(await judged(client), undefined);
  client.zone = "Europe/Paris";
  assert.ok((await judged(client)) instanceof TimeZoneError);
});

test("a zone that is not reported is asked for", async () => {
  assert.equal(await judged({ query: async () => ({ rows: [{ TimeZone: "UTC" }] }) }), undefined);
  assert.ok((await judged({ query: async () => ({ rows: [] }) })) instanceof TimeZoneError);
  assert.ok((await judged({ query: async () => Promise.reject(new Error("gone")) })) instanceof Error);
});
