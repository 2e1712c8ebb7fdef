"""The Lambda handler. Builds the guard once per execution environment; every event then goes through it."""

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
"""Seconds of the function's time-out that are reserved for the call in flight and for the latch."""

CONFIG = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})


def _client(service: str) -> Any:
    """Create a client. boto3's stubs accept a service's name only as a literal, so ``make`` is ``Any``."""
    make: Any = boto3.client
    return make(service, config=CONFIG)


@cache
def guard() -> Guard:
    """Build the guard from the environment variables.

    Raises:
        SettingsError: Variables are missing or invalid.
        UnknownNameError: A variable names something that AppConfig does not have.
    """
    tracing.start()
    clients = Clients(_client)
    settings = resolved(read(os.environ), clients)
    observer = Observer(settings.guard_name, settings.metrics_namespace, time.time)

    def world(seconds: float) -> World:
        return World(settings, clients, Patience(time.monotonic() + seconds), time.time, observer.log)

    return Guard(world, observer)


def lambda_handler(event: Any, context: Any) -> dict[str, Any]:
    """React to an alarm, a tick or a self-test."""
    return guard().run(event, max(1.0, context.get_remaining_time_in_millis() / 1000 - MARGIN_S))
