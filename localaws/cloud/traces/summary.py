"""Summarise a trace from its segment documents, for filter expressions.

https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html. Errors and times are those
of the root: "If an error occurs downstream, but is handled by your application and not returned to the
user, a search for error will not find it" (xray-console-filters.html).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Segment = dict[str, Any]
_HTTP = {
    "http.url": "url",
    "http.method": "method",
    "http.useragent": "user_agent",
    "http.clientip": "client_ip",
}


@dataclass
class Summary:
    """What a filter expression can test of a trace, or of one service's part in it.

    Attributes:
        response_time: Seconds until the root answered.
        duration: Seconds until the last segment ended, including work after the answer.
        error: Whether the root answered with 4xx.
        fault: Whether the root answered with 5xx or raised an exception.
        throttle: Whether the root was throttled.
        partial: Whether a segment has not ended.
        status: HTTP status of the root's answer; ``None`` if there is none.
        texts: All values of ``http.url``, ``http.method``, ``http.useragent``, ``http.clientip`` and
            ``user``.
        services: Name, type and summary of each service.
        annotations: All values of each annotation in the whole trace.
    """

    response_time: float = 0.0
    duration: float = 0.0
    error: bool = False
    fault: bool = False
    throttle: bool = False
    partial: bool = False
    status: float | None = None
    texts: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    services: list[tuple[str, str, Summary]] = field(default_factory=list)
    annotations: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))

    @property
    def ok(self) -> bool:
        """Whether the answer was 2xx, that is, neither an error nor a fault nor throttled."""
        return not (self.error or self.fault or self.throttle)


def summarise(segments: list[Segment]) -> Summary:
    """Summarise a trace from all its segments and their subsegments."""
    known = {part.get("id") for part in _parts(segments)}
    roots = [segment for segment in segments if segment.get("parent_id") not in known] or segments
    summary = _of(roots, segments)
    for segment in segments:
        named = (str(segment["name"]), str(segment.get("origin", "")), _of([segment], [segment]))
        summary.services.append(named)
    return summary


def _of(roots: list[Segment], every: list[Segment]) -> Summary:
    summary = Summary(
        error=any(root.get("error") for root in roots),
        fault=any(root.get("fault") for root in roots),
        throttle=any(root.get("throttle") for root in roots),
        partial=any("end_time" not in segment for segment in every),
    )
    summary.response_time = _span(roots)
    summary.duration = _span([*_parts(every)])
    for part in _parts(every):
        for name, value in (part.get("annotations") or {}).items():
            summary.annotations[name].append(value)
        request = (part.get("http") or {}).get("request") or {}
        for name, key in _HTTP.items():
            if request.get(key):
                summary.texts[name].append(str(request[key]))
        if part.get("user"):
            summary.texts["user"].append(str(part["user"]))
    statuses = [((root.get("http") or {}).get("response") or {}).get("status") for root in roots]
    summary.status = next((float(status) for status in statuses if status is not None), None)
    return summary


def _span(parts: list[Segment]) -> float:
    times = [float(part[name]) for part in parts for name in ("start_time", "end_time") if part.get(name)]
    return max(times) - min(times) if times else 0.0


def _parts(parts: list[Segment]) -> Iterator[Segment]:
    for part in parts:
        yield part
        yield from _parts(part.get("subsegments") or [])
