"""Ends the pack as soon as its engine is gone, also when that was killed and could end nothing itself.

The SDK serves until it is interrupted, and an engine that was killed interrupts no one:
https://github.com/pulumi/pulumi-policy/blob/main/sdk/python/lib/pulumi_policy/policy.py.
"""

from __future__ import annotations

import os
import re
import socket
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Address = tuple[str, int]


def end_with_engine(arguments: Sequence[str]) -> None:
    """Watch the engine in the background, if one is named: a pack may also be run by hand.

    Args:
        arguments: The pack's command line, `python -m pulumi.policy [OPTIONS] ENGINE FOLDER`.
    """
    engine = engine_in(arguments)
    if engine is not None:
        threading.Thread(target=await_end, args=(engine, lambda: os._exit(1)), daemon=True).start()


def engine_in(arguments: Sequence[str]) -> Address | None:
    """The engine's address among arguments."""
    for argument in arguments:
        if found := re.fullmatch(r"([\w.-]+):(\d+)", argument):
            return found[1], int(found[2])
    return None


def await_end(engine: Address, ended: Callable[[], object]) -> None:
    """Wait until no one listens at an address any more.

    An engine that lives closes a connection on which nothing is said after two minutes; it is opened again.

    Args:
        engine: Where to look.
        ended: Called once.
    """
    while True:
        try:
            with socket.create_connection(engine) as connection:
                while connection.recv(4096):
                    pass
        except ConnectionResetError:
            continue
        except OSError:
            break
    ended()
