"""Checks of a configuration that the engine does not make: whether names and dates exist.

The engine checks the values of known keys against their schemas. It would accept a misspelt rule or key, and
the default would apply silently.
https://www.pulumi.com/docs/iac/using-pulumi/crossguard/configuration/
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

import exemptions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from rule import Rule

EVERY_RULE = "all"
"""The engine's name for the enforcement level of every rule."""
LEVEL = "enforcementLevel"


def faults(configuration: Mapping[str, Mapping[str, Any]], rules: Iterable[Rule]) -> list[str]:
    """List what is wrong with a configuration, as sentences; empty if nothing is.

    Args:
        configuration: Keys and values by rule.
        rules: Rules of the pack.
    """
    by_name = {rule.name: rule for rule in rules}
    found = []
    for name, values in configuration.items():
        if name == EVERY_RULE:
            continue
        if name not in by_name:
            found.append(f"there is no rule '{name}'{_guess(name, by_name)}")
            continue
        known = [LEVEL, exemptions.KEY, *(setting.name for setting in by_name[name].settings)]
        found += [
            f"{name}: there is no setting '{key}'{_guess(key, known)}" for key in values if key not in known
        ]
        try:
            exemptions.exemptions(name, values)
        except ValueError as error:
            found.append(str(error))
    return found


def _guess(name: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean '{close[0]}'?" if close else f"; there are: {', '.join(sorted(known))}."
