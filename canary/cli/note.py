"""The description of a deployment: who, why, from what to what, where AppConfig keeps it for good.

It holds 1,024 characters and must stay JSON, or it could not be told from a change made in the console. So
it is the reason that is cut short; the audit trail has all of it.
https://docs.aws.amazon.com/appconfig/2019-10-09/APIReference/API_StartDeployment.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

LIMIT = 1024
CUT = "…"
"""Where a text was cut short."""


def note(verb: str, who: str, why: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """A description that fits."""
    return fitting({"verb": verb, "who": who, "why": why, "before": before, "after": after}, LIMIT)


def fitting(told: Mapping[str, Any], limit: int) -> str:
    """JSON of at most so many characters: its longest text is cut, again and again, and never the JSON.

    Args:
        told: Texts, and what is made of them, by name.
        limit: Characters.
    """
    kept = dict(told)
    while len(text := json.dumps(kept, ensure_ascii=False, default=str)) > limit:
        name, longest = max(((key, _text(value)) for key, value in kept.items()), key=lambda one: len(one[1]))
        over = min(len(text) - limit + len(CUT), max(1, len(longest) // 2))
        kept[name] = longest[:-over].removesuffix(CUT) + CUT if len(longest) > len(CUT) else ""
        if not any(_text(value) for value in kept.values()):
            return "{}"
    return text


def _text(value: Any) -> str:
    """A value as it can be cut; numbers and the like are not."""
    if isinstance(value, str):
        return value
    return json.dumps(value, default=str) if isinstance(value, dict | list) else ""
