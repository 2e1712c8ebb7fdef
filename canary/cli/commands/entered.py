"""What is typed, before anything is done with it: visible text, and a reason that says something."""

from __future__ import annotations

import unicodedata

from canary.unit.visible import escaped, is_visible

LONGEST_REASON = 256
"""Characters. At the worst of JSON's escapes, 12 each, the latch's 4,096 characters hold it (SSM's standard
parameter); AppConfig's 1,024 hold it beside who and from what to what."""
SAYING = "LNPS"
"""Categories of what is seen by itself: letters, numbers, punctuation, signs; no space, no combining mark."""


class EnteredError(ValueError):
    """What was typed cannot be used; says what is wrong with it and what is allowed."""


def entered(text: str) -> str:
    """Typed text with line ends, tabs and other spaces as plain spaces.

    Raises:
        EnteredError: It holds a byte that is not UTF-8, or a character that nobody sees.
    """
    folded = "".join(" " if each.isspace() else each for each in text)
    for place, each in enumerate(folded, 1):
        if not is_visible(each):
            raise EnteredError(f"{_called(each)}, at character {place}: write it without.")
    return folded


def reason(text: str) -> str:
    """A reason as the trail keeps it: on one line, without spaces around it.

    Raises:
        EnteredError: It says nothing, is too long, or is not visible text.
    """
    said = " ".join(entered(text).split())
    if not any(unicodedata.category(each)[0] in SAYING for each in said):
        raise EnteredError("it says nothing: give a reason in words, such as 'users report old prices'.")
    if len(said) > LONGEST_REASON:
        raise EnteredError(f"it has {len(said)} characters, and {LONGEST_REASON} are kept: give the gist.")
    return said


def _called(character: str) -> str:
    """A character that is not shown, by what it is called."""
    if "\udc80" <= character <= "\udcff":
        # How Python hands over a byte that it could not decode: https://peps.python.org/pep-0383/
        return f"the byte 0x{ord(character) - 0xDC00:02X} is not UTF-8"
    name = unicodedata.name(character, "a character without a name")
    return f"{escaped(character)} ({name}) is not visible"
