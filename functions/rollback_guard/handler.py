"""The Lambda handler: everything is built once a sandbox, then each event goes to the guard."""

from __future__ import annotations

import os
import time
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from canary.unit.act.act import World
from canary.unit.clients import Clients
from canary.unit.ids import resolved
from canary.unit.patience import Patience
from canary.unit.settings import read
from rollback_guard import tracing
from rollback_guard.guard import Guard
from rollback_guard.observing import Observer

MARGIN_S = 3.0
"""Kept back from the function's time-out for the call in flight and for the latch."""

CONFIG = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})


def _client(service: str) -> Any:
    """A client; boto3's stubs know a name only as a literal."""
    make: Any = boto3.client
    return make(service, config=CONFIG)


@cache
def guard() -> Guard:
    """Build the guard from the environment.

    Raises:
        SettingsError: The environment is not what the stack sets.
        UnknownNameError: It names what AppConfig does not have.
    """
    tracing.start()
    clients = Clients(_client)
    settings = resolved(read(os.environ), clients)
    observer = Observer(settings.guard_name, settings.metrics_namespace, time.time)

    def world(seconds: float) -> World:
        return World(settings, clients, Patience(time.monotonic() + seconds), time.time, observer.log)

    return Guard(world, observer)


def lambda_handler(event: Any, context: Any) -> dict[str, Any]:
    """React to an alarm or a tick."""
    return guard().run(event, max(1.0, context.get_remaining_time_in_millis() / 1000 - MARGIN_S))
