"""The first Ctrl-C ends a verb within a second: what is still to be written down has only so long.

AWS may be what does not answer, and then the note that a change was interrupted would wait for its retries.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

LAST_WORDS_S = 0.6
"""Enough for a call or two on a connection that is open."""


def within(seconds: float, work: Callable[[], object]) -> bool:
    """Do work beside this thread, and go on without it when it takes too long.

    Args:
        seconds: How long to wait for it.
        work: Whatever it raises is raised here, if it was raised in time.

    Returns:
        Whether it has ended.
    """
    raised: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - it is raised again where it is waited for
            raised.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if raised:
        raise raised[0]
    return not thread.is_alive()
