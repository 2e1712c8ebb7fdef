/** What is repeated, and what of a fault is told. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { onceMore } from "../src/database.js";
import { connectionDied, DatabaseFault, passwordRefused, sanitised } from "../src/faults.js";
import { TimeZoneError } from "../src/utc_session.js";

const dead = (): Error => Object.assign(new Error("Connection terminated unexpectedly"), { code: "ECONNRESET" });
const refused = (): Error => Object.assign(new Error("p"), { cause: { kind: "AuthenticationFailed" } });

/** A read that fails as often as there are errors, and then answers. */
function reads(...errors: Error[]) {
  const count = { asked: 0, forgotten: 0 };
  const work = async (): Promise<string> => {
    count.asked += 1;
    const error = errors.shift();
    if (error !== undefined) throw error;
    return "row";
  };
  return { count, read: () => onceMore(work, () => (count.forgotten += 1)) };
}

test("a read whose connection died while frozen is repeated once", async () => {
  const { count, read } = reads(dead());
  assert.equal(await read(), "row");
  assert.deepEqual(count, { asked: 2, forgotten: 0 });
});

test("a second death is the answer", async () => {
  const { count, read } = reads(dead(), dead(), dead());
  await assert.rejects(read(), DatabaseFault);
  assert.equal(count.asked, 2);
});

test("a refused password is read anew", async () => {
  const { count, read } = reads(refused());
  assert.equal(await read(), "row");
  assert.deepEqual(count, { asked: 2, forgotten: 1 });
});

test("any other fault is not repeated", async () => {
  const { count, read } = reads(Object.assign(new Error("no table"), { code: "42P01" }));
  await assert.rejects(read(), /42P01/);
  assert.equal(count.asked, 1);
});

test("a death is known under Prisma's, adapter-pg's and pg's names", () => {
  for (const error of [{ code: "P1017" }, { cause: { originalCode: "57P01" } }, { meta: { driverAdapterError: { cause: { kind: "ConnectionClosed" } } } }, dead()]) {
    assert.equal(connectionDied(error), true);
  }
  assert.equal(connectionDied(new Error("timeout exceeded when trying to connect")), false);
  assert.equal(passwordRefused({ code: "28P01" }), true);
});

test("no value leaves in a fault", () => {
  const error = Object.assign(new Error("duplicate key (email)=(eve@example.com)"), { code: "23505", cause: { kind: "UniqueConstraintViolation" } });
  const told = sanitised(error);
  assert.match(told.message, /23505/);
  assert.doesNotMatch(`${told.message}${told.stack}`, /eve/);
});

test("our own errors pass as they are", () => {
  const error = new TimeZoneError("Europe/Paris");
  assert.equal(sanitised(error), error);
});

test("an error that is its own cause ends", () => {
  const error = new Error("x");
  error.cause = error;
  assert.equal(connectionDied(error), false);
});
