"""The log sink: passes log lines from sandboxes to CloudWatch Logs and to metrics."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from localaws.cloud.metrics import emf

if TYPE_CHECKING:
    from localaws.cloud.clock import Clock
    from localaws.cloud.metrics.metrics import MetricStore
    from localaws.cloud.seams.seams import Seams


class LogSink:
    """Takes log lines at once and writes them in batches, since MiniStack keeps log events in lists.

    Args:
        clock: The cloud's clock, for the times of lines.
        store: Metric store, which takes the metrics in the lines.
        seams: MiniStack, which keeps the log groups.

    Attributes:
        invalid_emf: How often each error in an EMF document was found.
    """

    def __init__(self, clock: Clock, store: MetricStore, seams: Seams) -> None:
        self._clock = clock
        self._store = store
        self._seams = seams
        self._pending: dict[tuple[str, str], list[tuple[int, str]]] = {}
        self.invalid_emf: Counter[str] = Counter()

    def line(self, function: str, stream: str, text: str) -> None:
        """Take a line that a function or the platform printed.

        Args:
            function: Name of the function.
            stream: Log stream of the sandbox.
            text: The line.
        """
        at = self._clock.now()
        self._pending.setdefault((function, stream), []).append((int(at * 1000), text))
        try:
            emf.ingest_log_line(self._store, function, text, at)
        except emf.EmfError as error:
            self.invalid_emf[f"{function}: {error}"] += 1

    def flush(self) -> None:
        """Write all pending lines to CloudWatch Logs."""
        pending, self._pending = self._pending, {}
        for (function, stream), lines in pending.items():
            self._seams.append_log(f"/aws/lambda/{function}", stream, lines)
