"""What the engine does not check in a configuration: names, and that days exist.

The engine checks the values of known keys against their schemas. A misspelt rule or key it would let pass,
and the default would hold in silence.
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
"""The engine's own name for a level of every rule."""
LEVEL = "enforcementLevel"


def faults(configuration: Mapping[str, Mapping[str, Any]], rules: Iterable[Rule]) -> list[str]:
    """What is wrong with a configuration, as sentences; nothing when it is right.

    Args:
        configuration: Keys and values by rule.
        rules: Those of the pack.
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
