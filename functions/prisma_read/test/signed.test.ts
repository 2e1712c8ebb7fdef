/** What is asked of AWS is signed as the SDK signs it, and refusals have names. */
import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { Signer } from "@aws-sdk/rds-signer";
import { AwsError, secret, token } from "../src/signed.js";

const LOGIN = { host: "db.example", port: 6432, user: "reader+one", region: "eu-west-3" };
const KEYS = { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "s3cret/+key", AWS_SESSION_TOKEN: "a/session+token==" };
Object.assign(process.env, KEYS);

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Reads a secret from a service that gives these answers, one a call; and says how many it gave. */
async function asked(answers: Answer[], timeoutMs = 2_000): Promise<{ outcome: unknown; calls: number; last: IncomingMessage | undefined }> {
  let calls = 0;
  let last: IncomingMessage | undefined;
  const server = createServer((request, response) => {
    last = request;
    answers[calls++]?.(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const AWS_ENDPOINT_URL_SECRETS_MANAGER = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  // The service's own endpoint goes before that of all services, where nobody listens.
  const environment = { AWS_ENDPOINT_URL_SECRETS_MANAGER, AWS_ENDPOINT_URL: "http://127.0.0.1:9" };
  const outcome = await secret("arn:secret", "us-east-1", timeoutMs, environment).catch((error: unknown) => error);
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
  return { outcome, calls, last };
}

const ok: Answer = (_, response) => void response.end('{"SecretString":"{}"}');
const refusing =
  (status: number, body: string): Answer =>
  (_, response) =>
    void response.writeHead(status).end(body);

test("a token is the one that AWS's own signer makes", async () => {
  const { host: hostname, port, user: username, region } = LOGIN;
  const signer = new Signer({ hostname, port, username, region });
  // Both carry the second they were made in, so a pair that fell into two is made again.
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const [ours, theirs] = [token(LOGIN), await signer.getAuthToken()].map((text) => new URL(`https://${text}`));
    if (ours?.searchParams.get("X-Amz-Date") !== theirs?.searchParams.get("X-Amz-Date")) continue;
    assert.equal(ours?.host, theirs?.host);
    assert.deepEqual([...(ours?.searchParams ?? [])].sort(), [...(theirs?.searchParams ?? [])].sort());
    return;
  }
  assert.fail("the clock changed its second three times");
});

test("a secret is asked for with a signature over the target and the session's token", async () => {
  const { outcome, calls, last } = await asked([ok]);
  assert.deepEqual([outcome, calls], ["{}", 1]);
  assert.equal(last?.headers["x-amz-target"], "secretsmanager.GetSecretValue");
  assert.equal(last?.headers["x-amz-security-token"], KEYS.AWS_SESSION_TOKEN);
  assert.match(last?.headers.authorization ?? "", /Credential=AKIDEXAMPLE\/\d{8}\/us-east-1\/secretsmanager\/aws4_request, SignedHeaders=.*x-amz-target/);
});

test("a fault of the moment is asked about once more", async () => {
  const hangUp: Answer = (request) => void request.socket.destroy();
  for (const passing of [hangUp, refusing(500, ""), refusing(400, '{"__type":"ThrottlingException"}')]) {
    const { outcome, calls } = await asked([passing, ok]);
    assert.deepEqual([outcome, calls], ["{}", 2]);
  }
});

test("a refusal is named by its code, at once and without a word of its text", async () => {
  const body = JSON.stringify({ __type: "com.amazonaws.secretsmanager#ResourceNotFoundException", Message: "s3cret" });
  const { outcome, calls } = await asked([refusing(400, body)]);
  assert.ok(outcome instanceof AwsError);
  assert.deepEqual([outcome.code, outcome.message, calls], ["ResourceNotFoundException", "AWS: ResourceNotFoundException", 1]);
});

test("an answer that does not come ends at the deadline", async () => {
  const began = performance.now();
  const { outcome, calls } = await asked([() => {}, () => {}], 50);
  assert.ok(outcome instanceof AwsError);
  assert.equal(calls, 2);
  assert.ok(performance.now() - began < 2_000);
});
