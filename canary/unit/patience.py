"""How long a run may go on: a Lambda has a time-out, a person has not, a test has no time at all."""

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
"""What a call raises when AWS refuses it, cannot be reached, or something in between answers for it: a
proxy's page is nothing that botocore can parse or decode, and its errors for that are no `BotoCoreError`."""


@dataclass
class Patience:
    """A deadline, and pauses that grow until it.

    Attributes:
        until: Moment, by `now`, after which nothing is waited for any more.
    """

    until: float
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def pauses(self) -> Pauses:
        """Start waiting for one thing."""
        return Pauses(self)


class Pauses:
    """Pauses between looks at one thing."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._next = FIRST_PAUSE_S

    def take(self) -> bool:
        """Wait a little; ``False``, without waiting, when there is no time left for it."""
        if self._patience.now() + self._next > self._patience.until:
            return False
        self._patience.sleep(self._next)
        self._next = min(LONGEST_PAUSE_S, 2 * self._next)
        return True


def passing(error: Exception) -> bool:
    """Whether a call that failed like this may well succeed a moment later."""
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return code(error) in _PASSING or status >= 500  # noqa: PLR2004 - server errors
    return isinstance(error, FAULTS)


def code(error: Exception) -> str:
    """An AWS error's code, empty for other errors."""
    return str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, ClientError) else ""
