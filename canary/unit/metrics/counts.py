"""Reads the counts for the verdict from the metrics that the entry function emits.

Sums are read per minute and added up, so a window may have any length. The number of slow canary requests is
a trimmed count, ``TC(limit:)``, which CloudWatch computes from the values themselves:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html. CloudWatch
rounds the start of a window down to the minute, so a step's counts may include up to a minute from before it.

An incomplete answer is an error, never a smaller count:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataResult.html. A metric that is
missing beside others of the same record is not zero: see `canary.unit.metrics.tally`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from canary.unit.metrics.tally import Series, overall, settled_until, tally
from canary.verdict import Counts, Thresholds
from canary.verdict.afresh import EVERY_MINUTES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

LAMBDA = "AWS/Lambda"
"""Namespace of Lambda's own metrics, which none of our code emits."""
MINUTE_S = 60
ALARM_PERIOD_S = 300
"""Period of the P95 alarm in seconds. The verdict looks at the mock's P95 the way that the alarm does."""
_MINUTES_KEPT_S = 15 * 86_400
"""Seconds for which one-minute data is kept: 15 days. Five-minute data is kept for 63 days."""


@dataclass(frozen=True)
class Query:
    """One statistic of one metric of the entry function; ``path`` is ``None`` for both paths together."""

    metric: str
    path: str | None
    stat: str = "Sum"
    period_s: int = MINUTE_S

    def as_request(self, identifier: str, namespace: str, function: str) -> dict[str, Any]:
        """Return the query in the form that GetMetricData takes."""
        dimensions = [{"Name": "FunctionName", "Value": function}]
        if self.path is not None:
            dimensions.append({"Name": "Path", "Value": self.path})
        metric = {"Namespace": namespace, "MetricName": self.metric, "Dimensions": dimensions}
        return {
            "Id": identifier,
            "MetricStat": {"Metric": metric, "Period": self.period_s, "Stat": self.stat},
        }


MINUTELY = {
    "requests": Query("Requests", None),
    "errors": Query("Errors", None),
    **{
        f"{path}_{name}": Query(metric, path, stat)
        for path in ("mock", "prisma")
        for name, metric, stat in (
            ("requests", "Requests", "Sum"),
            ("errors", "Errors", "Sum"),
            ("timed", "Duration", "SampleCount"),
        )
    },
    "sent": Query("ShadowSent", None),
    "compared": Query("ShadowCompared", None),
    "diffs": Query("ShadowDiffs", None),
    "lost": Query("ShadowLost", None),
    "noise_compared": Query("NoiseCompared", None),
    "noise_diffs": Query("NoiseDiffs", None),
}
"""Queries that are summed by the minute. `tally` says which of the metrics are written together."""
LATENCIES = {
    "mock_p95": Query("Duration", "mock", "p95", ALARM_PERIOD_S),
    "mock_n": Query("Duration", "mock", "SampleCount", ALARM_PERIOD_S),
    "canary_p95": Query("Duration", "prisma", "p95", ALARM_PERIOD_S),
    "canary_n": Query("Duration", "prisma", "SampleCount", ALARM_PERIOD_S),
}


def read_counts(  # noqa: PLR0913, PLR0917 - where, whose, and between which moments
    cloudwatch: Any,
    namespace: str,
    function: str,
    start: datetime,
    end: datetime,
    thresholds: Thresholds | None = None,
) -> Counts:
    """Count everything between two moments.

    Args:
        cloudwatch: A boto3 client of CloudWatch.
        namespace: Namespace of the entry function's metrics.
        function: Name of the entry function.
        start: When the current step began, with a time zone.
        end: End of the window, usually now.
        thresholds: Limits for slow requests; the beta sheet's numbers if omitted.
    """
    limits = thresholds or Thresholds()
    window = Window(cloudwatch, namespace, function, start, end)
    series = window.read({**MINUTELY, **LATENCIES})
    settled = settled_until(series[name] for name in MINUTELY)
    canary, mock = (
        tally([series[f"{path}_requests"], series[f"{path}_timed"]], series[f"{path}_errors"], settled)
        for path in ("prisma", "mock")
    )
    every = overall(series["requests"], series["errors"], (canary, mock), settled)
    mock_p95 = weighted(series["mock_p95"], series["mock_n"])
    slow: dict[str, Any] = {}
    if mock_p95 is not None and canary.total:
        slow = slow_requests(window, limits, mock_p95, canary.total)
    return Counts(
        minutes=max(0.0, (end - start).total_seconds() / 60),
        requests=every.total,
        errors=every.bad,
        pending=every.pending,
        canary_requests=canary.total,
        canary_errors=canary.bad,
        canary_unknown=canary.unknown,
        canary_pending=canary.pending,
        canary_untimed=max(0, canary.total - round(sum(series["prisma_timed"].values()))),
        mock_p95_ms=mock_p95,
        canary_p95_ms=weighted(series["canary_p95"], series["canary_n"]),
        canary_since=since_each(canary.n, canary.k, start.timestamp(), end.timestamp()),
        contradicted=max(canary.contradicted + mock.contradicted, every.contradicted),
        **slow,
        **_shadow(series, settled),
    )


