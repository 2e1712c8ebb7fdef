"""A user's pseudonym as an operator types it: what the functions write as ``userId``, and nothing else."""

from __future__ import annotations

import re

from canary.cli.errors import WrongUsageError

_PSEUDONYM = re.compile(r"[0-9a-f]{16}")
"""The entry function's own form, an 8-byte hash in hexadecimal."""


def pseudonym(text: str) -> str:
    """The pseudonym, in the small letters that the functions write.

    Raises:
        WrongUsageError: It is none, so it would find no one, or would change what is asked.
    """
    found = text.lower()
    if not _PSEUDONYM.fullmatch(found):
        raise WrongUsageError(
            f"--user {text!r}: a pseudonym is 16 hexadecimal digits, such as 0123456789abcdef. Take it from "
            "`userId` in `canary logs`; user ids themselves are never written."
        )
    return found
