"""One log line and one metric record a request, and what the work after the response adds.

Lines are made by Powertools' Logger, metrics by `emf.Records`. Powertools' one Metrics object for a whole
invocation is not used, since records of the work after the response are made by another thread. Payloads and
user ids are never logged: a user is a keyed pseudonym, a differing value a keyed hash.
"""

from __future__ import annotations

import contextlib
import json
import sys
from typing import TYPE_CHECKING, Any, Protocol

from aws_lambda_powertools import Logger

from mock_read.emf import Records

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mock_read.flags import State

_AS_TEXT = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, default=str).encode


class Telling(Protocol):
    """What a request tells; `Observer` writes it all down."""

    def request(self, fields: Mapping[str, Any], *, path: str, failed: bool, ms: float, cold: bool) -> None:
        """One answered request."""

    def metrics(self, *, at: float | None = None, **values: float) -> None:
        """Counts without a path."""

    def say(self, message: str, **fields: Any) -> None:
        """A line."""

    def warn(self, message: str, **fields: Any) -> None:
        """A line about something that is not as it should be."""


class Lines:
    """Standard output, one whole line a write.

    Two threads must not share a line, and a pipe that nobody reads any more must not fail a request.
    """

    def write(self, text: str) -> None:
        """Write text that ends its own line."""
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.write(text)

    def flush(self) -> None:
        """Hand over what is buffered."""
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()


class Observer:
    """Writes lines and metrics.

    Args:
        function_name: Dimension ``FunctionName``.
        namespace: Of the metrics.
        now: Wall clock.
        lines: Where to.
    """

    def __init__(self, function_name: str, namespace: str, now: Callable[[], float], lines: Lines) -> None:
        self._records = Records(function_name, namespace)
        self._now = now
        self._lines = lines
        # The trace's id is a field of the lines that belong to a request, and must not be the next one's.
        self._logger = Logger(
            service=function_name,
            level="INFO",
            stream=lines,  # type: ignore[arg-type]
            location=None,
            xray_trace_id=None,
            json_serializer=_AS_TEXT,
            # A message is a word: looking for JSON in it would raise and catch an error a line.
            json_deserializer=str,
        )

    def request(self, fields: Mapping[str, Any], *, path: str, failed: bool, ms: float, cold: bool) -> None:
        """One answered request: the line SUCCESS or ERROR, and its metrics by path and in all."""
        line = {**fields, "path": path, "durationMs": round(ms, 3)}
        if failed:
            self.warn("ERROR", **line)
        else:
            self.say("SUCCESS", **line)
        values: dict[str, float] = {"Requests": 1, "Errors": int(failed), "Duration": round(ms, 3)}
        if cold:
            # Without a path: which one it took says nothing about a cold start.
            self.metrics(ColdStart=1)
        if fields.get("canaryError") == "breaker-open":
            self.metrics(BreakerOpen=1)
        self._lines.write(self._records.record(values, self._now(), path))

    def metrics(self, *, at: float | None = None, **values: float) -> None:
        """Counts without a path.

        Args:
            at: Wall clock of the request they belong to, now without: work after the response may be
                late by a freeze.
            values: By metric name.
        """
        self._lines.write(self._records.record(values, self._now() if at is None else at, None))

    def flags_changed(self, state: State) -> None:
        """What the flags say changed: one line, not one a request."""
        if state.why:
            self.warn("FLAG", **state.shown())
        else:
            self.say("FLAG", **state.shown())

    def flags_failed(self) -> None:
        """The flags could not be read."""
        self.metrics(FlagErrors=1)

    def say(self, message: str, **fields: Any) -> None:
        """A line; fields that are ``None`` are left out."""
        self._logger.info(message, extra={name: value for name, value in fields.items() if value is not None})

    def warn(self, message: str, **fields: Any) -> None:
        """A line about something that is not as it should be, while users are served all the same."""
        self._logger.warning(
            message, extra={name: value for name, value in fields.items() if value is not None}
        )
