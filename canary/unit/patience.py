"""How long a run may wait: a Lambda function has a time-out, a person has none, a test has no time at all."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.2, 2.0

_PASSING = {
    "ConflictException",
    "InternalServerException",
    "InternalServerError",
    "InternalFailure",
    "InternalError",
    "LimitExceededException",
    "RequestLimitExceeded",
    "RequestTimeout",
    "ServiceUnavailable",
    "ServiceUnavailableException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "TooManyUpdates",
}


FAULTS = (ClientError, BotoCoreError, ResponseParserError, OSError, UnicodeDecodeError)
"""Errors of a call that AWS refuses, that does not reach AWS, or that something in between answers. botocore
can neither parse nor decode a proxy's page, and the errors that it raises for one are no `BotoCoreError`."""


@dataclass
class Patience:
    """A deadline, and growing pauses until then.

    Attributes:
        until: The deadline, by `now`. Nothing is waited for after it.
        now: Clock of the deadline in seconds, monotonic by default.
        sleep: Pauses for so many seconds.
    """

    until: float
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def pauses(self) -> Pauses:
        """Start waiting for one thing: return its pauses, which begin short."""
        return Pauses(self)


class Pauses:
    """Pauses between looks at one thing: `FIRST_PAUSE_S`, doubled each time up to `LONGEST_PAUSE_S`."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._next = FIRST_PAUSE_S

    def take(self) -> bool:
        """Pause, and return whether there was time for it; without enough time left, return at once."""
        if self._patience.now() + self._next > self._patience.until:
            return False
        self._patience.sleep(self._next)
        self._next = min(LONGEST_PAUSE_S, 2 * self._next)
        return True


def passing(error: Exception) -> bool:
    """Whether a call that failed with this error may well succeed a moment later."""
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return code(error) in _PASSING or status >= 500  # noqa: PLR2004 - HTTP server errors
    return isinstance(error, FAULTS)


def code(error: Exception) -> str:
    """Return an AWS error's code; empty for any other error."""
    return str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, ClientError) else ""
