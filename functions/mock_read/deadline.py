"""A limit on how long the caller waits for a piece of work, whatever that work does.

A socket time-out bounds one read, not the whole call. A response that trickles in, a slow name server or a
credential refresh can all outlast it.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")

MAX_LEFT_BEHIND = 8
"""Maximum number of unfinished pieces of work left behind. Once it is reached, no new work is started."""

_left_behind: set[threading.Thread] = set()


class OverrunError(Exception):
    """The work did not end in time, or could not be started."""


def within(seconds: float, work: Callable[[], Result]) -> Result:
    """Run work on a thread and wait at most this long for it.

    Work that overruns is left behind: it keeps running, and its result is dropped.

    Args:
        seconds: Longest wait.
        work: What to run.

    Returns:
        What the work returned.

    Raises:
        OverrunError: The work took longer, or could not be started: no thread was available, or too many
            pieces of work have been left behind already.
        Exception: Whatever the work raised.
    """
    _left_behind.difference_update([thread for thread in tuple(_left_behind) if not thread.is_alive()])
    if len(_left_behind) >= MAX_LEFT_BEHIND:
        raise OverrunError
    returned: list[Result] = []
    raised: list[BaseException] = []

    def run() -> None:
        try:
            returned.append(work())
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that waits
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
