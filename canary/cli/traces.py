"""`traces`: recorded requests by what an operator asks for. Examples, not counts: Lambda samples.

A failure that a fallback hid is neither an error nor a fault of its trace, so it is asked for by its
annotation; a field exists where it ``CONTAINS ""``:
https://docs.aws.amazon.com/xray/latest/devguide/xray-console-filters.html
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from canary.cli.errors import OpsError
from canary.cli.pseudonym import pseudonym

if TYPE_CHECKING:
    from collections.abc import Iterator

    from canary.cli.clients import Clients

SLOW_S = 0.5
"""The beta sheet's."""
CANARY = "annotation[canary] = true"
FAILED = ('annotation[canaryError] CONTAINS ""', "fault", "error")
"""Hidden by a fallback, answered with 5xx, answered with 4xx."""
SAMPLED = (
    "Lambda records one request a second and 5 % of the others: these are examples. "
    "`canary queries run` counts all of them."
)
WINDOW = timedelta(hours=6)
"""No longer window is asked for at once."""


@dataclass(frozen=True)
class Trace:
    """One recorded request.

    Attributes:
        id: For the console and for `BatchGetTraces`.
        at: When it began.
        response_s: Seconds until the answer.
        failed: Whether the answer itself was an error.
        annotations: ``canary``, ``path``, ``userId`` (a pseudonym), ``canaryError``.
    """

    id: str
    at: datetime
    response_s: float
    failed: bool
    annotations: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "id": self.id,
            "at": self.at.isoformat(),
            "response_s": self.response_s,
            "failed": self.failed,
            "annotations": self.annotations,
        }

    def shown(self) -> str:
        """For a person."""
        known = self.annotations
        path = known.get("path", "-")
        error = known.get("canaryError") or ("failed" if self.failed else "")
        took = f"{1000 * self.response_s:>8.0f} ms"
        return (
            f"{self.at:%H:%M:%S}  {self.id}  {path:<6} {took}  {error:<14} {known.get('userId', '')}".rstrip()
        )


@dataclass(frozen=True)
class TracesReport:
    """What was found.

    Attributes:
        expression: The filter, to be pasted into the console.
        more: Whether there were more than asked for.
    """

    expression: str
    traces: tuple[Trace, ...]
    more: bool

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        found = [trace.as_dict() for trace in self.traces]
        return {"expression": self.expression, "traces": found, "more": self.more, "note": SAMPLED}

    def lines(self) -> list[str]:
        """The same for a person, newest first."""
        count = f"{len(self.traces)}{' or more' if self.more else ''} traces"
        return [
            f"{count} for {self.expression or 'all requests'}",
            *(trace.shown() for trace in self.traces),
            SAMPLED,
        ]


def expression(
    *, canary: bool = False, errors: bool = False, slow_s: float | None = None, user: str | None = None
) -> str:
    """The filter for what is asked; empty for everything.

    There are no parentheses in the language, so every way of failing repeats what else is asked.

    Raises:
        WrongUsageError: The user is no pseudonym.
    """
    asked = [CANARY] if canary else []
    if slow_s is not None:
        asked.append(f"responsetime >= {slow_s:g}")
    if user is not None:
        asked.append(f'annotation[userId] = "{pseudonym(user)}"')
    if not errors:
        return " AND ".join(asked)
    return " OR ".join(" AND ".join([*asked, failed]) for failed in FAILED)


def traces(  # noqa: PLR0913 - a window and what is asked
    clients: Clients,
    since: datetime,
    until: datetime,
    *,
    canary: bool = False,
    errors: bool = False,
    slow_s: float | None = None,
    user: str | None = None,
    most: int = 50,
) -> TracesReport:
    """Find recorded requests.

    Args:
        clients: Of the account.
        since: Start, with a time zone.
        until: End.
        canary: Only of canary users.
        errors: Only failed ones, those that a fallback hid included.
        slow_s: Only those that took at least so many seconds until the answer.
        user: Only of the user with this pseudonym.
        most: How many at most, the newest.

    Raises:
        OpsError: The window is empty.
    """
    if since >= until:
        raise OpsError(f"The window from {since} to {until} is empty.")
    asked = expression(canary=canary, errors=errors, slow_s=slow_s, user=user)
    found: list[Trace] = []
    for start, end in _windows(since, until):
        window: dict[str, Any] = {"StartTime": start, "EndTime": end}
        if asked:
            window["FilterExpression"] = asked
        pages = clients.xray.get_paginator("get_trace_summaries").paginate(**window)
        found += [_trace(item) for page in pages for item in page["TraceSummaries"]]
        if len(found) > most:
            break
    newest = sorted(found, key=lambda trace: trace.at, reverse=True)
    return TracesReport(asked, tuple(newest[:most]), len(newest) > most)


def _windows(since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Newest first."""
    end = until
    while end > since:
        start = max(since, end - WINDOW)
        yield start, end
        end = start


def _trace(item: dict[str, Any]) -> Trace:
    annotations = {
        name: next(iter(values[0]["AnnotationValue"].values()))
        for name, values in (item.get("Annotations") or {}).items()
        if values
    }
    return Trace(
        item["Id"],
        # A trace's id holds the second it began in.
        datetime.fromtimestamp(int(item["Id"].split("-")[1], 16), UTC),
        float(item.get("ResponseTime") or 0.0),
        bool(item.get("HasFault") or item.get("HasError") or item.get("HasThrottle")),
        annotations,
    )
