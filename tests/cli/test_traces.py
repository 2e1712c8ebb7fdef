"""`traces`: each filter on segments that the function's own tracing really makes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from aws_xray_sdk.core import xray_recorder  # type: ignore[import-untyped]
from mock_read.observe import tracing

from canary.cli import traces
from canary.cli.errors import OpsError
from localaws.cloud.traces import trace_filter

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)
Segment = dict[str, Any]


class Kept:
    """An emitter that keeps what the SDK would send to the daemon."""

    def __init__(self) -> None:
        self.segments: list[Segment] = []

    def send_entity(self, entity: Any) -> None:
        """As the SDK's own emitter."""
        self.segments.append(json.loads(entity.serialize()))


@pytest.fixture
def kept() -> Iterator[Kept]:
    """The SDK as in Lambda, its segments kept."""
    emitter, sampling, kept = xray_recorder.emitter, xray_recorder.sampling, Kept()
    xray_recorder.configure(sampling=False, emitter=kept)
    yield kept
    xray_recorder.configure(sampling=sampling, emitter=emitter)
    xray_recorder.clear_trace_entities()


def request(
    kept: Kept, second: int, took: float, *, after: float = 0.0, fault: bool = False, **annotations: Any
) -> list[Segment]:
    """All segments of one request: Lambda's own around the one that the function annotates.

    Args:
        kept: Where the SDK's segments end.
        second: When, after `NOW`.
        took: Seconds until the answer.
        after: Seconds that the Prisma function worked on beyond that.
        fault: Whether the entry function itself failed.
        annotations: What the function says.
    """
    xray_recorder.begin_segment("huntaze-mock-read")
    with tracing.request() as trace:
        trace.annotate(**annotations)
    xray_recorder.end_segment()
    facade = kept.segments.pop()
    began = NOW.timestamp() + second
    lambdas = {"name": "huntaze-mock-read", "start_time": began, "end_time": began + took}
    faulty = {"fault": True} if fault else {}
    service = {**lambdas, **faulty, "id": f"{second:016x}", "origin": "AWS::Lambda"}
    for part in (facade, *facade["subsegments"]):
        part |= {"start_time": began, "end_time": began + took}
    facade |= {"parent_id": service["id"], "origin": "AWS::Lambda::Function", **faulty}
    prisma = {
        "name": "huntaze-prisma-read",
        "id": f"{second:015x}p",
        "parent_id": facade["subsegments"][0]["id"],
        "origin": "AWS::Lambda",
        "start_time": began,
        "end_time": began + took + after,
        **({"fault": True} if "canaryError" in annotations else {}),
    }
    return [service, facade, prisma]


class XRay:
    """The reading side of X-Ray over such traces, by the documented filters."""

    def __init__(self, traces: dict[str, list[Segment]]) -> None:
        self._traces = traces
        self.windows: list[tuple[datetime, datetime]] = []

    def get_paginator(self, operation: str) -> XRay:
        assert operation == "get_trace_summaries"
        return self

    def paginate(self, **asked: Any) -> Iterator[dict[str, Any]]:
        """One page a trace."""
        start, end = asked["StartTime"], asked["EndTime"]
        self.windows.append((start, end))
        wanted = trace_filter.parse(asked.get("FilterExpression", ""))
        for name, segments in self._traces.items():
            summary = trace_filter.summarise(segments)
            if start <= datetime.fromtimestamp(int(name[2:10], 16), UTC) < end and wanted(summary):
                annotations = {
                    key: [
                        {"AnnotationValue": {"BooleanValue" if isinstance(one, bool) else "StringValue": one}}
                        for one in values
                    ]
                    for key, values in summary.annotations.items()
                }
                item = {
                    "Id": name,
                    "ResponseTime": summary.response_time,
                    "HasFault": summary.fault,
                    "Annotations": annotations,
                }
                yield {"TraceSummaries": [item]}


class Clients:
    """As `canary.cli.clients.Clients`, with nothing but X-Ray."""

    def __init__(self, xray: XRay) -> None:
        self.xray = xray


@pytest.fixture
def xray(kept: Kept) -> XRay:
    """Mock requests, one with long work after its answer, one at fault; canary ones, one failing hidden."""
    made = {
        "mock": request(kept, 0, 0.01, canary=False, path="mock", userId="p-1"),
        "shadowed": request(kept, 1, 0.01, after=0.9, canary=False, path="mock", userId="p-2"),
        "canary": request(kept, 2, 0.04, canary=True, path="prisma", userId="000000000000000c"),
        "slow": request(kept, 3, 0.7, canary=True, path="prisma", userId="000000000000000c"),
        "hidden": request(kept, 4, 1.5, canary=True, path="prisma", userId="p-4", canaryError="timeout"),
        "fault": request(kept, 5, 0.02, fault=True, canary=False, path="mock", userId="p-5"),
    }
    began = int(NOW.timestamp())
    return XRay(
        {f"1-{began + index:08x}-{name:0>24}": found for index, (name, found) in enumerate(made.items())}
    )


