"""X-Ray: the daemon that takes segments over UDP, Lambda's own segments, and the API that reads traces.

Segment documents: https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html.

Lambda decides on sampling before the handler runs. It samples one request a second and 5 % of the rest,
unless the trace header carries a decision: https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html.
The second is a cloud second here.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from typing import TYPE_CHECKING, Any

from localaws.cloud.request import AwsResponse, ServiceError
from localaws.cloud.traces import trace_filter
from localaws.cloud.traces.header import TraceHeader, new_id, parse_header
from localaws.cloud.traces.kept_segments import KeptSegments

if TYPE_CHECKING:
    import random

    from localaws.cloud.clock import Clock
    from localaws.cloud.request import AwsRequest
    from localaws.cloud.traces.header import Served

FIXED_RATE = 0.05
PAGE = 500


class XRay(asyncio.DatagramProtocol):
    """The X-Ray service. Keeps the segments that SDKs and Lambda send, by trace.

    Args:
        clock: The cloud's clock, for the second of sampling.
        draw: Random numbers for sampling.
    """

    def __init__(self, clock: Clock, draw: random.Random) -> None:
        self._clock = clock
        self._draw = draw
        self._segments = KeptSegments()
        self._second: dict[str, int] = {}

    def datagram_received(self, data: bytes, _addr: Any) -> None:
        """Take a segment from an SDK: a header line and a JSON document. Other datagrams are ignored."""
        _, _, document = data.partition(b"\n")
        try:
            segment = json.loads(document)
        except ValueError:
            return
        if isinstance(segment, dict) and "trace_id" in segment:
            self._segments.add(segment)

    def enter(self, function: str, incoming: str | None, *, active: bool) -> TraceHeader:
        """Return the trace header of an invocation, with the sampling decision.

        Args:
            function: Name of the function.
            incoming: The caller's header, if any.
            active: Whether active tracing is on for the function. Without it, an undecided trace is not
                sampled.
        """
        header = parse_header(incoming)
        if header is None:
            now = int(self._clock.now())
            header = TraceHeader(f"1-{now:08x}-{secrets.token_hex(12)}", None, None)
        sampled = header.sampled
        if sampled is None:
            sampled = active and self._take(function)
        return TraceHeader(header.root, header.parent, sampled)

    def _take(self, function: str) -> bool:
        second = int(self._clock.cloud_s())
        if self._second.get(function) != second:
            self._second[function] = second
            return True
        return self._draw.random() < FIXED_RATE

    def service_segments(
        self,
        header: TraceHeader,
        served: Served,
        span: tuple[float, float],
        *,
        failed: bool,
    ) -> None:
        """Add Lambda's own two segments of an invocation: the service's segment and the function's facade.

        Args:
            header: Trace header of the invocation. Nothing is added unless it is sampled.
            served: The function that served the invocation.
            span: Start and end as wall clock time, in seconds since the epoch.
            failed: Whether the invocation failed.
        """
        if not header.sampled:
            return
        common = {
            "trace_id": header.root,
            "name": served.function,
            "start_time": span[0],
            "end_time": span[1],
        }
        service_id = new_id()
        faulty = {"fault": True} if failed else {}
        parent = {"parent_id": header.parent} if header.parent else {}
        service = {
            **common,
            **parent,
            **faulty,
            "id": service_id,
            "origin": "AWS::Lambda",
            "resource_arn": served.arn,
        }
        facade = {
            **common,
            **faulty,
            "id": served.facade,
            "parent_id": service_id,
            "origin": "AWS::Lambda::Function",
        }
        self._segments.add(service)
        self._segments.add(facade)

    async def handle(self, request: AwsRequest) -> AwsResponse | None:
        """Answer GetTraceSummaries and BatchGetTraces. Returns ``None`` for any other request."""
        if request.service != "xray":
            return None
        match request.path:
            case "/TraceSummaries":
                return _json(self._summaries(request.json()))
            case "/Traces":
                return _json(self._traces(request.json()))
        return None

    def _summaries(self, params: dict[str, Any]) -> dict[str, Any]:
        start, end = float(params["StartTime"]), float(params["EndTime"])
        try:
            wanted = trace_filter.parse(params.get("FilterExpression") or "")
        except trace_filter.FilterError as error:
            raise ServiceError("InvalidRequestException", str(error)) from error
        found: list[dict[str, Any]] = []
        more: dict[str, str] = {}
        processed = 0
        for number, trace_id in self._segments.traces(int(params.get("NextToken") or 0)):
            if len(found) == PAGE:
                more = {"NextToken": str(number)}
                break
            processed += 1
            if start <= int(trace_id[2:10], 16) + 1 and int(trace_id[2:10], 16) <= end:
                summary = trace_filter.summarise(self._segments.of(trace_id))
                if wanted(summary):
                    found.append(_as_summary(trace_id, summary))
        return {"TraceSummaries": found, "TracesProcessedCount": processed, **more}

    def _traces(self, params: dict[str, Any]) -> dict[str, Any]:
        traces = [
            {"Id": trace_id, "Segments": [{"Id": s["id"], "Document": json.dumps(s)} for s in segments]}
            for trace_id in params["TraceIds"]
            if (segments := self._segments.of(trace_id))
        ]
        return {"Traces": traces, "UnprocessedTraceIds": []}


def _as_summary(trace_id: str, summary: trace_filter.Summary) -> dict[str, Any]:
    return {
        "Id": trace_id,
        "Duration": summary.duration,
        "ResponseTime": summary.duration,
        "HasFault": summary.fault,
        "HasError": summary.error,
        "HasThrottle": False,
        "IsPartial": False,
        "Annotations": {
            name: [{"AnnotationValue": _typed(value), "ServiceIds": []} for value in values]
            for name, values in summary.annotations.items()
        },
    }


def _typed(value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"BooleanValue": value}
    return {"NumberValue": value} if isinstance(value, int | float) else {"StringValue": str(value)}


def _json(result: dict[str, Any]) -> AwsResponse:
    return AwsResponse(200, json.dumps(result).encode(), {"content-type": "application/json"})
