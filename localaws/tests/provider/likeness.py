"""Whether what came back holds what was given: sets in any order, structures with more in them."""

from __future__ import annotations

import json
from typing import Any


def holds(live: Any, given: Any) -> bool:
    """Whether `given` is in `live`, which may say more where the service fills in."""
    match given, live:
        case dict(), dict():
            return all(holds(live.get(key), value) for key, value in given.items())
        case list(), list():
            return len(given) == len(live) and all(map(holds, _sorted(live), _sorted(given)))
        case _:
            return bool(given == live)


def _sorted(values: list[Any]) -> list[Any]:
    return sorted(values, key=lambda value: json.dumps(value, sort_keys=True, default=str))
