"""Writes one log line and one metric record per request, and what the work after the response adds.

Powertools' Logger is not used. It reads its level, sampling and more from variables that a stack may set for
all its functions, and some values keep it from starting. Here a line depends on nothing but its arguments.
Payloads and user ids are never logged: a user appears as a keyed pseudonym, a differing value as a hash.
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
"""Maximum length of a line in bytes, with its line end. CloudWatch Logs accepted events of up to 256 KB for
years, and accepts 1 MB now (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html).
`comparison.MAX_DIFFS` differences at the contract's longest path take 10 KB."""

MAX_TEXT = 1_024
"""Maximum length of a text field in characters."""

# ASCII only. Otherwise JSON keeps line ends (U+2028, U+0085), C1 controls and halves of surrogate pairs as
# they are, and standard output cannot write such a half.
_AS_TEXT = json.JSONEncoder(separators=(",", ":"), ensure_ascii=True, default=lambda _: "unwritable").encode


class Telling(Protocol):
    """What a request reports. `Observer` writes all of it."""

    def request(self, fields: Mapping[str, Any], *, path: str, failed: bool, ms: float, cold: bool) -> None:
        """Record one answered request."""

    def metrics(self, *, at: float | None = None, **values: float) -> None:
        """Record counts without a path."""

    def say(self, message: str, **fields: Any) -> None:
        """Write a line."""

    def warn(self, message: str, **fields: Any) -> None:
        """Write a line about something that is not as it should be."""


class Lines:
    """Standard output, one whole line per write.

    Two threads must not mix their lines, and a pipe that no one reads any more must not fail a request.
    """

    def __init__(self) -> None:
        # PYTHONIOENCODING may ask for an encoding in which CloudWatch finds neither lines nor metrics. The
        # runtime wraps the stream in an object of its own, which passes this call on.
        reconfigure = getattr(sys.stdout, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8")

    def write(self, text: str) -> None:
        """Write text that ends with its own line feed."""
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.write(text)

    def flush(self) -> None:
        """Flush what is buffered."""
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()


class Observer:
    """Writes log lines and metrics.

    Args:
        function_name: Value of the dimension ``FunctionName``, and of every line's ``service``.
        namespace: Namespace of the metrics.
        now: Wall clock, in seconds.
        lines: Where lines and records are written.
    """

    def __init__(self, function_name: str, namespace: str, now: Callable[[], float], lines: Lines) -> None:
        self._records = Records(function_name, namespace)
        self._now = now
        self._lines = lines
        self._service = function_name

    def request(self, fields: Mapping[str, Any], *, path: str, failed: bool, ms: float, cold: bool) -> None:
        """Record one answered request: the line SUCCESS or ERROR, and its metrics by path and in total."""
        line = {**fields, "path": path, "durationMs": round(ms, 3)}
        if failed:
            self.warn("ERROR", **line)
        else:
            self.say("SUCCESS", **line)
        values: dict[str, float] = {"Requests": 1, "Errors": int(failed), "Duration": round(ms, 3)}
        if cold:
            # Without a path: the path that a request took says nothing about its cold start.
            self.metrics(ColdStart=1)
        if fields.get("canaryError") == "breaker-open":
            self.metrics(BreakerOpen=1)
        self._lines.write(self._records.record(values, self._now(), path))

    def metrics(self, *, at: float | None = None, **values: float) -> None:
        """Record counts without a path.

        Args:
            at: Wall clock of the request that they belong to, in seconds; now if omitted. A freeze may delay
                the work after a response.
            values: Values by metric name.
        """
        self._lines.write(self._records.record(values, self._now() if at is None else at, None))

    def flags_changed(self, state: State) -> None:
        """Write one line when what the flags say has changed, instead of one line per request."""
        if state.why:
            self.warn("FLAG", **state.shown())
        else:
            self.say("FLAG", **state.shown())

    def flags_failed(self) -> None:
        """Count a failed reading of the flags."""
        self.metrics(FlagErrors=1)

    def say(self, message: str, **fields: Any) -> None:
        """Write a line; fields that are ``None`` are left out."""
        self._line("INFO", message, fields)

    def warn(self, message: str, **fields: Any) -> None:
        """Write a line about something that is not as it should be, although users are still served."""
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
