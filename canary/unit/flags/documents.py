"""Flag documents: what off and on look like, both as written and as served.

`values_of` and `document_of` check once what is stored; every other function here takes what they return. A
document that has a name twice is unreadable: AWS does not document which of the two AppConfig serves, and its
clients need not agree.

A changed document keeps whatever flags and attributes the stack has declared; only values change. AppConfig
requires every required attribute of a flag, and serves a disabled flag without its attributes:
https://docs.aws.amazon.com/appconfig/latest/userguide/appconfig-type-reference-feature-flags.html.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from canary import stored
from canary.read.flags import CANARY_FLAG, KILL_FLAG, SHADOW_FLAG
from canary.stored import Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping

PERCENT = 100


def values_of(content: str | bytes | None) -> dict[str, dict[str, Any]] | Unreadable:
    """Read flag values as AppConfig serves them, or say why they cannot be read. Never raises."""
    found = stored.object_of(content)
    return found if isinstance(found, Unreadable) else _values(found)


def document_of(content: str | bytes | None) -> dict[str, Any] | Unreadable:
    """Read a whole flag document as it is hosted, or say why it cannot be read. Never raises."""
    found = stored.object_of(content)
    if isinstance(found, Unreadable):
        return found
    if found and not {"flags", "values"} & found.keys():
        return Unreadable("it has neither flags nor values")
    flags = found.get("flags", {})
    if not isinstance(flags, dict) or not all(isinstance(flag, dict) for flag in flags.values()):
        return Unreadable("its flags are no objects")
    if not all(isinstance(flag.get("attributes", {}), dict) for flag in flags.values()):
        return Unreadable("a flag's attributes are no object")
    values = found.get("values", {})
    checked = _values(values) if isinstance(values, dict) else Unreadable("its values are no object")
    return checked if isinstance(checked, Unreadable) else {"flags": flags, "values": checked}


def _values(values: dict[str, Any]) -> dict[str, dict[str, Any]] | Unreadable:
    """Return the values if every flag that decides anything is well-formed."""
    for name in (CANARY_FLAG, SHADOW_FLAG, KILL_FLAG):
        flag = values.get(name, {"enabled": False})
        if not isinstance(flag, dict):
            return Unreadable(f"{name} is no object")
        if not isinstance(flag.get("enabled"), bool):
            return Unreadable(f"{name}.enabled is neither true nor false")
        percentage = flag.get("percentage", 0)
        if isinstance(percentage, bool) or not isinstance(percentage, int | float):
            return Unreadable(f"{name}.percentage is no number")
        if not 0 <= percentage <= PERCENT:
            return Unreadable(f"{name}.percentage is not from 0 to {PERCENT}")
        for users in (flag.get("allow", []), flag.get("deny", [])):
            if not isinstance(users, list) or not all(isinstance(user, str) for user in users):
                return Unreadable(f"{name} has a list of users that is none")
    return {name: flag for name, flag in values.items() if isinstance(flag, dict)}


@dataclass(frozen=True)
class RampState:
    """The ramp's flags as percentages; a disabled flag is 0."""

    percentage: float
    shadow: float

    @property
    def off(self) -> bool:
        """Whether the ramp lets nothing reach Prisma."""
        return self.percentage == 0 and self.shadow == 0


def ramp_state(values: Mapping[str, Any]) -> RampState:
    """Read the ramp's state. A missing flag is off; an enabled flag with an allow list is more than 0 %."""
    canary, shadow = values.get(CANARY_FLAG) or {}, values.get(SHADOW_FLAG) or {}
    percentage = float(canary.get("percentage", 0)) if canary.get("enabled") else 0.0
    if canary.get("enabled") and canary.get("allow"):
        percentage = max(percentage, 0.0001)
    return RampState(percentage, float(shadow.get("percentage", 0)) if shadow.get("enabled") else 0.0)


def is_off(values: Mapping[str, Any]) -> bool:
    """Whether both ramp flags are disabled. A flag that is enabled at 0 % is one edit away from on."""
    return not any((values.get(flag) or {}).get("enabled") for flag in (CANARY_FLAG, SHADOW_FLAG))


def is_killed(values: Mapping[str, Any]) -> bool:
    """Whether the kill switch is on."""
    return (values.get(KILL_FLAG) or {}).get("enabled") is True


def is_not_killed(values: Mapping[str, Any]) -> bool:
    """Whether the kill switch can be read and is off."""
    return (values.get(KILL_FLAG) or {}).get("enabled") is False


def off(document: Mapping[str, Any] | None) -> dict[str, Any]:
    """Make a ramp document with both flags off."""
    return ramp(document, percentage=None, shadow=None)


def ramp(
    document: Mapping[str, Any] | None, *, percentage: float | None, shadow: float | None
) -> dict[str, Any]:
    """Make a ramp document.

    Args:
        document: The document that it continues; ``None`` starts from a bare one.
        percentage: Percentage of users who read from Prisma; ``None`` for off.
        shadow: Percentage of requests that are repeated on Prisma; ``None`` for off.
    """
    changed = _base(document, (CANARY_FLAG, SHADOW_FLAG))
    for flag, percent in ((CANARY_FLAG, percentage), (SHADOW_FLAG, shadow)):
        values = changed["values"].setdefault(flag, {})
        values["enabled"] = percent is not None
        declared = changed["flags"][flag].get("attributes", {})
        if "percentage" in declared or percent is not None:
            values["percentage"] = _plain(percent or 0)
    return changed


def kill(document: Mapping[str, Any] | None, *, on: bool) -> dict[str, Any]:
    """Make a kill document with the switch on or off."""
    changed = _base(document, (KILL_FLAG,))
    changed["values"].setdefault(KILL_FLAG, {})["enabled"] = on
    return changed


def _base(document: Mapping[str, Any] | None, flags: tuple[str, ...]) -> dict[str, Any]:
    kept = document or {}
    base: dict[str, Any] = {"version": "1", "flags": {}, "values": {}}
    base |= {part: copy.deepcopy(kept[part]) for part in ("flags", "values") if part in kept}
    for flag in flags:
        base["flags"].setdefault(flag, {"name": flag})
    return base


def _plain(percent: float) -> float:
    """Write whole percentages as whole numbers, so that 1 and 1.0 make the same document."""
    return int(percent) if percent == int(percent) else percent
