"""Reads the clock of the service that answered: times that AWS wrote are compared with it, not with ours.

A guard or an operator whose clock is an hour off must neither wait for an hour nor judge the wrong hour. The
``Date`` header of every answer holds the time at which the answer was made
(https://www.rfc-editor.org/rfc/rfc9110#section-6.6.1).
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any


def moment(answer: Any) -> datetime | None:
    """Return when an answer was made, in UTC, to the second.

    Args:
        answer: What a boto3 client returned.

    Returns:
        The time; ``None`` if the answer does not say.
    """
    try:
        said = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError):
        return None
    return said.replace(tzinfo=UTC) if said.tzinfo is None else said.astimezone(UTC)
