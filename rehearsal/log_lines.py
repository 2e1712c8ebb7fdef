"""Reads the functions' own log lines from CloudWatch Logs and parses them."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@dataclass(frozen=True, slots=True)
class Read:
    """One answered request, as the entry function logged it.

    Attributes:
        at: Wall clock time in seconds since the epoch.
        canary: Whether the user was assigned to the canary.
        served: The side whose answer was sent: ``mock`` or ``prisma``.
        canary_error: Class of the canary error that a fallback hid, if any.
        user: Keyed pseudonym.
        sandbox: Name of the log stream; each sandbox has one.
        ms: Duration in milliseconds.
        request_id: Id of the request.
    """

    at: float
    canary: bool
    served: str
    canary_error: str | None
    user: str
    sandbox: str
    ms: float
    request_id: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A shadowed request that was compared; ``paths`` are the paths that differ."""

    at: float
    paths: tuple[str, ...]
    request_id: str


@dataclass(frozen=True, slots=True)
class Loss:
    """A shadowed request that came to no comparison."""

    at: float
    cause: str
    request_id: str


@dataclass(frozen=True, slots=True)
class FlagSeen:
    """A sandbox noticed that the flags changed."""

    at: float
    fields: dict[str, Any]


@dataclass
class Lines:
    """Everything of interest in one function's log.

    Attributes:
        reads: Answered requests.
        comparisons: Shadowed requests that were compared.
        lost: Shadowed requests that came to no comparison.
        flags: Changes of the flags that sandboxes noticed.
        breakers: Times at which a breaker opened.
        unreadable: Number of lines that look like JSON but are not.
    """

    reads: list[Read] = field(default_factory=list)
    comparisons: list[Comparison] = field(default_factory=list)
    lost: list[Loss] = field(default_factory=list)
    flags: list[FlagSeen] = field(default_factory=list)
    breakers: list[float] = field(default_factory=list)
    unreadable: int = 0


def fetch(logs: Any, group: str) -> Iterator[tuple[float, str, str]]:
    """Yield all events of a log group as ``(wall seconds, stream, message)``, stream by stream.

    GetLogEvents returns the token of the last page again when there are no more events:
    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html.
    """
    for page in logs.get_paginator("describe_log_streams").paginate(logGroupName=group):
        for stream in page["logStreams"]:
            yield from _events(logs, group, stream["logStreamName"])


def _events(logs: Any, group: str, stream: str) -> Iterator[tuple[float, str, str]]:
    asked: dict[str, Any] = {"logGroupName": group, "logStreamName": stream, "startFromHead": True}
    token = None
    while True:
        answer = logs.get_log_events(**asked, **({"nextToken": token} if token else {}))
        for event in answer["events"]:
            yield event["timestamp"] / 1000, stream, event["message"]
        if answer["nextForwardToken"] == token:
            return
        token = answer["nextForwardToken"]


def said(events: Iterable[tuple[float, str, str]], name: str, value: str) -> Iterator[float]:
    """Yield the times at which a function logged a structured line with the given field.

    A line that was cut off by a kill is ignored.
    """
    for at, _, message in events:
        with contextlib.suppress(ValueError):
            if message.startswith("{") and json.loads(message).get(name) == value:
                yield at


def parse(events: Iterable[tuple[float, str, str]]) -> Lines:
    """Sort the structured lines by kind; the platform's own lines (START, END, REPORT) are skipped.

    A line that starts like JSON but is not is counted as unreadable, because a log that cannot be queried is
    a fault.
    """
    lines = Lines()
    for at, stream, message in events:
        if not message.startswith("{"):
            continue
        try:
            record = json.loads(message)
        except ValueError:
            lines.unreadable += 1
            continue
        _sort_in(lines, at, stream, record)
    return lines


def _sort_in(lines: Lines, at: float, stream: str, record: dict[str, Any]) -> None:
    match record.get("message"):
        case "SUCCESS" | "ERROR" if "canary" in record:
            lines.reads.append(
                Read(
                    at,
                    bool(record["canary"]),
                    str(record["served"]),
                    record.get("canaryError"),
                    str(record["userId"]),
                    stream,
                    float(record["durationMs"]),
                    str(record["requestId"]),
                )
            )
        case "SHADOW-MATCH":
            lines.comparisons.append(Comparison(at, (), str(record["requestId"])))
        case "SHADOW-DIFF":
            paths = tuple(sorted(diff["path"] for diff in record["diffs"]))
            lines.comparisons.append(Comparison(at, paths, str(record["requestId"])))
        case "SHADOW-LOST":
            lines.lost.append(Loss(at, str(record["cause"]), str(record["requestId"])))
        case "BREAKER" if record.get("state") == "open":
            lines.breakers.append(at)
        case "FLAG":
            lines.flags.append(FlagSeen(at, record))
