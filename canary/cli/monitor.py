"""`monitor`: one look at everything that a person watches during the beta, and looks that go on.

A look is `status` with numbers: counts of the step in force, or of the last 15 minutes while nothing is on,
and what happened lately. How it is drawn is `screen`'s.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from canary.cli.history import history
from canary.cli.status import StatusReport, status
from canary.unit.metrics.counts import IncompleteError, read_counts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from canary.cli.audit import Trail
    from canary.cli.clients import Clients
    from canary.cli.target import Target
    from canary.verdict import Counts, Row

OFF_WINDOW = timedelta(minutes=15)
"""While no step is in force the counts are of the last quarter of an hour."""
LATELY = timedelta(hours=1)
EVENTS = 6
AWAY = {"errors": "NO-GO", "share": "CHECK"}
"""What a row comes to when it is not GO; INVESTIGATE for the others."""


@dataclass(frozen=True)
class Snapshot:
    """The unit at one moment, in numbers.

    Attributes:
        since: Start of what `counts` counts: of the step in force, else 15 minutes ago. It ends at `at`.
        counts: What was counted since.
        events: What happened lately, oldest first, one line each.
    """

    at: datetime
    since: datetime
    status: StatusReport
    counts: Counts
    events: tuple[str, ...]

    @property
    def figures(self) -> dict[str, float | None]:
        """The numbers that are watched; ``None`` where there is nothing to divide."""
        c = self.counts
        return {
            "requests": float(c.requests),
            "share_percent": _percent(c.canary_requests, c.requests),
            "error_percent": _percent(c.errors, c.requests),
            "canary_error_percent": _percent(c.canary_errors, c.canary_requests),
            "p95_mock_ms": c.mock_p95_ms,
            "p95_canary_ms": c.canary_p95_ms,
            "diff_percent": _percent(c.diffs, c.compared),
            "compared": float(c.compared),
        }

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "at": self.at.isoformat(timespec="seconds"),
            "counted_since": self.since.isoformat(timespec="seconds"),
            **self.status.as_dict(),
            "figures": self.figures,
            "events": list(self.events),
        }

    def lines(self) -> list[str]:
        """For a person without a terminal: a line of numbers, then what needs attention."""
        found = self.figures
        numbers = "  ".join(
            [
                self.at.isoformat(timespec="seconds"),
                self.status.phase,
                f"{self.counts.requests} requests {self.window}",
                f"share {shown(found['share_percent'], ' %')}",
                (
                    f"errors {shown(found['error_percent'], ' %')}, canary "
                    f"{shown(found['canary_error_percent'], ' %')}"
                ),
                f"P95 {shown(found['p95_mock_ms'], ' ms')} / {shown(found['p95_canary_ms'], ' ms')}",
                f"diffs {shown(found['diff_percent'], ' %')} of {self.counts.compared}",
                f"alarms {self.alarms}",
                self.status.judged.verdict.decision if self.status.judged else "nothing to judge",
            ]
        )
        return [numbers, *(f"! {sentence}" for sentence in self.status.attention)]

    @property
    def window(self) -> str:
        """Which requests the numbers are of."""
        if self.status.judged is None:
            return f"in the last {OFF_WINDOW.total_seconds() / 60:.0f} minutes"
        return f"since {self.since:%Y-%m-%d %H:%M:%S} UTC, of the step in force"

    @property
    def alarms(self) -> str:
        """Alarms that are not OK, or that all are."""
        bad = [f"{name} {state}" for name, state in self.status.alarms.items() if state != "OK"]
        return ", ".join(bad) or "all OK"


def look(clients: Clients, target: Target, trail: Trail, now: datetime) -> Snapshot:
    """Look once.

    Args:
        clients: Of the account.
        target: The unit.
        trail: The audit trail, for what people did.
        now: Wall clock.
    """
    report = status(clients, target)
    if report.judged is not None:
        since, counts = report.judged.since, report.judged.verdict.counts
    else:
        since = now - OFF_WINDOW
        counts = read_counts(
            clients.cloudwatch, target.metrics_namespace, target.mock_function, since, now, target.limits
        )
    events = [
        *history(clients, target, now - LATELY, now, trail).lines_with_times(),
        *_alarms(clients, target, now),
    ]
    return Snapshot(now, since, report, counts, tuple(text for _, text in sorted(events)[-EVENTS:]))


def watch(
    take: Callable[[], Snapshot], wait: Callable[[], None], failed: Callable[[str], None]
) -> Iterator[Snapshot]:
    """Look again and again; a look that comes to nothing is said, and the next one tries again."""
    while True:
        try:
            yield take()
        except (ClientError, BotoCoreError, OSError, IncompleteError) as error:
            failed(f"This look came to nothing: {error}")
        wait()


def bar(row: Row, width: int = 20) -> tuple[str, float, str]:
    """A row's evidence as a bar: which way it points, how far (0 to 1, logarithmic), and drawn.

    The likelier answer is shown: towards GO or away from it, each to where it decides.
    """
    bad, good = _part(row.e_bad, row.bad_needed), _part(row.e_good, row.good_needed)
    towards, part = ("GO", good) if good >= bad else (AWAY.get(row.name, "INVESTIGATE"), bad)
    full = round(part * width)
    return towards, part, "#" * full + "." * (width - full)


def _part(evidence: float, needed: float) -> float:
    if evidence <= 1:
        return 0.0
    return min(1.0, math.log(evidence) / math.log(needed)) if math.isfinite(evidence) else 1.0


def shown(value: float | None, unit: str) -> str:
    """A number for a person; a dash where there is none."""
    return "-" if value is None else f"{value:.3g}{unit}"


def _percent(part: int, whole: int) -> float | None:
    return 100 * part / whole if whole else None


def _alarms(clients: Clients, target: Target, now: datetime) -> list[tuple[str, str]]:
    """Transitions of the unit's alarms lately, with their times."""
    found = []
    for name in target.alarms.values():
        answer = clients.cloudwatch.describe_alarm_history(
            AlarmName=name,
            HistoryItemType="StateUpdate",
            StartDate=now - LATELY,
            EndDate=now,
            MaxRecords=EVENTS,
        )
        for item in answer.get("AlarmHistoryItems", []):
            when = item["Timestamp"].isoformat(timespec="seconds")
            found.append((when, f"{when}  alarm     {name}: {item['HistorySummary']}"))
    return found
