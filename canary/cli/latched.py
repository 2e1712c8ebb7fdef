"""How a latch's author is named; one made by hand, as by the playbook's break-glass lines, has none."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from canary.unit.latch.latch import Latch


def author(latch: Latch) -> str:
    """``by NAME at TIME``, or ``by hand`` where nobody has written that down."""
    if latch.when:
        return f"by {latch.by} at {latch.when}"
    return "by whom is unreadable" if latch.unreadable else "by hand"
