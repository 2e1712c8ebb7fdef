"""Who acts, how long they wait, and the world they act on."""

from __future__ import annotations

import contextlib
import getpass
import os
import time
from typing import TYPE_CHECKING, Any

from canary.stored import encodable
from canary.unit.act.act import World
from canary.unit.patience import Patience

if TYPE_CHECKING:
    from collections.abc import Callable

    from canary.cli.clients import Clients
    from canary.cli.target import Target


def quiet(_text: str) -> None:
    """Say nothing."""


def who(clients: Clients) -> str:
    """The caller as AWS knows them, or as this machine does. Never fails: a rollback waits for no name."""
    try:
        return encodable(str(clients.sts.get_caller_identity()["Arn"]))
    except Exception:  # noqa: BLE001 - whatever answered in place of STS
        return f"{_local_user()} on this machine (AWS did not say who)"


def _local_user() -> str:
    """The user here: by name, or by number where the user database does not know it."""
    try:
        return encodable(getpass.getuser())
    except (KeyError, OSError, ImportError):
        return f"user {os.getuid()}" if hasattr(os, "getuid") else "unknown user"


def heard(say: Callable[[str], None]) -> Callable[[str], None]:
    """The same, going on when no one can be told: a closed pipe or terminal stops no change half-way."""

    def told(text: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            say(text)

    return told


def waiting(seconds: float) -> Patience:
    """Patience of a person: so many seconds from now."""
    return Patience(time.monotonic() + seconds)


def world(clients: Clients, target: Target, patience: Patience, say: Callable[[str], None]) -> World:
    """What the shared act works on, with its events told in words."""
    tell = heard(say)

    def log(event: str, **fields: Any) -> None:
        if event == "STEP":
            tell(f"  {fields['step']}: {fields['status']} ({fields['detail']})")
        else:
            tell(f"  {event} {fields}")

    return World(target.settings(), clients, patience, time.time, log)
