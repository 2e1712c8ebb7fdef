"""What Lambda itself records of an invocation: its REPORT line, its metrics, its X-Ray segments.

https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html and
https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from localaws.cloud.metrics.metrics import Datum
from localaws.cloud.traces.header import Served

if TYPE_CHECKING:
    from localaws.cloud.events import Events
    from localaws.cloud.functions.pool import Finished
    from localaws.cloud.functions.runtime_api import Invocation
    from localaws.cloud.logs.logs import LogSink
    from localaws.cloud.metrics.metrics import MetricStore
    from localaws.cloud.traces.header import TraceHeader
    from localaws.cloud.traces.xray import XRay

MEMORY, DEFAULT_MEMORY = "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"


@dataclass(frozen=True)
class Call:
    """One invocation, as its caller asked for it.

    Attributes:
        header: The trace it belongs to, sampling decided.
        facade: Id of the function's own segment, which the handler's subsegments hang on.
    """

    name: str
    qualifier: str | None
    invocation: Invocation
    header: TraceHeader
    facade: str


@dataclass(frozen=True)
class Telemetry:
    """Where it goes to."""

    xray: XRay
    logs: LogSink
    store: MetricStore
    events: Events

    def report(self, call: Call, done: Finished) -> None:
        """Record a whole invocation; it failed when the answer is an error or its sandbox was killed."""
        request_id, stream = call.invocation.request_id, done.sandbox.stream
        failed = done.answer.error is not None or done.killed is not None
        if done.killed is not None:
            detail = {"why": done.killed, "request_id": request_id}
            self.events.record("sandbox", call.name, detail)
            self.logs.line(call.name, stream, f"{request_id} sandbox killed: {done.killed}")
        ms = (done.ended - done.begun) * 1000
        self.logs.line(call.name, stream, _report_line(request_id, ms, done))
        for metric, value in (("Invocations", 1.0), ("Errors", float(failed)), ("Duration", ms)):
            self._metric(call, metric, value, done.ended)
        served = Served(call.name, call.invocation.arn, call.facade)
        self.xray.service_segments(call.header, served, (done.begun, done.ended), failed=failed)

    def _metric(self, call: Call, metric: str, value: float, at: float) -> None:
        own = (("FunctionName", call.name),)
        self.store.put(Datum("AWS/Lambda", metric, own, value, at))
        if call.qualifier:
            resource = (*own, ("Resource", f"{call.name}:{call.qualifier}"))
            self.store.put(Datum("AWS/Lambda", metric, resource, value, at))


def _report_line(request_id: str, ms: float, done: Finished) -> str:
    """As https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html shows it, fields that exist here.

    The init phase is billed with the invocation since August 2025:
    https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/.
    """
    init_ms, peak = done.init_ms, done.sandbox.peak_memory_mb
    billed = math.ceil(ms + (init_ms or 0.0))
    fields = [
        f"REPORT RequestId: {request_id}",
        f"Duration: {ms:.2f} ms",
        f"Billed Duration: {billed} ms",
        f"Memory Size: {done.sandbox.program.environment.get(MEMORY, DEFAULT_MEMORY)} MB",
        *([f"Max Memory Used: {peak} MB"] if peak is not None else []),
        *([f"Init Duration: {init_ms:.2f} ms"] if init_ms is not None else []),
    ]
    return "\t".join(fields)
