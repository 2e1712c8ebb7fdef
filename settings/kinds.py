"""Kinds of configuration keys: what each allows, and how Pulumi's text becomes its value.

Pulumi hands every value over as text, lists as JSON. A kind stands in a dataclass field's metadata.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from canary import urls

if TYPE_CHECKING:
    from collections.abc import Callable

PROJECT = "huntaze-read-migration"
DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
"""`Decimal` would also take the digits of other scripts, and underscores between digits."""
TAG_VALUE = r"(?!(?i:aws:))[\w .:/=+@-]{1,256}"
"""https://docs.aws.amazon.com/tag-editor/latest/userguide/reference.html: letters, numbers, spaces and
``_ . : / = + - @``, at most 256; what begins with ``aws:`` is AWS's own:
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tag.html."""


@dataclass(frozen=True)
class Kind:
    """What a key allows.

    Attributes:
        schema: Its type in `Pulumi.yaml`.
        allowed: In words.
        parse: From Pulumi's text to the value; raises ValueError for what is not allowed, and
            `urls.MalformedError` where there is more to say than what is allowed.
    """

    schema: str
    allowed: str
    parse: Callable[[str], Any]


def _key(default: Any, schema: str, allowed: str, parse: Callable[[str], Any]) -> Any:
    return field(default=default, metadata={"kind": Kind(schema, allowed, parse)})


def number(default: float, low: float, high: float) -> Any:
    """A decimal number; a text to Pulumi, whose configuration has no decimals."""

    def parse(text: str) -> float:
        if not DECIMAL.fullmatch(text.strip()):
            raise ValueError(text)
        given = Decimal(text.strip())
        if not Decimal(str(low)) <= given <= Decimal(str(high)):
            raise ValueError(text)
        return int(given) if given == int(given) else float(given)

    return _key(default, "string", f"a number from {low:g} to {high:g}", parse)


def whole(default: int | None, low: int, high: int, schema: str = "integer") -> Any:
    """A whole number; without a default 0 stands for none, since the engine wants a value of every key."""

    def parse(text: str) -> int | None:
        if default is None and text.strip() == "0":
            return None
        if not re.fullmatch(r"-?[0-9]{1,9}", text.strip()) or not low <= int(text) <= high:
            raise ValueError(text)
        return int(text)

    none = "0 for none, or " if default is None else ""
    return _key(default, schema, f"{none}a whole number from {low} to {high}", parse)


def one_of(default: int, choices: tuple[int, ...]) -> Any:
    """One of some whole numbers."""

    def parse(text: str) -> int:
        if text.strip() not in map(str, choices):
            raise ValueError(text)
        return int(text)

    return _key(default, "integer", f"one of {', '.join(map(str, choices))}", parse)


def text(default: str | None, allowed: str = "a text of printable characters", pattern: str = r"\S.*") -> Any:
    """A text of a pattern, without the space around it; without a default an empty text stands for none."""

    def judge(given: str) -> str:
        if not given.isprintable() or not re.fullmatch(pattern, given):
            raise ValueError(given)
        return given

    return _judged(default, allowed, judge)


def _judged(default: str | None, allowed: str, judge: Callable[[str], str]) -> Any:
    def parse(given: str) -> str | None:
        return None if default is None and not given.strip() else judge(given.strip())

    return _key(default, "string", allowed if default is not None else f"empty for none, or {allowed}", parse)


def url(*, user: bool = False) -> Any:
    """An https URL, none by default; ``user`` allows a name and a password before its host."""

    def judge(given: str) -> str:
        urls.checked(given, "https", user=user)
        return given

    return _judged(None, "an https URL", judge)


def host() -> Any:
    """A host name or an IP address, none by default."""

    def judge(given: str) -> str:
        return given if ":" in given and urls.ipv6(given) else urls.host(given)

    return _judged(None, "a host name", judge)


def email() -> Any:
    """An e-mail address, none by default."""

    def judge(given: str) -> str:
        name, _, where = given.rpartition("@")
        if not re.fullmatch(r"[!-?A-~]{1,64}", name):
            raise ValueError(given)
        urls.host(where)
        return given

    return _judged(None, "an e-mail address", judge)


def choice(default: str, *choices: str) -> Any:
    """One of some texts."""
    return text(default, " or ".join(choices), "|".join(map(re.escape, choices)))


def flag(*, default: bool) -> Any:
    """Yes or no."""

    def parse(given: str) -> bool:
        if given not in {"true", "false"}:
            raise ValueError(given)
        return given == "true"

    return _key(default, "boolean", "true or false", parse)


def texts(allowed: str = "texts, none of them empty", pattern: str = r"\S.*") -> Any:
    """Some texts of a pattern, each once; an empty list stands for none."""

    def parse(given: str) -> tuple[str, ...]:
        try:
            items = json.loads(given)
        except RecursionError as error:
            raise ValueError(given) from error
        if not isinstance(items, list):
            raise ValueError(given)  # noqa: TRY004 - callers know one error for all that is not allowed
        if not all(isinstance(item, str) and item.isprintable() for item in items):
            raise ValueError(given)
        found = tuple(item.strip() for item in items)
        if len(set(found)) < len(found) or not all(re.fullmatch(pattern, item) for item in found):
            raise ValueError(given)
        return found

    return _key((), "array", f"a list of {allowed}, each once", parse)
