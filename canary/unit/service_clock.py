"""The clock of the service that answered: moments that AWS wrote are compared with it, never with ours.

A guard or an operator whose clock is an hour off must neither wait for an hour nor judge the wrong hour.
Every answer has the moment at which it was made in its ``Date`` header
(https://www.rfc-editor.org/rfc/rfc9110#section-6.6.1).
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any


def moment(answer: Any) -> datetime | None:
    """When an answer was made, to the second; ``None`` where it does not say.

    Args:
        answer: What a boto3 client returned.
    """
    try:
        said = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError):
        return None
    return said.replace(tzinfo=UTC) if said.tzinfo is None else said.astimezone(UTC)
