"""Who is in the canary at a percentage: the functions' own bucketing, asked beforehand."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from canary.cli.small_file import text_of
from canary.read.bucketing import BUCKETS, selected
from canary.read.flags import CANARY_FLAG, Flag

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

SHOWN = 20
"""Users named in one line; all of them are in the JSON."""


@dataclass(frozen=True)
class Audience:
    """Users in the canary now and afterwards.

    Attributes:
        percentage: Afterwards.
        buckets: Buckets of 10,000 that are in afterwards.
        known: How many users were given to look at.
        now: Those of them who are in now.
        then: Those who will be in; whoever is in stays in.
    """

    percentage: float
    buckets: int
    known: int
    now: tuple[str, ...]
    then: tuple[str, ...]

    @property
    def joining(self) -> tuple[str, ...]:
        """Users who will be in and are not yet."""
        return tuple(user for user in self.then if user not in set(self.now))

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {**asdict(self), "joining": list(self.joining)}

    def lines(self) -> list[str]:
        """The same for a person."""
        share = f"{self.buckets} of {BUCKETS} buckets read from Prisma at {self.percentage:g} %"
        if not self.known:
            return [f"{share}; --users FILE shows which users those are."]
        named = ", ".join(self.joining[:SHOWN]) + (
            f" and {len(self.joining) - SHOWN} more" if len(self.joining) > SHOWN else ""
        )
        return [
            f"{share}: {len(self.then)} of {self.known} users, {len(self.now)} of them already.",
            f"Joining: {named or 'nobody new'}.",
        ]


def audience(salt: str, served: Mapping[str, Any], percentage: float, users: Sequence[str]) -> Audience:
    """Who is in.

    Args:
        salt: The unit's bucket salt.
        served: Flags as they are served now; lists of users who are always or never in are kept.
        percentage: Wanted.
        users: Users to look at, by the ids that requests carry.
    """
    flag = served.get(CANARY_FLAG) or {}
    allow, deny = frozenset(flag.get("allow") or ()), frozenset(flag.get("deny") or ())
    enabled = flag.get("enabled") is True
    before = Flag(enabled, float(flag.get("percentage", 0)) if enabled else 0.0, allow, deny)
    after = Flag(percentage > 0, percentage, allow, deny)
    now = tuple(user for user in users if selected(salt, CANARY_FLAG, before, user))
    then = tuple(user for user in users if selected(salt, CANARY_FLAG, after, user))
    return Audience(percentage, round(percentage * BUCKETS / 100), len(users), now, then)


def users_of(path: Path | None) -> tuple[str, ...]:
    """User ids from a file, one a line; blank lines and lines that begin with # are left out.

    Raises:
        OpsError: The file cannot be read, or is no text.
    """
    if path is None:
        return ()
    lines = text_of(path).splitlines()
    return tuple(dict.fromkeys(line.strip() for line in lines if line.strip() and not line.startswith("#")))
