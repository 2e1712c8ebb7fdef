"""Settings of the entry function, read once from its environment variables."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class SettingsError(RuntimeError):
    """Environment variables are missing or invalid; the message names every one of them."""


@dataclass(frozen=True)
class Settings:
    """Settings that the stack passes to the function.

    Attributes:
        poll_interval_s: Seconds for which a reading of the flags stays valid, default 15. AppConfig allows no
            less than 15, and more than 60 is refused.
        canary_deadline_ms: Milliseconds that a canary user waits for Prisma before the mock answers,
            default 1500.
        shadow_deadline_ms: Milliseconds that a shadow call may take, after the response, default 2000.
        bucket_salt: Part of the bucketing hash; not a secret.
        pseudonym_key_id: KMS HMAC key that the pseudonyms are derived from.
        user_header: Header that holds the user id if no authorizer names the user, default ``x-user-id``.
            Behind a load balancer that signs users in, it is ``x-amzn-oidc-identity``.
        user_claim: The authorizer's claim that names the user, default ``sub``.
        authorized: Whether an authorizer stands in front of the function. If so, no header is believed.
        user_path: Start of the path that holds the user id, like ``/users/{user}``; ``""`` for none, which is
            the default. If set, the path names the user and the header does not.
        noise_percent: Percentage of compared requests that are read twice from each side, to measure how much
            of a difference is a side's own noise. Default 1.
    """

    function_name: str
    appconfig_application: str
    ramp_environment: str
    flag_profile: str
    kill_environment: str
    kill_profile: str
    poll_interval_s: float
    prisma_function_arn: str
    shadow_function_arn: str
    canary_deadline_ms: int
    shadow_deadline_ms: int
    metrics_namespace: str
    pseudonym_key_id: str
    bucket_salt: str
    user_header: str
    user_claim: str
    authorized: bool
    user_path: str
    noise_percent: float


LONGEST_POLL_S = 60
"""Longest poll interval in seconds. The kill switch takes effect within one poll interval."""

USER_IN_PATH = "{user}"
"""Placeholder for the user id in `Settings.user_path`."""

NAMED_BY = ("authorizer", "header")
"""Values of ``USER_NAMED_BY``: what names the user."""

_TEXT = {
    "function_name": "AWS_LAMBDA_FUNCTION_NAME",
    "appconfig_application": "APPCONFIG_APPLICATION",
    "ramp_environment": "RAMP_ENVIRONMENT",
    "flag_profile": "FLAG_PROFILE",
    "kill_environment": "KILL_ENVIRONMENT",
    "kill_profile": "KILL_PROFILE",
    "prisma_function_arn": "PRISMA_FUNCTION_ARN",
    "shadow_function_arn": "SHADOW_FUNCTION_ARN",
    "metrics_namespace": "METRICS_NAMESPACE",
    "pseudonym_key_id": "PSEUDONYM_KEY_ID",
    "bucket_salt": "BUCKET_SALT",
}
_POSITIVE = {
    "poll_interval_s": ("POLL_INTERVAL_S", "15"),
    "canary_deadline_ms": ("CANARY_DEADLINE_MS", "1500"),
    "shadow_deadline_ms": ("SHADOW_DEADLINE_MS", "2000"),
}


def read(environment: Mapping[str, str]) -> Settings:
    """Read the settings from environment variables.

    Raises:
        SettingsError: Variables are missing or invalid; the message lists all of them.
    """
    wrong = [
        f"{variable} is missing: the stack sets it"
        for variable in _TEXT.values()
        if not environment.get(variable)
    ]
    numbers = {field: _number(environment.get(name, default)) for field, (name, default) in _POSITIVE.items()}
    wrong += [
        f"{name}={environment[name]!r} is not a number above 0"
        for field, (name, _) in _POSITIVE.items()
        if numbers[field] <= 0
    ]
    if numbers["poll_interval_s"] > LONGEST_POLL_S:
        wrong.append(f"POLL_INTERVAL_S={environment['POLL_INTERVAL_S']!r} is more than {LONGEST_POLL_S}")
    noise = _number(environment.get("NOISE_PERCENT", "1"))
    if not 0 <= noise <= 100:  # noqa: PLR2004 - per cent
        wrong.append(f"NOISE_PERCENT={environment['NOISE_PERCENT']!r} is not a number from 0 to 100")
    user_path = environment.get("USER_PATH", "")
    if user_path and not (user_path.startswith("/") and user_path.count(USER_IN_PATH) == 1):
        wrong.append(
            f"USER_PATH={user_path!r} is not a path with {USER_IN_PATH} in it, like /users/{USER_IN_PATH}"
        )
    named_by = environment.get("USER_NAMED_BY")
    if named_by not in NAMED_BY:
        wrong.append(f"USER_NAMED_BY={named_by!r} is none of {', '.join(NAMED_BY)}")
    if wrong:
        raise SettingsError("; ".join(wrong))
    return Settings(
        **{field: environment[name] for field, name in _TEXT.items()},
        poll_interval_s=numbers["poll_interval_s"],
        canary_deadline_ms=int(numbers["canary_deadline_ms"]),
        shadow_deadline_ms=int(numbers["shadow_deadline_ms"]),
        user_header=environment.get("USER_HEADER", "x-user-id").lower(),
        user_claim=environment.get("USER_CLAIM", "sub"),
        authorized=named_by == "authorizer",
        user_path=user_path.rstrip("/"),
        noise_percent=noise,
    )


def _number(text: str) -> float:
    """Parse a finite number; return -1, which no setting allows, for any other text."""
    try:
        number = float(text)
    except ValueError:
        return -1
    return number if math.isfinite(number) else -1
