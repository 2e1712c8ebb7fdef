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


def note(verb: str, who: str, why: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """A description that fits."""
    cut = why
    while True:
        trail = {"verb": verb, "who": who, "why": cut, "before": before, "after": after}
        text = json.dumps(trail, ensure_ascii=False)
        over = len(text) - LIMIT
        if over <= 0 or not cut:
            return text
        cut = cut[: max(0, len(cut) - over)]
