"""The Lambda handler: everything is built once a sandbox, then each event goes to the service."""

from __future__ import annotations

import os
import random
import time
from typing import Any

import boto3
from botocore.config import Config

from mock_read import contract, pseudonym, tracing
from mock_read.after import After
from mock_read.breaker import Breaker
from mock_read.canary import Prisma
from mock_read.flags import Flags
from mock_read.observing import Observer
from mock_read.service import Service
from mock_read.settings import read
from mock_read.shadow import Shadow


def _client(name: str, read_s: float) -> Any:
    """A client that waits briefly and never tries twice: a retry would hide a fault and cost the deadline."""
    config = Config(
        connect_timeout=min(1.0, read_s), read_timeout=read_s, retries={"total_max_attempts": 1}, parameter_validation=False
    )
    client = boto3.client(name, config=config)
    if name == "lambda":
        tracing.carry(client)
    return client


def build() -> Service:
    """Build the service from the environment.

    Raises:
        SettingsError: The environment is not what the stack sets.
    """
    settings = read(os.environ)
    observer = Observer(settings.function_name, settings.metrics_namespace)
    key = pseudonym.derive(_client("kms", 1.0), settings.pseudonym_key_id, os.urandom)
    if key.why:
        observer.warn("PSEUDONYM-KEY", why=key.why)
    flags = Flags(_client("appconfigdata", 0.5), settings, time.time, random.Random(), observer.flags)  # noqa: S311
    canary = Prisma(
        _client("lambda", settings.canary_deadline_ms / 1000), settings.prisma_function_arn, Breaker(time.time)
    )
    shadow_prisma = Prisma(_client("lambda", settings.shadow_deadline_ms / 1000), settings.shadow_function_arn, None)
    shadow = Shadow(shadow_prisma, key, observer, time.time)
    after = After(lambda deadline: SERVICE.after_response(deadline), os.environ.get("AWS_LAMBDA_RUNTIME_API"))
    service = Service(settings, flags, canary, shadow, after, observer, key, contract.mock, time.time)
    flags.refresh()
    after.begin()
    return service


SERVICE = build()


def lambda_handler(event: Any, context: Any) -> dict[str, Any]:
    """Answer one entry event."""
    deadline = time.time() + context.get_remaining_time_in_millis() / 1000
    return SERVICE.handle(event, context.aws_request_id, deadline)
