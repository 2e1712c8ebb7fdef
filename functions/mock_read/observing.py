"""One log line and one metric record a request, and what the work after the response adds.

Lines by Powertools' Logger, metrics by its Embedded Metric Format provider. Payloads and user ids are
never logged; a user is a keyed pseudonym, a differing value a keyed hash.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import AmazonCloudWatchEMFProvider

if TYPE_CHECKING:
    from mock_read.comparison import Diff
    from mock_read.flags import State

Unit = {"Duration": "Milliseconds"}


class Observer:
    """Writes lines and metrics; stdout closed or full never fails a request."""

    def __init__(self, function_name: str, namespace: str) -> None:
        self._function = function_name
        self._namespace = namespace
        self._logger = Logger(service=function_name, log_uncaught_exceptions=False)

    def request(self, fields: dict[str, Any], *, path: str, failed: bool, ms: float, cold: bool) -> None:
        """One answered request: the line SUCCESS or ERROR, and Requests, Errors, Duration by path and in all."""
        shown = {name: value for name, value in fields.items() if value is not None}
        line = {**shown, "path": path, "durationMs": round(ms, 3)}
        if failed:
            self._line("warning", "ERROR", line)
        else:
            self._line("info", "SUCCESS", line)
        values: dict[str, float] = {"Requests": 1, "Errors": int(failed), "Duration": ms}
        if cold:
            values["ColdStart"] = 1
        self.metrics(values, path)

    def metrics(self, values: dict[str, float], path: str | None = None) -> None:
        """Metrics without a path, or of one path and in all."""
        emf = AmazonCloudWatchEMFProvider(namespace=self._namespace)
        emf.add_dimension(name="FunctionName", value=self._function)
        if path is not None:
            emf.add_dimensions(FunctionName=self._function, Path=path)
        emf.set_timestamp(int(time.time() * 1000))
        for name, value in values.items():
            emf.add_metric(name=name, unit=Unit.get(name, "Count"), value=value)
        try:
            emf.flush_metrics()
        except OSError:
            return

    def flags(self, state: State) -> None:
        """What the flags say changed: one line, not one a request."""
        self._line("warning" if state.why else "info", "FLAG", state.shown())
        if state.why:
            self.metrics({"FlagErrors": 1})

    def compared(self, user: str, trace_id: str | None, diffs: list[Diff]) -> None:
        """A shadow answer was compared."""
        fields = {
            "userId": user,
            "xrayTraceId": trace_id,
            "match": not diffs,
            "diffs": [diff.as_dict() for diff in diffs],
        }
        self._line("info", "SHADOW-DIFF" if diffs else "SHADOW-MATCH", fields)

    def lost(self, cause: str) -> None:
        """A shadow request came to nothing."""
        self._line("warning", "SHADOW-LOST", {"cause": cause})

    def warn(self, message: str, **fields: Any) -> None:
        """Something is not as it should be, and users are served all the same."""
        self._line("warning", message, fields)

    def _line(self, level: str, message: str, fields: dict[str, Any]) -> None:
        try:
            getattr(self._logger, level)(message, extra=fields)
        except OSError:
            return
