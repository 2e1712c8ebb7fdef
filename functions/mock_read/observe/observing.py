"""One log line and one metric record a request, and what the work after the response adds.

Written without Powertools' Logger, which reads level, sampling and more from variables that a stack may set
for all its functions, and which does not start with some of them. Here a line depends on nothing but its
arguments. Payloads and user ids are never logged: a user is a keyed pseudonym, a differing value a hash.
"""

from __future__ import annotations

import contextlib
import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from mock_read.observe.emf import Records

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from canary.read.flags import State

MAX_LINE = 32_768
"""Bytes of a line with its end. CloudWatch Logs took events up to 256 KB for years, and takes 1 MB now
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html); `comparison.MAX_DIFFS`
differences at the contract's longest path are 10 KB."""

MAX_TEXT = 1_024
"""Characters of one field that is text."""

# ASCII alone: what JSON leaves as it is otherwise holds line ends (U+2028, U+0085) and C1 controls, and a
# half of a surrogate pair, which standard output cannot write.
_AS_TEXT = json.JSONEncoder(separators=(",", ":"), ensure_ascii=True, default=lambda _: "unwritable").encode


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

    def __init__(self) -> None:
        # PYTHONIOENCODING may ask for one in which CloudWatch finds neither lines nor metrics. The runtime
        # puts an object of its own before the stream, which passes this on.
        reconfigure = getattr(sys.stdout, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8")

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
        self._service = function_name

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
        self._line("INFO", message, fields)

    def warn(self, message: str, **fields: Any) -> None:
        """A line about something that is not as it should be, while users are served all the same."""
        self._line("WARNING", message, fields)

    def _line(self, level: str, message: str, fields: Mapping[str, Any]) -> None:
        at = datetime.fromtimestamp(self._now(), UTC)
        head = {
            "level": level,
            "message": message,
            "timestamp": f"{at:%Y-%m-%d %H:%M:%S},{at.microsecond // 1000:03}+0000",
            "service": self._service,
        }
        said = {name: _short(value) for name, value in fields.items() if value is not None}
        line = _AS_TEXT({**head, **said}) + "\n"
        if len(line) > MAX_LINE:
            small = {name: value for name, value in said.items() if not isinstance(value, list | dict)}
            line = _AS_TEXT({**head, **small, "cutFrom": len(line)}) + "\n"
        if len(line) > MAX_LINE:
            line = _AS_TEXT({**head, "cutFrom": len(line)}) + "\n"
        self._lines.write(line)


def _short(value: Any) -> Any:
    return value[:MAX_TEXT] if isinstance(value, str) else value