def found(xray: XRay, expression: str | None = None, **asked: Any) -> list[str]:
    """Names of the traces found, oldest first."""
    if expression is not None:
        wanted = trace_filter.parse(expression)
        return [
            name.rsplit("-", 1)[-1].lstrip("0")
            for name, segments in xray._traces.items()
            if wanted(trace_filter.summarise(segments))
        ]
    report = traces.traces(Clients(xray), NOW, NOW + timedelta(hours=1), **asked)  # type: ignore[arg-type]
    return [trace.id.rsplit("-", 1)[-1].lstrip("0") for trace in reversed(report.traces)]


def test_the_function_annotates_its_own_subsegment(kept: Kept) -> None:
    """Lambda's segment cannot be annotated: the annotations are on the subsegment `read`."""
    _, facade, _ = request(kept, 0, 0.01, canary=True, canaryError="timeout")
    (read,) = facade["subsegments"]
    assert read["name"] == "read"
    assert read["annotations"] == {"canary": True, "canaryError": "timeout"}


def test_the_sheets_filters_miss_what_a_fallback_hid(xray: XRay) -> None:
    """Its errors do not find the hidden failure, and its slow ones find work after the answer."""
    assert found(xray, "annotation.canary = true") == ["canary", "slow", "hidden"]
    assert found(xray, "annotation.canary = true AND error = true") == []
    assert found(xray, "error = true") == []
    assert found(xray, "duration >= 0.5") == ["shadowed", "slow", "hidden"]
    assert found(xray, 'annotation.userId = "user-123"') == []


def test_ours_find_it(xray: XRay) -> None:
    """Each of the replacements finds what the sheet meant."""
    assert found(xray, "annotation[canary] = true") == ["canary", "slow", "hidden"]
    assert found(xray, 'annotation[canaryError] CONTAINS ""') == ["hidden"]
    assert found(xray, 'annotation[canaryError] = "timeout"') == ["hidden"]
    assert found(xray, "responsetime >= 0.5") == ["slow", "hidden"]
    assert found(xray, 'annotation[userId] = "000000000000000c"') == ["canary", "slow"]
    assert found(xray, "fault") == ["fault"]
    assert found(xray, 'service("huntaze-prisma-read") { fault }') == ["hidden"]


def test_what_an_operator_asks_for_becomes_a_filter(xray: XRay) -> None:
    """Every option alone and together; failed means hidden failures too."""
    assert found(xray) == ["mock", "shadowed", "canary", "slow", "hidden", "fault"]
    assert found(xray, canary=True) == ["canary", "slow", "hidden"]
    assert found(xray, errors=True) == ["hidden", "fault"]
    assert found(xray, canary=True, errors=True) == ["hidden"]
    assert found(xray, slow_s=0.5) == ["slow", "hidden"]
    assert found(xray, user="000000000000000c", slow_s=0.5) == ["slow"]


def test_newest_first_and_no_more_than_asked(xray: XRay) -> None:
    """With a limit of two, the two newest, and it is said that there were more."""
    report = traces.traces(Clients(xray), NOW, NOW + timedelta(hours=1), most=2)  # type: ignore[arg-type]
    assert [trace.at.second for trace in report.traces] == [5, 4]
    assert report.more
    assert report.lines()[0] == "2 or more traces for all requests"
    assert report.lines()[2] == (f"14:00:04  {report.traces[1].id}  prisma     1500 ms  timeout        p-4")
    assert report.lines()[-1].startswith("Lambda records one request a second and 5 %")
    assert json.loads(json.dumps(report.as_dict()))["traces"][0]["failed"] is True


def test_a_long_window_is_asked_for_in_parts_newest_first(xray: XRay) -> None:
    """Fifteen hours are three questions, without a gap."""
    end = NOW + timedelta(hours=1)
    traces.traces(Clients(xray), end - timedelta(hours=15), end)  # type: ignore[arg-type]
    assert [(until - since).total_seconds() / 3600 for since, until in xray.windows] == [6, 6, 3]
    assert xray.windows[0][1] == end
    assert all(newer[0] == older[1] for newer, older in zip(xray.windows, xray.windows[1:], strict=False))


def test_bad_input_is_named(xray: XRay) -> None:
    """An empty window, and a pseudonym that is none."""
    with pytest.raises(OpsError, match="is empty"):
        traces.traces(Clients(xray), NOW, NOW)  # type: ignore[arg-type]
    with pytest.raises(OpsError, match="16 hexadecimal digits"):
        traces.expression(user='x" OR fault')
