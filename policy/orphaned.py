"""Ends the pack as soon as its engine is gone, even if the engine was killed and could not end the pack.

The SDK serves until it is interrupted, and a killed engine interrupts no one:
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
    """Watch the engine in the background, if the arguments name one. A pack may also be run by hand.

    Args:
        arguments: The pack's command line, `python -m pulumi.policy [OPTIONS] ENGINE FOLDER`.
    """
    engine = engine_in(arguments)
    if engine is not None:
        threading.Thread(target=await_end, args=(engine, lambda: os._exit(1)), daemon=True).start()


def engine_in(arguments: Sequence[str]) -> Address | None:
    """Find the engine's address among the arguments."""
    for argument in arguments:
        if found := re.fullmatch(r"([\w.-]+):(\d+)", argument):
            return found[1], int(found[2])
    return None


def await_end(engine: Address, ended: Callable[[], object]) -> None:
    """Wait until no one listens at an address any more.

    A live engine closes a silent connection after two minutes. The connection is then opened again.

    Args:
        engine: Address to watch.
        ended: Called once, when the engine is gone.
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
