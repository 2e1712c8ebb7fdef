"""The stack's output `canary` as it was saved or printed: of any shape until it is checked here."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from canary.cli import addresses
from canary.cli.errors import OpsError
from canary.spelling import snake
from canary.unit.visible import is_visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LONGEST = 2048
"""Characters of a name: an ARN's limit, the longest there is."""
MAPS = frozenset({"alarms", "thresholds"})
ABSENT = frozenset({"migrate_function"})
"""Those that may be ``null``."""


def parsed(outputs: Mapping[str, Any], known: Iterable[str], needed: Iterable[str]) -> dict[str, Any]:
    """The unit's parts by name, each of its kind.

    Args:
        outputs: All outputs of the stack, or the one called ``canary``.
        known: Parts to take; others are left out.
        needed: Parts that must be there.

    Raises:
        OpsError: Names every part that is missing, or the first that is not of its kind.
    """
    inner = outputs.get("canary")
    given = inner if isinstance(inner, dict) else outputs
    values = {snake(name): value for name, value in given.items()}
    missing = [name for name in needed if name not in values]
    if missing:
        raise OpsError(
            f"The stack's output `canary` lacks {', '.join(missing)}. "
            "Run `pulumi up` with this version of the program first."
        )
    found = {name: values[name] for name in known if name in values}
    for name, value in found.items():
        _check(name, value)
    addresses.region(found["region"], "The stack's output `canary`: region")
    addresses.address(found["api_url"], "The stack's output `canary`: apiUrl")
    return found


def _check(name: str, value: Any) -> None:
    if value is None and name in ABSENT:
        return
    if name not in MAPS:
        if not _name(value):
            raise _wrong(name, value, "a name")
        return
    if not isinstance(value, dict):
        raise _wrong(name, value, "an object")
    kind, good = ("numbers", _number) if name == "thresholds" else ("names", _name)
    bad = next((each for each in value.values() if not good(each)), None)
    if bad is not None:
        raise _wrong(name, bad, f"an object of {kind}")


def _wrong(name: str, value: Any, wanted: str) -> OpsError:
    shown = repr(value)[:60]
    return OpsError(
        f"The stack's output `canary`: {name} is {shown}, not {wanted}. "
        "Save it again with `pulumi stack output canary --json`."
    )


def _name(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST and all(map(is_visible, value))


def _number(value: Any) -> bool:
    try:
        return not isinstance(value, bool) and math.isfinite(float(value))
    except (TypeError, ValueError, OverflowError):
        return False
