"""Record what Lambda itself records of an invocation: the REPORT line, metrics and X-Ray segments.

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
    """One invocation, as its caller requested it.

    Attributes:
        name: Name of the function.
        qualifier: Version or alias that the caller gave, if any.
        invocation: The event.
        header: Trace that the invocation belongs to, with the sampling decision.
        facade: Id of the function's own segment, the parent of the handler's subsegments.
    """

    name: str
    qualifier: str | None
    invocation: Invocation
    header: TraceHeader
    facade: str


@dataclass(frozen=True)
class Telemetry:
    """Records invocations in traces, logs, metrics and events."""

    xray: XRay
    logs: LogSink
    store: MetricStore
    events: Events

    def report(self, call: Call, done: Finished) -> None:
        """Record a finished invocation.

        The invocation counts as failed if the answer is an error or the sandbox was killed.
        """
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
    """Return the REPORT line of an invocation, with those of Lambda's fields that exist here.

    https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html shows the format. Since August 2025,
    the init phase is billed with the invocation:
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
