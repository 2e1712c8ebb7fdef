"""Documents as anyone might have stored them: nothing like a valid one, or almost valid."""

from __future__ import annotations

import json
import string
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

NAMES = (
    *("when", "by", "reason", "evidence", "steps", "finished", "resuming", "status", "detail"),
    *("flags", "values", "version", "prismaAdapter", "prismaShadow", "prismaKill", "enabled", "percentage"),
    *(
        "allow",
        "of",
        "at",
        "confirmed",
        "Resources",
        "Hooks",
        "Properties",
        "verb",
        "who",
        "why",
        "",
        "\ud800",
    ),
)
TEXTS = (
    *("", "abc", "done", "not needed", "true", "2999-01-01T00:00:00+00:00", "\x00\x1b[2J", "\u202e"),
    *("\ud83d", "\U0001f4a5" * 400, "x" * 5000, "<html>504</html>", "Rollback by no one", "{", "null"),
)
NUMBERS = (0, -1, 1, 100, 101, 0.5, -0.0, 1e308, 10**39, 4102444800, float("nan"), float("inf"))


def garbage(rng: random.Random, sound: Sequence[str]) -> bytes:
    """Make one document; many are made from a valid one in `sound`."""
    return rng.choice(WAYS)(rng, rng.choice(sound))


def value(rng: random.Random, depth: int = 0) -> Any:
    """Make any JSON value, including some that only Python's parser accepts."""
    kind = rng.randrange(8 if depth < 4 else 6)
    if kind == 6:
        return [value(rng, depth + 1) for _ in range(rng.randrange(4))]
    if kind == 7:
        return {rng.choice(NAMES): value(rng, depth + 1) for _ in range(rng.randrange(5))}
    return rng.choice([None, True, False, rng.choice(TEXTS), rng.choice(TEXTS), rng.choice(NUMBERS)])


def _replaced(rng: random.Random, sound: str) -> bytes:
    """Replace one part with something else, or remove it."""
    try:
        document = json.loads(sound)
    except ValueError:
        return _cut(rng, sound)
    places: list[tuple[Any, Any]] = []
    found = [document]
    while found:
        here = found.pop()
        keys = list(here) if isinstance(here, dict) else list(range(len(here)))
        places += [(here, key) for key in keys]
        found += [here[key] for key in keys if isinstance(here[key], dict | list)]
    if not places:
        return _any(rng, sound)
    here, key = rng.choice(places)
    if isinstance(here, dict) and rng.random() < 0.2:
        del here[key]
    else:
        here[key] = value(rng)
    return json.dumps(document).encode()


def _twice(rng: random.Random, sound: str) -> bytes:
    """Add a name twice, with two values."""
    starts = [index for index, each in enumerate(sound) if each == "{"]
    if not starts:
        return _cut(rng, sound)
    at = rng.choice(starts) + 1
    name, more = json.dumps(rng.choice(NAMES[:-1])), json.dumps(value(rng))
    return f"{sound[:at]}{name}: {more}, {name}: {json.dumps(value(rng))}, {sound[at:]}".encode()


def _cut(rng: random.Random, sound: str) -> bytes:
    return sound[: rng.randrange(len(sound) + 1)].encode()


def _flipped(rng: random.Random, sound: str) -> bytes:
    text = list(sound)
    for _ in range(rng.randrange(1, 4)):
        if text:
            text[rng.randrange(len(text))] = rng.choice(string.printable)
    return "".join(text).encode()


def _any(rng: random.Random, _sound: str) -> bytes:
    return json.dumps(value(rng)).encode()


def _bytes(rng: random.Random, _sound: str) -> bytes:
    return rng.randbytes(rng.randrange(60))


def _deep(rng: random.Random, _sound: str) -> bytes:
    levels = rng.choice([33, 500, 990, 5_000, 100_000])
    first, last = rng.choice([("[", "]"), ('{"steps": ', "}"), ('[{"a": ', "}]")])
    closed = last * levels if rng.random() < 0.5 else ""
    return f"{first * levels}1{closed}".encode()


def _long_number(rng: random.Random, sound: str) -> bytes:
    digits = "9" * rng.choice([50, 400, 5_000])
    return f'{{"at": {digits}, "percentage": {digits}, "steps": {sound or 0}}}'.encode()


WAYS: tuple[Callable[[random.Random, str], bytes], ...] = (
    *(_replaced, _replaced, _replaced, _twice, _cut, _flipped),
    *(_any, _bytes, _deep, _long_number),
)
