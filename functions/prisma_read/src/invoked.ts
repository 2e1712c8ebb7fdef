/**
 * Counts the requests that the entry function sends for canary users. The same requests must be found in the
 * entry function's own counts (`canary/unit/metrics/unmeasured.py`).
 *
 * A request is counted on arrival, so that an invocation that dies is counted too. Any other invocation
 * counts as 0: silence then means that these counts fail, not that nothing came. Embedded Metric Format:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
import type { Settings } from "./settings.js";

/**
 * Member of the payload: the entry function counts this request; see `functions/mock_read/backend/prisma.py`.
 */
const MARKER = "countedByEntry";
const METRIC = "CanaryInvoked";

/**
 * Returns the log line that counts an arrival, and the event without the marker, as the contract knows it.
 */
export function arrival(event: unknown, { functionName, metricsNamespace }: Settings, now: number): { line: string; asked: unknown } {
  let marked = false;
  let asked = event;
  if (typeof event === "object" && event !== null && MARKER in event) {
    const { [MARKER]: marker, ...rest } = event;
    marked = marker === true;
    asked = rest;
  }
  const directive = { Namespace: metricsNamespace, Dimensions: [["FunctionName"]], Metrics: [{ Name: METRIC, Unit: "Count" }] };
  const head = { Timestamp: now, CloudWatchMetrics: [directive] };
  return { line: `${JSON.stringify({ _aws: head, FunctionName: functionName, [METRIC]: marked ? 1 : 0 })}\n`, asked };
}
