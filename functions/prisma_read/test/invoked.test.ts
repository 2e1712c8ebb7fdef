/** Arrivals with the entry function's marker are counted, all others are a 0, and the contract sees no marker. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { arrival } from "../src/invoked.js";
import { read } from "../src/settings.js";
import { ENVIRONMENT } from "./support.js";

const SETTINGS = read({ ...ENVIRONMENT, AWS_LAMBDA_FUNCTION_NAME: "reads", METRICS_NAMESPACE: "N" });

test("a marked request counts 1, in one line of Embedded Metric Format", () => {
  const { line, asked } = arrival({ version: 1, countedByEntry: true }, SETTINGS, 1_800_000_000_000);
  assert.deepEqual(asked, { version: 1 });
  assert.ok(line.endsWith("}\n") && line.indexOf("\n") === line.length - 1);
  assert.deepEqual(JSON.parse(line), {
    _aws: {
      Timestamp: 1_800_000_000_000,
      CloudWatchMetrics: [{ Namespace: "N", Dimensions: [["FunctionName"]], Metrics: [{ Name: "CanaryInvoked", Unit: "Count" }] }],
    },
    FunctionName: "reads",
    CanaryInvoked: 1,
  });
});

for (const event of [{}, { version: 1 }, null, undefined, "text", 7, [], { countedByEntry: false }, { countedByEntry: "true" }, { countedByEntry: 1 }]) {
  test(`${JSON.stringify(event)} counts 0`, () => {
    const { line } = arrival(event, SETTINGS, 0);
    assert.equal((JSON.parse(line) as { CanaryInvoked: number }).CanaryInvoked, 0);
  });
}

test("nothing of a request gets into the line", () => {
  assert.ok(!arrival({ creatorId: "s3cret", countedByEntry: true }, SETTINGS, 0).line.includes("s3cret"));
});
