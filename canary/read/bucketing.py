"""Decides which users a percentage includes, by a keyed hash of the user's id over 10,000 buckets.

The decision is sticky (a pure function of salt and id), monotone (a user who is in at 1 % stays in at 5 %),
and independent between flags, since each flag salts the hash with its own name.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from canary.read.flags import Flag

BUCKETS = 10_000
"""Number of buckets; one bucket is 0.01 % of the users."""


def bucket(salt: str, flag: str, user_id: str) -> int:
    """Return the bucket of a user for a flag, 0 to 9,999.

    The hash is BLAKE2b with the salt as its key. Taking 64 bits over 10,000 buckets leaves a bias below
    1e-15.
    """
    key = hashlib.blake2b(f"{salt}/{flag}".encode(), digest_size=32).digest()
    digest = hashlib.blake2b(user_id.encode("utf-8", "surrogatepass"), key=key, digest_size=8).digest()
    return int.from_bytes(digest, "big") % BUCKETS


def included(salt: str, flag: str, user_id: str, percentage: float) -> bool:
    """Whether a percentage, in steps of 0.01, includes a user."""
    return bucket(salt, flag, user_id) < round(percentage * BUCKETS / 100)


def selected(salt: str, name: str, flag: Flag, user_id: str) -> bool:
    """Whether a flag selects a user: never one that it denies, always one that it allows, else by bucket."""
    if not flag.enabled or user_id in flag.deny:
        return False
    return user_id in flag.allow or included(salt, name, user_id, flag.percentage)
