"""A limit on how long somebody waits for a piece of work, whatever the work does.

A socket's time-out bounds one read, not the call: an answer that dribbles in, a slow name server or a
credential refresh all get past it.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")

MAX_LEFT_BEHIND = 8
"""Pieces of work that may be left behind unfinished; with more, nothing new is begun."""

_left_behind: set[threading.Thread] = set()


class OverrunError(Exception):
    """The work did not end in time, or could not begin."""


def within(seconds: float, work: Callable[[], Result]) -> Result:
    """Do work on a thread and wait for it this long.

    Work that overruns is left behind and goes on; what it returns is dropped.

    Raises:
        OverrunError: It took longer, or too much is left behind already.
        Exception: What the work raised.
    """
    _left_behind.difference_update([thread for thread in tuple(_left_behind) if not thread.is_alive()])
    if len(_left_behind) >= MAX_LEFT_BEHIND:
        raise OverrunError
    returned: list[Result] = []
    raised: list[BaseException] = []

    def run() -> None:
        try:
            returned.append(work())
        except BaseException as error:  # noqa: BLE001 - handed over to whoever waits
            raised.append(error)

    thread = threading.Thread(target=run, name="within", daemon=True)
    try:
        thread.start()
    except RuntimeError as error:
        raise OverrunError from error
    thread.join(max(0.0, seconds))
    if raised:
        raise raised[0]
    if not returned:
        _left_behind.add(thread)
        raise OverrunError
    return returned[0]
