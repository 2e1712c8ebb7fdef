"""Log events and segments are kept small and bounded, and read as if they were lists.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html and
https://docs.aws.amazon.com/xray/latest/api/API_GetTraceSummaries.html
"""

from __future__ import annotations

import json
import random
import sys
import time
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localaws.cloud.clock import Clock
from localaws.cloud.logs.kept_events import TOGETHER, KeptEvents
from localaws.cloud.traces.kept_segments import KeptSegments
from localaws.cloud.traces.xray import XRay
from localaws.tests.cloud.functions import archive
from localaws.tests.cloud.test_cloud_invoke import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from localaws.tests.cloud.live import Live

PRINTING = """
    def handler(event, context):
        for n in range(event["from"], event["to"]):
            print(f"line {n}")
"""


def events(count: int) -> list[dict[str, Any]]:
    """Events such as a function writes."""
    line = '{"message":"SUCCESS","path":"mock","requestId":"%032x","userId":"u-%016x","durationMs":%f}'
    draw = random.Random(1)  # noqa: S311 - test data
    return [
        {
            "timestamp": n,
            "message": line % (draw.getrandbits(128), draw.getrandbits(64), draw.random()),
            "ingestionTime": n,
        }
        for n in range(count)
    ]


@given(st.lists(st.integers(0, 700), max_size=6), st.data())
def test_kept_events_read_like_a_list(batches: list[int], data: st.DataObject) -> None:
    """GIVEN batches of any size WHEN read by index, slice or in turn THEN as from a list."""
    kept, plain = KeptEvents(), events(sum(batches))
    at = 0
    for size in batches:
        kept.extend(plain[at : at + size])
        at += size
    assert len(kept) == len(plain)
    assert list(kept) == plain
    ends = st.integers(-len(plain) - 2, len(plain) + 2)
    for _ in range(5):
        part = slice(data.draw(ends), data.draw(ends))
        assert kept[part] == plain[part]
    if plain:
        index = data.draw(st.integers(-len(plain), len(plain) - 1))
        assert kept[index] == plain[index]
    with pytest.raises(IndexError):
        kept[len(plain)]


@given(st.integers(1, 3000), st.integers(TOGETHER, 2000))
def test_the_oldest_events_are_forgotten(count: int, most: int) -> None:
    """GIVEN more events than are kept WHEN read THEN the newest are there, and never more than the bound."""
    plain = events(count)
    kept = KeptEvents(most=most)
    for event in plain:
        kept.extend([event])
        assert len(kept) <= max(most, 2 * TOGETHER)
    assert list(kept) == plain[len(plain) - len(kept) :]
    assert len(kept) >= min(count, most - TOGETHER)


def _bytes_of(build: Callable[[], object]) -> int:
    """Memory that what is built goes on using."""
    tracemalloc.start()
    try:
        held = build()
        used = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert sys.getrefcount(held)
    return used


def test_kept_events_take_a_fraction_of_a_list() -> None:
    """GIVEN 20,000 lines that hardly repeat WHEN kept THEN in less than a third of a list's memory."""
    texts = [json.dumps(event) for event in events(20_000)]
    plain = _bytes_of(lambda: [json.loads(text) for text in texts])
    kept = _bytes_of(lambda: KeptEvents(json.loads(text) for text in texts))
    assert kept < plain / 3


def segment(trace: int, n: int) -> dict[str, Any]:
    """A segment of a trace that began now."""
    now = time.time()
    return {
        "trace_id": f"1-{int(now):08x}-{trace:024x}",
        "id": f"{n:016x}",
        "name": "read",
        "start_time": now,
        "end_time": now + 0.1,
        "annotations": {"path": "mock", "n": n},
    }


@given(st.lists(st.integers(0, 9), max_size=60), st.integers(1, 10), st.integers(1, 12))
def test_kept_segments_are_those_of_the_newest_traces(seen: list[int], open_traces: int, most: int) -> None:
    """GIVEN segments of traces in any order WHEN read THEN whole for each trace that is kept, in order."""
    kept, plain = KeptSegments(most, open_traces), dict[str, list[dict[str, Any]]]()
    fixed = segment(0, 0)
    for n, trace in enumerate(seen):
        one = {**fixed, "trace_id": f"1-00000000-{trace:024x}", "id": f"{n:016x}"}
        kept.add(one)
        plain.setdefault(one["trace_id"], []).append(one)
        for gone in list(plain)[:-most]:
            del plain[gone]
    assert {trace_id: kept.of(trace_id) for _, trace_id in kept.traces()} == plain
    numbers = [number for number, _ in kept.traces()]
    assert numbers == list(range(kept.forgotten, kept.forgotten + len(plain)))
    assert (
        [*kept.traces(numbers[len(numbers) // 2])] == [*kept.traces()][len(numbers) // 2 :]
        if numbers
        else True
    )
    assert kept.of("1-00000000-absent") == []


def test_pages_of_summaries_are_whole_while_old_traces_go(client_of: Callable[..., Any]) -> None:
    """GIVEN more traces than a page WHEN some are forgotten between two pages THEN none comes twice."""
    xray = XRay(Clock(60), random.Random(1))  # noqa: S311 - sampling
    xray._segments = KeptSegments(most=1200, open_traces=10)
    ids = []
    for trace in range(1200):
        one = segment(trace, trace)
        ids.append(one["trace_id"])
        xray.datagram_received(b'{"format": "json"}\n' + json.dumps(one).encode(), None)
    client = client_of("xray", xray.handle)
    window = {"StartTime": time.time() - 60, "EndTime": time.time() + 60}
    first = client.get_trace_summaries(**window)
    xray.datagram_received(b'{"format": "json"}\n' + json.dumps(segment(1200, 1200)).encode(), None)
    second = client.get_trace_summaries(**window, NextToken=first["NextToken"])
    assert [one["Id"] for one in first["TraceSummaries"]] == ids[:500]
    assert [one["Id"] for one in second["TraceSummaries"]] == ids[500:1000]


def test_thousands_of_lines_are_read_back(live: Live) -> None:
    """GIVEN a function that prints 3,000 lines WHEN read by each operation THEN all are there, in order."""
    live.create("chatty", archive(PRINTING), Timeout=10)
    live.invoke("chatty", {"from": 0, "to": 3000})
    logs, group = live.client("logs"), "/aws/lambda/chatty"
    expected = [f"line {n}" for n in range(3000)]

    def printed(found: list[dict[str, Any]]) -> list[str]:
        return [event["message"] for event in found if event["message"].startswith("line ")]

    eventually(lambda: logs.filter_log_events(logGroupName=group, filterPattern="REPORT")["events"])
    assert printed(logs.filter_log_events(logGroupName=group)["events"]) == expected
    stream = logs.describe_log_streams(logGroupName=group)["logStreams"][0]["logStreamName"]
    pages, token = list[str](), dict[str, str]()
    while True:
        page = logs.get_log_events(
            logGroupName=group, logStreamName=stream, startFromHead=True, limit=700, **token
        )
        if not page["events"]:
            break
        pages += printed(page["events"])
        token = {"nextToken": page["nextForwardToken"]}
    assert pages == expected
    now = int(time.time())
    query = logs.start_query(
        logGroupName=group,
        startTime=now - 60,
        endTime=now + 60,
        queryString="filter @message like /line/ | stats count(*) as lines",
    )
    (row,) = logs.get_query_results(queryId=query["queryId"])["results"]
    assert [field["value"] for field in row if field["field"] == "lines"] == ["3000"]
