"""Positions in a creator's posts, and the opaque cursors that name them.

A cursor is the base64url of ``publishedAt|id`` of the last post on a page. Both sides make the same cursors.
"""

from __future__ import annotations

import base64
import re
from datetime import datetime

_PLACE = re.compile(
    r"(?P<moment>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z)\|(?P<id>[A-Za-z0-9_-]{1,64})"
)


def timestamp(moment: datetime) -> str:
    """Format an instant in UTC as the contract writes it: with milliseconds and ``Z``."""
    return moment.isoformat(timespec="milliseconds")[:-6] + "Z"


def encode(published_at: str, post_id: str) -> str:
    """Make the cursor for the position after a post."""
    return base64.urlsafe_b64encode(f"{published_at}|{post_id}".encode()).decode().rstrip("=")


def decode(cursor: str) -> tuple[datetime, str] | None:
    """Return the position that a cursor names; ``None`` unless the cursor is exactly as it was given out."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        place = _PLACE.fullmatch(base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii"))
        moment = datetime.fromisoformat(place["moment"]) if place else None
    except ValueError:
        return None
    if place is None or moment is None or encode(timestamp(moment), place["id"]) != cursor:
        return None
    return moment, place["id"]
