/** The environment is read once, and everything wrong with it is said at once. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { read, SettingsError } from "../src/settings.js";
import { ENVIRONMENT } from "./support.js";

test("what the stack leaves out is IAM, verified TLS and short deadlines", () => {
  const { auth, tls, port, connectTimeoutMs, queryTimeoutMs, shadow } = read(ENVIRONMENT);
  assert.deepEqual({ auth, tls, port, connectTimeoutMs, queryTimeoutMs, shadow }, { auth: "iam", tls: "verify-full", port: 5432, connectTimeoutMs: 3000, queryTimeoutMs: 5000, shadow: false });
});

test("every problem is named", () => {
  const wrong = { DATABASE_PORT: "0", DATABASE_TLS: "maybe", CONNECT_TIMEOUT_MS: "-1", ROLE: "admin", DATABASE_AUTH: "secret" };
  assert.throws(
    () => read(wrong),
    (error) => error instanceof SettingsError && ["DATABASE_HOST", "DATABASE_PORT", "DATABASE_TLS", "CONNECT_TIMEOUT_MS", "ROLE", "DATABASE_SECRET_ARN", "AWS_REGION"].every((name) => error.message.includes(name)),
  );
});

test("a token is never sent in clear", () => {
  assert.throws(() => read({ ...ENVIRONMENT, DATABASE_TLS: "off" }), /verify-full with DATABASE_AUTH iam/);
});
