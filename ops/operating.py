"""Who acts, how long they wait, and the world they act on."""

from __future__ import annotations

import getpass
import time
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from rollback_guard.act import World
from rollback_guard.patience import Patience

if TYPE_CHECKING:
    from collections.abc import Callable

    from ops.clients import Clients
    from ops.target import Target


def quiet(_text: str) -> None:
    """Say nothing."""


def who(clients: Clients) -> str:
    """The caller as AWS knows them, or as this machine does."""
    try:
        return str(clients.sts.get_caller_identity()["Arn"])
    except (ClientError, BotoCoreError):
        return getpass.getuser()


def waiting(seconds: float) -> Patience:
    """Patience of a person: so many seconds from now."""
    return Patience(time.monotonic() + seconds)


def world(clients: Clients, target: Target, patience: Patience, say: Callable[[str], None]) -> World:
    """What the shared act works on, with its events told in words."""

    def log(event: str, **fields: Any) -> None:
        if event == "STEP":
            say(f"  {fields['step']}: {fields['status']} ({fields['detail']})")
        else:
            say(f"  {event} {fields}")

    return World(target.settings(), clients, patience, time.time, log)
