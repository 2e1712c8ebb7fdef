"""The latch: an SSM parameter that exists while no one may turn the canary on.

Creating it without overwriting is the one atomic step of the act, so of several runs only one claims it:
https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html. Its value is the
evidence: who, when, why, and how far each step has come. The kill switch depends only on the parameter's
existence: a value that cannot be read is a latch as well.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from canary.unit import service_clock
from canary.unit.latch import text
from canary.unit.latch.text import LIMIT, Latch
from canary.unit.patience import code

if TYPE_CHECKING:
    from collections.abc import Mapping

    from canary.unit.act.outcome import Outcome

__all__ = ["LIMIT", "RESUMING_LASTS", "Latch", "Latches", "noted"]

RESUMING_LASTS = timedelta(minutes=15)
"""How long the note of a person who is resuming counts. `canary resume` takes two minutes. Without this
limit, a `canary resume` that was ended half-way would stop the guard for as long as the latch stands."""


class Latches:
    """The latch parameter of one unit."""

    def __init__(self, ssm: Any, name: str) -> None:
        self._ssm = ssm
        self._name = name

    def read(self) -> Latch | None:
        """Return the latch; ``None`` if there is none. A latch that a person wrote by hand counts too."""
        try:
            answer = self._ssm.get_parameter(Name=self._name)
        except ClientError as error:
            if code(error) == "ParameterNotFound":
                return None
            raise
        latch = text.parsed(answer["Parameter"]["Value"])
        return replace(latch, resuming="") if latch.resuming and _expired(answer) else latch

    def claim(self, latch: Latch) -> bool:
        """Create the latch; return ``False`` if someone else has."""
        try:
            self._ssm.put_parameter(Name=self._name, Value=latch.text(), Type="String", Overwrite=False)
        except ClientError as error:
            if code(error) == "ParameterAlreadyExists":
                return False
            raise
        return True

    def record(self, latch: Latch) -> None:
        """Record how far the act has come. Never recreates a latch that a person has cleared meanwhile."""
        if self.read() is not None:
            self._ssm.put_parameter(Name=self._name, Value=latch.text(), Type="String", Overwrite=True)

    def clear(self) -> bool:
        """Remove the latch; return ``False`` if there was none."""
        try:
            self._ssm.delete_parameter(Name=self._name)
        except ClientError as error:
            if code(error) == "ParameterNotFound":
                return False
            raise
        return True


def noted(outcomes: Mapping[str, Outcome]) -> dict[str, dict[str, str]]:
    """Return outcomes in the form that the latch keeps."""
    return {
        name: {"status": str(outcome.status), "detail": outcome.detail} for name, outcome in outcomes.items()
    }


def _expired(answer: Any) -> bool:
    """Whether the parameter was written too long ago, by SSM's own clock. If that is unknown, it was not."""
    now, written = service_clock.moment(answer), answer["Parameter"].get("LastModifiedDate")
    return now is not None and written is not None and now - written > RESUMING_LASTS
