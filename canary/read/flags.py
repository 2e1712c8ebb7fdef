"""Reads the feature flags: canary = the ramp flag AND NOT the kill switch.

A flag document that is not exactly what we deploy means the mock for everyone, and a kill switch that cannot
be read counts as on. AppConfig leaves out the attributes of a disabled flag:
https://docs.aws.amazon.com/appconfig/latest/userguide/appconfig-type-reference-feature-flags.html.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

CANARY_FLAG, SHADOW_FLAG, KILL_FLAG = "prismaAdapter", "prismaShadow", "prismaKill"
_OWN = "_"
"""Prefix of what AppConfig itself adds to a flag, like its variant. No attribute's name may begin with it."""

_FIELDS = {
    CANARY_FLAG: frozenset({"enabled", "percentage", "allow", "deny"}),
    SHADOW_FLAG: frozenset({"enabled", "percentage"}),
    KILL_FLAG: frozenset({"enabled"}),
}


class FlagError(ValueError):
    """A flag document is not one of ours; the message says what is wrong with it."""


@dataclass(frozen=True)
class Flag:
    """One flag as it is served.

    Attributes:
        enabled: Whether the flag is on.
        percentage: Share of users who are in, 0 to 100 in steps of 0.01.
        allow: Users who are in at any percentage while the flag is enabled.
        deny: Users who are out, whatever else the flag says.
    """

    enabled: bool = False
    percentage: float = 0.0
    allow: frozenset[str] = frozenset()
    deny: frozenset[str] = frozenset()


@dataclass(frozen=True)
class State:
    """What the flags say at one reading.

    Attributes:
        canary: The ramp flag.
        shadow: The shadow sampling flag.
        killed: The kill switch; on until it has been read as off.
        why: Why the state is the safe one; ``""`` if everything was read.
        at: Wall clock before the reading began, in seconds.
    """

    canary: Flag = field(default_factory=Flag)
    shadow: Flag = field(default_factory=Flag)
    killed: bool = True
    why: str = "not read yet"
    at: float = float("-inf")

    @property
    def canary_on(self) -> bool:
        """Whether any user may be in the canary."""
        return self.canary.enabled and not self.killed

    def shown(self) -> dict[str, Any]:
        """Return the fields of the FLAG log line; lists of users are counted, not named."""
        canary = {"enabled": self.canary.enabled, "percentage": self.canary.percentage}
        lists = {"allow": len(self.canary.allow), "deny": len(self.canary.deny)}
        return {
            CANARY_FLAG: {**canary, **{name: count for name, count in lists.items() if count}},
            SHADOW_FLAG: {"enabled": self.shadow.enabled, "percentage": self.shadow.percentage},
            "kill": self.killed,
            "why": self.why,
        }


def ramp(document: Any) -> tuple[Flag, Flag]:
    """Extract the ramp flag and the shadow flag from a served document.

    Raises:
        FlagError: A flag is missing, has an unknown field or a wrong type, or has a percentage outside 0 to
            100.
    """
    return _flag(document, CANARY_FLAG), _flag(document, SHADOW_FLAG)


def killed(document: Any) -> bool:
    """Extract the kill switch from a served document.

    Returns:
        Whether the kill switch is on.

    Raises:
        FlagError: The kill switch is missing, or has an unknown field or a wrong type.
    """
    return _switch(document, KILL_FLAG)["enabled"] is True


def _flag(document: Any, name: str) -> Flag:
    flag = _switch(document, name)
    if not flag["enabled"]:
        return Flag()
    percentage = flag.get("percentage")
    if isinstance(percentage, bool) or not isinstance(percentage, int | float) or not 0 <= percentage <= 100:  # noqa: PLR2004 - per cent
        raise FlagError(f"{name}.percentage is not a number from 0 to 100")
    return Flag(
        enabled=True,
        percentage=float(percentage),
        allow=_users(flag, name, "allow"),
        deny=_users(flag, name, "deny"),
    )


def _switch(document: Any, name: str) -> dict[str, Any]:
    if not isinstance(document, dict):
        raise FlagError("the document is not an object")
    flag = document.get(name)
    if not isinstance(flag, dict):
        raise FlagError(f"{name} is missing or no object")
    if not isinstance(flag.get("enabled"), bool):
        raise FlagError(f"{name}.enabled is not a boolean")
    if not {field for field in flag if not field.startswith(_OWN)} <= _FIELDS[name]:
        raise FlagError(f"{name} has a field that is not known")
    return flag


def _users(flag: dict[str, Any], name: str, attribute: str) -> frozenset[str]:
    users = flag.get(attribute, [])
    if not isinstance(users, list) or not all(isinstance(user, str) for user in users):
        raise FlagError(f"{name}.{attribute} is not a list of user ids")
    return frozenset(users)
