/** Variables that a stack sets for all its functions. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { cleaned } from "../src/environment.js";

test("a variable of others that a package would fail on, or talk by, is dropped", () => {
  const environment = {
    AWS_XRAY_CONTEXT_MISSING: "bogus",
    AWS_XRAY_DAEMON_ADDRESS: "garbage",
    NODE_PG_FORCE_NATIVE: "1",
    DEBUG: "*",
    TZ: ":UTC",
  };
  cleaned(environment);
  assert.deepEqual(environment, { TZ: ":UTC" });
});

test("an address of a daemon is kept in every form that the SDK takes", () => {
  for (const address of ["127.0.0.1:2000", "udp:127.0.0.1:2000", "tcp:127.0.0.1:2000 udp:127.0.0.2:2001"]) {
    const environment = { AWS_XRAY_DAEMON_ADDRESS: address };
    cleaned(environment);
    assert.equal(environment.AWS_XRAY_DAEMON_ADDRESS, address);
  }
});