def slow_requests(
    window: Window, limits: Thresholds, mock_p95_ms: float, canary_requests: int
) -> dict[str, Any]:
    """Count the canary requests that were slower than each limit, by their names in `Counts`.

    If CloudWatch has a metric, it has every statistic of it. So a statistic without values means no request.
    """
    go, investigate = limits.slow_limits_ms(mock_p95_ms)
    found = window.read(
        {
            "slow_go": Query("Duration", "prisma", f"TC({go:.3f}:)"),
            "slow_investigate": Query("Duration", "prisma", f"TC({investigate:.3f}:)"),
        }
    )
    return {name: min(canary_requests, round(sum(values.values()))) for name, values in found.items()}


LOST_TO = (
    *("throttled", "timeout", "unreachable", "refused", "function-error", "malformed", "oversized"),
    *("queue-full", "frozen", "deadline", "no-thread", "worker-died", "comparison", "too-large"),
)
"""Causes of lost shadow reads that have a metric of their own. Reads lost to another cause are in the log."""


def lost_by_cause(window: Window) -> tuple[tuple[str, int], ...]:
    """Count lost shadow reads by cause, most frequent first. It reads a dozen metrics, for people only."""
    found = window.read({cause: Query("Lost" + cause.title().replace("-", ""), None) for cause in LOST_TO})
    counted = ((cause, round(sum(values.values()))) for cause, values in found.items())
    return tuple(sorted((one for one in counted if one[1]), key=lambda one: -one[1]))


def _shadow(series: Mapping[str, Series], settled: float) -> dict[str, Any]:
    """Count shadow reads, each of which was sent and then compared or lost, and each side's own noise."""
    compared = tally([series["compared"]], series["diffs"], settled)
    lost = 0.0
    contradicted = compared.contradicted
    for at in {*series["sent"], *series["lost"], *compared.n}:
        sent, settled_n = series["sent"].get(at, 0.0), compared.n.get(at, 0.0)
        gone = max(series["lost"].get(at, 0.0), sent - settled_n)
        lost += gone
        if at <= settled:
            contradicted += round(abs(sent - settled_n - series["lost"].get(at, 0.0)))
    noise = tally([series["noise_compared"]], series["noise_diffs"], settled)
    # Noise is an allowance, so it is granted only by metrics that fit together.
    fits = series["noise_compared"].keys() == series["noise_diffs"].keys() and all(
        noise.k[at] <= series["noise_compared"][at] for at in series["noise_compared"]
    )
    return {
        "compared": compared.total,
        "diffs": compared.bad,
        "diffs_pending": compared.pending,
        "lost": round(lost),
        "shadow_contradicted": contradicted,
        "noise_compared": noise.total if fits else 0,
        "noise_diffs": noise.bad if fits else 0,
    }


def since_each(
    requests: Mapping[float, float], errors: Mapping[float, float], start: float, end: float
) -> tuple[tuple[int, int], ...]:
    """Count requests and errors since each quarter of an hour after the start; see `verdict.afresh` for why.

    Args:
        requests: Requests by the moment at which each minute began.
        errors: Those of them that failed.
        start: First moment of the window, as a timestamp.
        end: Last moment of the window, as a timestamp.
    """
    length = 60 * EVERY_MINUTES
    summed = [[0.0, 0.0] for _ in range(1 + max(0, int((end - start) / length)))]
    for column, series in enumerate((requests, errors)):
        for at, value in series.items():
            summed[min(len(summed) - 1, max(0, int((at - start) / length)))][column] += value
    for after, before in pairwise(reversed(summed)):
        before[0] += after[0]
        before[1] += after[1]
    return tuple((round(n), min(round(k), round(n))) for n, k in summed[1:])


def weighted(values: Mapping[float, float], weights: Mapping[float, float]) -> float | None:
    """Average a statistic over periods, weighted by each period's requests; ``None`` without data."""
    total = sum(weights.get(at, 0.0) for at in values)
    if not total:
        return None
    return sum(value * weights.get(at, 0.0) for at, value in values.items()) / total


class IncompleteError(RuntimeError):
    """CloudWatch answered with less than was asked for, and what is missing may be what matters."""


@dataclass(frozen=True)
class Window:
    """Metrics of one function between two moments."""

    cloudwatch: Any
    namespace: str
    function: str
    start: datetime
    end: datetime

    def read(self, queries: Mapping[str, Query]) -> dict[str, Series]:
        """Read every query's values by time; a metric that has never been emitted has none.

        Raises:
            IncompleteError: A metric could not be read, or not all of it.
        """
        names = {f"q{index}": name for index, name in enumerate(queries)}
        asked = []
        for identifier, name in names.items():
            request = queries[name].as_request(identifier, self.namespace, self.function)
            if (self.end - self.start).total_seconds() > _MINUTES_KEPT_S:
                request["MetricStat"]["Period"] = ALARM_PERIOD_S
            asked.append(request)
        found: dict[str, Series] = {name: {} for name in queries}
        status = dict.fromkeys(queries, "Complete")
        pages = self.cloudwatch.get_paginator("get_metric_data").paginate(
            MetricDataQueries=asked, StartTime=self.start, EndTime=self.end
        )
        for page in pages:
            for result in page["MetricDataResults"]:
                points = zip(result["Timestamps"], result["Values"], strict=True)
                found[names[result["Id"]]].update({at.timestamp(): float(value) for at, value in points})
                # The rest of PartialData follows on a later page, which then has another status.
                status[names[result["Id"]]] = result.get("StatusCode", "Complete")
        if missing := {name: said for name, said in status.items() if said != "Complete"}:
            raise IncompleteError(f"CloudWatch did not answer in full: {missing}.")
        return found
