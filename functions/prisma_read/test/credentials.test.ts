/** Where passwords come from. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { credentials, passwordIn, remembered } from "../src/credentials.js";
import { read } from "../src/settings.js";
import { ENVIRONMENT } from "./support.js";

test("a secret is read once and remembered until it is forgotten", async () => {
  let reads = 0;
  const login = remembered(async () => `p${++reads}`);
  assert.deepEqual([await login.password(), await login.password()], ["p1", "p1"]);
  login.forget();
  assert.equal(await login.password(), "p2");
});

test("a failed reading is not remembered", async () => {
  let reads = 0;
  const login = remembered(async () => {
    reads += 1;
    if (reads === 1) throw new Error("throttled");
    return "p";
  });
  await assert.rejects(login.password());
  assert.equal(await login.password(), "p");
});

test("a secret of RDS's form has a password, and anything else is named without its text", () => {
  assert.equal(passwordIn('{"username":"u","password":"s3cret"}'), "s3cret");
  for (const wrong of [undefined, "", "s3cret", "{}", '{"password":7}', "null"]) {
    assert.throws(() => passwordIn(wrong), (error) => error instanceof Error && !error.message.includes("s3cret"));
  }
});

test("an IAM token is made anew for each connection, without a call", async () => {
  process.env["AWS_ACCESS_KEY_ID"] = "test";
  process.env["AWS_SECRET_ACCESS_KEY"] = "test";
  const token = await credentials(read(ENVIRONMENT)).password();
  assert.match(token, /^db\.example:5432\/\?/);
  assert.match(token, /Action=connect/);
  assert.match(token, /DBUser=reader/);
});
