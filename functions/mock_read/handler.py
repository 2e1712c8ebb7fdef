"""The Lambda handler. Builds the service once per execution environment; every event then goes through it."""

from __future__ import annotations

import gc
import os
import random
import time
from typing import Any

import boto3
from botocore.config import Config

from canary.read import contract
from mock_read.backend import forced
from mock_read.backend.breaker import Breaker
from mock_read.backend.canary import Canary
from mock_read.backend.prisma import Prisma
from mock_read.backend.sides import Sides
from mock_read.flags.choice import ByFlags
from mock_read.flags.flag_watch import FlagWatch
from mock_read.http.identity import Identity
from mock_read.observe import pseudonym, tracing
from mock_read.observe.observing import Lines, Observer
from mock_read.service import Service
from mock_read.settings import read
from mock_read.shadow.after import After
from mock_read.shadow.extension import Extension
from mock_read.shadow.judgement import Judgement
from mock_read.shadow.shadow import Shadow


def _client(name: str, read_s: float) -> Any:
    """Create a client with short time-outs and no retries.

    A retry would hide a fault and use up the deadline.

    Args:
        name: Name of the AWS service, as boto3 spells it.
        read_s: Read time-out in seconds. The connect time-out is the same, but at most 1 second.
    """
    config = Config(
        connect_timeout=min(1.0, read_s),
        read_timeout=read_s,
        retries={"total_max_attempts": 1},
        parameter_validation=False,
        max_pool_connections=4,
    )
    client: Any = boto3.client(name, config=config)  # type: ignore[call-overload]
    if name == "lambda":
        tracing.carry(client)
    return client


def build() -> Service:
    """Build the service from the environment variables.

    Raises:
        SettingsError: Variables are missing or invalid.
    """
    settings = read(os.environ)
    now, draw = time.time, random.Random()  # noqa: S311 - for jitter and sampling, not for secrets
    observer = Observer(settings.function_name, settings.metrics_namespace, now, Lines())
    key = pseudonym.derive(_client("kms", 1.0), settings.pseudonym_key_id, os.urandom)
    if key.why:
        observer.warn("PSEUDONYM-KEY", why=key.why)
        observer.metrics(PseudonymErrors=1)
    canary_s, shadow_s = settings.canary_deadline_ms / 1000, settings.shadow_deadline_ms / 1000
    canary = Prisma(_client("lambda", canary_s), settings.prisma_function_arn, counted=True)
    shadow = Prisma(_client("lambda", shadow_s), settings.shadow_function_arn)
    judgement = Judgement(contract.RULES, key.secret, observer, now, settings.noise_percent, draw)
    flags = FlagWatch(_client("appconfigdata", 0.5), settings, now, draw, observer)
    return Service(
        flags=flags,
        choice=ByFlags(flags, settings.bucket_salt),
        identity=Identity(
            settings.user_header, settings.user_path, settings.user_claim, authorized=settings.authorized
        ),
        sides=Sides(Canary(canary, Breaker(now, observer.say), canary_s, now), contract.mock),
        shadow=Shadow(shadow, shadow_s, judgement, observer, now),
        observer=observer,
        key=key,
        now=now,
        clock=time.perf_counter,
    )


SERVICE = build()
API = os.environ.get("AWS_LAMBDA_RUNTIME_API")
AFTER = After(
    SERVICE,
    Extension.register(API) if API else None,
    lambda why: SERVICE.observer.warn("EXTENSION", why=why),
)
SERVICE.flags.refresh()
AFTER.begin()
# Everything created so far lives as long as the execution environment. Freezing it keeps the garbage
# collector from scanning it again, above all during a request
# (https://docs.python.org/3.13/library/gc.html#gc.freeze).
gc.freeze()


def lambda_handler(event: Any, context: Any) -> dict[str, Any]:
    """Answer an event from the entry, or one from the release check."""
    remaining_s = context.get_remaining_time_in_millis() / 1000
    try:
        if forced.asked(event, context.invoked_function_arn):
            return forced.answer(SERVICE, event, context.aws_request_id, remaining_s)
        return SERVICE.handle(event, context.aws_request_id, remaining_s)
    finally:
        AFTER.answered(context.aws_request_id)
