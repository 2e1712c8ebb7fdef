"""The latch: an SSM parameter that exists while nobody may turn the canary on.

Creating it without overwriting is the one atomic step of the act, so of several runs one claims it:
https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html. Its value is the
evidence: who, when, why, and how far each step has come.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from rollback_guard.patience import code

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rollback_guard.outcome import Outcome

LIMIT = 4096
"""Characters a standard parameter holds."""
_REASON, _DETAIL, _EVIDENCE = 600, 160, 1600


@dataclass(frozen=True)
class Latch:
    """Who rolled back, why, and how far it has come.

    Attributes:
        when: UTC, ISO 8601.
        by: ``alarm NAME``, ``verdict``, or an operator.
        evidence: What was known when it was claimed.
        steps: Each step's ``status`` and ``detail``.
        finished: Whether every step was settled and read back.
        resuming: Who is taking the kill switch off again; the guard leaves it alone meanwhile.
    """

    when: str
    by: str
    reason: str
    evidence: Mapping[str, Any] = field(default_factory=dict)
    steps: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    finished: bool = False
    resuming: str = ""

    def text(self) -> str:
        """JSON that fits a parameter; evidence that does not is left out, with a word about it."""
        value = asdict(self)
        value["reason"] = self.reason[:_REASON]
        value["steps"] = {
            name: {"status": step["status"], "detail": step["detail"][:_DETAIL]}
            for name, step in self.steps.items()
        }
        if len(json.dumps(value["evidence"])) > _EVIDENCE:
            value["evidence"] = {"left out": "too long for the latch; the guard's log has it"}
        return json.dumps(value)[:LIMIT]

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self)


class Latches:
    """The latch parameter of one unit."""

    def __init__(self, ssm: Any, name: str) -> None:
        self._ssm = ssm
        self._name = name

    def read(self) -> Latch | None:
        """The latch, ``None`` when it is not there. One that a person wrote by hand counts as a latch too."""
        try:
            text = self._ssm.get_parameter(Name=self._name)["Parameter"]["Value"]
        except ClientError as error:
            if code(error) == "ParameterNotFound":
                return None
            raise
        try:
            value = json.loads(text)
            return Latch(**{name: value[name] for name in Latch.__dataclass_fields__ if name in value})
        except (ValueError, TypeError):
            return Latch("", "unknown", text)

    def claim(self, latch: Latch) -> bool:
        """Create it; ``False`` when somebody else has."""
        try:
            self._ssm.put_parameter(Name=self._name, Value=latch.text(), Type="String", Overwrite=False)
        except ClientError as error:
            if code(error) == "ParameterAlreadyExists":
                return False
            raise
        return True

    def record(self, latch: Latch) -> None:
        """Keep how far it has come. Never recreates a latch that a person has cleared meanwhile."""
        if self.read() is not None:
            self._ssm.put_parameter(Name=self._name, Value=latch.text(), Type="String", Overwrite=True)

    def clear(self) -> bool:
        """Remove it; ``False`` when it was not there."""
        try:
            self._ssm.delete_parameter(Name=self._name)
        except ClientError as error:
            if code(error) == "ParameterNotFound":
                return False
            raise
        return True


def noted(outcomes: Mapping[str, Outcome]) -> dict[str, dict[str, str]]:
    """Outcomes as the latch keeps them."""
    return {
        name: {"status": str(outcome.status), "detail": outcome.detail} for name, outcome in outcomes.items()
    }
