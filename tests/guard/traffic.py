"""A unit's traffic by the minute, and the metrics that the entry function writes for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from canary.unit.metrics.counts import read_counts
from canary.unit.metrics.unmeasured import unmeasured, with_invoked
from canary.verdict import Thresholds, judge

if TYPE_CHECKING:
    from collections.abc import Callable

    from canary.verdict import Verdict

START = 1_800_000_000.0
NAMESPACE, ENTRY, PRISMA = "N", "mock-read", "prisma-read"
PERCENT = 5.0

Key = tuple[str, str | None]
"""A metric and its path."""


@dataclass
class Minute:
    """What happened in one minute. Failures and differences are parts of the count before them."""

    mock: int = 0
    mock_failed: int = 0
    canary: int = 0
    canary_failed: int = 0
    slow: int = 0
    compared: int = 0
    differed: int = 0
    lost: int = 0
    noise: int = 0
    noisy: int = 0

    def metrics(self) -> dict[Key, float]:
        """Sum the entry function's records for the minute. What did not happen writes no metric."""
        found: dict[Key, float] = {}
        for path, n, failed in (
            ("mock", self.mock, self.mock_failed),
            ("prisma", self.canary, self.canary_failed),
        ):
            if n:
                found |= {("Requests", path): n, ("Errors", path): failed, ("Duration", path): n}
        if self.mock + self.canary:
            found["Requests", None] = self.mock + self.canary
            found["Errors", None] = self.mock_failed + self.canary_failed
        if self.compared:
            found |= {("ShadowCompared", None): self.compared, ("ShadowDiffs", None): self.differed}
        if self.lost:
            found["ShadowLost", None] = self.lost
        if self.compared + self.lost:
            found["ShadowSent", None] = self.compared + self.lost
        if self.noise:
            found |= {("NoiseCompared", None): self.noise, ("NoiseDiffs", None): self.noisy}
        return found


@dataclass
class Traffic:
    """Minutes of traffic, and which of their metrics never arrived.

    Attributes:
        gone: Whether a metric's value for a minute never arrived.
        shuffled: Sort key for the order in which points are answered.
    """

    minutes: list[Minute]
    gone: Callable[[Key, int], bool] = lambda _key, _minute: False
    invoked: list[float] = field(default_factory=list)
    by_lambda: list[float] = field(default_factory=list)
    shuffled: Callable[[int], Any] = lambda minute: minute

    def get_paginator(self, _operation: str) -> Any:
        """Return a paginator for CloudWatch's GetMetricData, with one page."""

        def paginate(*, MetricDataQueries: list[Any], **_: Any) -> list[Any]:  # noqa: N803 - AWS's name
            return [{"MetricDataResults": [self._result(query) for query in MetricDataQueries]}]

        return SimpleNamespace(paginate=paginate)

    def _result(self, query: dict[str, Any]) -> dict[str, Any]:
        stat = query["MetricStat"]
        dimensions = {one["Name"]: one["Value"] for one in stat["Metric"]["Dimensions"]}
        metric, path = stat["Metric"]["MetricName"], dimensions.get("Path")
        if dimensions["FunctionName"] == PRISMA:
            given = self.by_lambda if stat["Metric"]["Namespace"] == "AWS/Lambda" else self.invoked
            points = dict(enumerate(given))
        else:
            points = {}
            for at, minute in enumerate(self.minutes):
                value = minute.metrics().get((metric, path))
                if value is not None and not self.gone((metric, path), at):
                    points[at] = self._statistic(stat["Stat"], value, minute)
        order = sorted(points, key=self.shuffled)
        return {
            "Id": query["Id"],
            "Timestamps": [datetime.fromtimestamp(START + 60 * at, UTC) for at in order],
            "Values": [points[at] for at in order],
            "StatusCode": "Complete",
        }

    @staticmethod
    def _statistic(stat: str, value: float, minute: Minute) -> float:
        if stat == "p95":
            return 100.0
        return float(minute.slow) if stat.startswith("TC(") else float(value)

    def verdict(self) -> Verdict:
        """Count and judge as the operator's CLI does."""
        start = datetime.fromtimestamp(START, UTC)
        end = datetime.fromtimestamp(START + 60 * len(self.minutes), UTC)
        settings: Any = SimpleNamespace(
            prisma_function=PRISMA, metrics_namespace=NAMESPACE, function_name=ENTRY
        )
        clients: Any = SimpleNamespace(cloudwatch=self)
        counts = read_counts(self, NAMESPACE, ENTRY, start, end)
        counts = with_invoked(counts, unmeasured(settings, clients, start, end))
        return judge(counts, Thresholds(), PERCENT)


@st.composite
def minutes(draw: st.DrawFn) -> Minute:
    """Draw any minute: quiet, healthy, failing or differing."""

    def upto(most: int) -> int:
        return draw(st.integers(0, most))

    mock = draw(st.sampled_from([0, 1, 20, 60]))
    canary = draw(st.sampled_from([0, 0, 1, 3, 10]))
    compared = draw(st.sampled_from([0, 1, 20, 60]))
    noise = draw(st.sampled_from([0, 0, 5]))
    sick = draw(st.booleans())
    return Minute(
        mock=mock,
        mock_failed=upto(min(mock, 1 + 5 * sick)),
        canary=canary,
        canary_failed=upto(canary) if sick else 0,
        slow=upto(canary) if sick else 0,
        compared=compared,
        differed=upto(min(compared, 3)) if sick else 0,
        lost=upto(3) if sick else 0,
        noise=noise,
        noisy=upto(noise) if sick else 0,
    )


SETTLING = [Minute(mock=60, canary=1)] * 5
"""Minutes with traffic that give earlier points time to arrive."""
LONG = st.lists(minutes(), min_size=1, max_size=25)
HEALTHY_HOURS = st.integers(0, 3).map(
    lambda hours: [Minute(mock=1200, canary=60, compared=1000)] * 10 * hours
)
"""Without these hours almost nothing that is drawn would ever be GO."""
