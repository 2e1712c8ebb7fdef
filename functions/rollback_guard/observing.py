"""The guard's own log lines and metrics, in Embedded Metric Format.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any

from canary.unit.visible import ascii_json

if TYPE_CHECKING:
    from collections.abc import Callable


MAX_TEXT = 4_096
"""Maximum length of a text field in characters. A service's error message can be a whole page."""


@dataclass
class Observer:
    """Writes log lines and metrics as JSON. A closed standard output never fails a run.

    Attributes:
        function: Value of the dimension ``FunctionName``.
        namespace: Namespace of the metrics.
        now: Wall clock, in seconds.
        out: Where to write; standard output if omitted.
    """

    function: str
    namespace: str
    now: Callable[[], float]
    out: IO[str] = field(default_factory=lambda: sys.stdout)

    def log(self, message: str, **fields: Any) -> None:
        """Write one log line."""
        self._write({"message": message, **{name: _short(value) for name, value in fields.items()}})

    def count(self, **values: int) -> None:
        """Write counts of this run, as metrics."""
        metrics = [{"Name": name, "Unit": "Count"} for name in values]
        directive = {"Namespace": self.namespace, "Dimensions": [["FunctionName"]], "Metrics": metrics}
        aws = {"Timestamp": int(self.now() * 1000), "CloudWatchMetrics": [directive]}
        self._write({"_aws": aws, "FunctionName": self.function, **values})

    def _write(self, line: dict[str, Any]) -> None:
        try:
            print(ascii_json(line), file=self.out, flush=True)
        except (OSError, ValueError, TypeError, RecursionError):
            return


def _short(value: Any) -> Any:
    return value[:MAX_TEXT] if isinstance(value, str) else value
