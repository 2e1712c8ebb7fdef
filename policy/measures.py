"""What an alarm watches: its metrics, and the expression over them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from values import UNKNOWN

if TYPE_CHECKING:
    from graph import Resource

ERRORS = re.compile(r"error|fault|5xx|fail", re.IGNORECASE)


@dataclass(frozen=True)
class Measure:
    """One metric; a value that is not known yet is `values.UNKNOWN`."""

    namespace: Any
    name: str
    dimensions: Any
    period: Any

    @property
    def counts_errors(self) -> bool:
        """Whether its name says that it counts failures."""
        return bool(ERRORS.search(self.name))

    @property
    def key(self) -> tuple[Any, str, tuple[tuple[str, Any], ...]]:
        """Namespace, name and dimensions, which identify the metric in other alarms."""
        dimensions = self.dimensions if isinstance(self.dimensions, dict) else {}
        return self.namespace, self.name, tuple(sorted(dimensions.items()))


def measures(alarm: Resource) -> list[Measure]:
    """Return the metrics of an alarm, in order."""
    if alarm.get("metricName") is not None:
        return [_measure(alarm.props)]
    queries = alarm.get("metricQueries")
    given = (
        [query.get("metric") for query in queries if isinstance(query, dict)] if queries_known(alarm) else []
    )
    return [_measure(metric) for metric in given if isinstance(metric, dict)]


def queries_known(alarm: Resource) -> bool:
    """Return whether the alarm has a list of queries that is known."""
    return isinstance(alarm.get("metricQueries"), list)


def expression(alarm: Resource) -> Any:
    """Return the expression that is compared with the threshold; None for a plain metric."""
    if alarm.get("metricName") is not None:
        return None
    if alarm.get("metricQueries") is UNKNOWN:
        return UNKNOWN
    if not queries_known(alarm):
        return None
    queries = [query for query in alarm.get("metricQueries") if isinstance(query, dict)]
    watched = [query for query in queries if query.get("returnData") is True] or queries
    found = [query["expression"] for query in watched if query.get("expression") is not None]
    return found[0] if found else None


def _measure(given: dict[str, Any]) -> Measure:
    return Measure(
        given.get("namespace"), str(given.get("metricName")), given.get("dimensions"), given.get("period")
    )
