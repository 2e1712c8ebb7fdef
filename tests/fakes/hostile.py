"""Hostile text, and an oracle for what a terminal may be given that uses none of our code."""

from __future__ import annotations

import json
import unicodedata
from typing import Any, NoReturn

from hypothesis import strategies as st

SEQUENCES = (
    "\x1b[2J\x1b[1;1H",
    "\x1b]8;;https://evil.example\x1b\\here\x1b]8;;\x07",
    "\x1b]52;c;cm0gLXJmIC8=\x07",
    "\x9b31m",
    "\x9d0;title\x9c",
    "\r\nall is well",
    "\n2026-11-25T12:00:00+00:00  ramp      done        root: forged",
    '"}\n{"forged": true}',
    "\u202egnp.exe\u202c",
    "\u2066\u2069\u200b\u200d\ufeff",
    "\U000e0041\U000e0042\U000e007f",
    "\u2028\u2029\x85\x0b\x0c\x00\x08\x7f",
    "\ue000\U0010ffff",
    "[bold red]markup[/]",
)
"""Screens cleared, links and clipboards (OSC 8 and 52), 8-bit controls, forged lines, bidi, tags, markup."""
NOT_SHOWN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})


def hostile(*, surrogates: bool = True) -> st.SearchStrategy[str]:
    """Draw any text, with terminal control sequences far more often than by chance."""
    anything = st.characters() if surrogates else st.characters(codec="utf-8")
    part = st.one_of(st.sampled_from(SEQUENCES), st.text(anything, max_size=6), st.just("users complain "))
    return st.lists(part, min_size=1, max_size=5).map("".join)


def shown_badly(text: str) -> list[str]:
    """Return characters that no person sees and a terminal may obey; line ends belong to the printer."""
    return [each for each in text if each != "\n" and unicodedata.category(each) in NOT_SHOWN]


def parsed(text: str) -> Any:
    """Parse a document by RFC 8259, without NaN or Infinity, and in ASCII only.

    Raises:
        ValueError: It is not such a document.
    """
    if not text.isascii() or shown_badly(text):
        raise ValueError(f"not printable ASCII: {text!r}")
    return json.loads(text, parse_constant=_refused)


def _refused(constant: str) -> NoReturn:
    raise ValueError(constant)
