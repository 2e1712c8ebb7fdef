"""The function's settings, read once from its environment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class SettingsError(RuntimeError):
    """The environment is not what the stack sets; names every variable that is wrong."""


@dataclass(frozen=True)
class Settings:
    """What the stack decides.

    Attributes:
        poll_interval_s: Seconds that a remembered flag is good for; AppConfig allows no less than 15.
        canary_deadline_ms: How long a canary user waits for Prisma before the mock answers.
        shadow_deadline_ms: How long a shadow call may take, after the response.
        bucket_salt: Part of the bucketing hash; not a secret.
        pseudonym_key_id: KMS HMAC key that pseudonyms are derived from.
        user_header: Header with the user's id where no authorizer names one.
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
    """Read the settings.

    Raises:
        SettingsError: Lists every variable that is missing or no positive number.
    """
    wrong = [f"{variable} is missing" for variable in _TEXT.values() if not environment.get(variable)]
    numbers: dict[str, float] = {}
    for field, (variable, default) in _POSITIVE.items():
        text = environment.get(variable, default)
        try:
            numbers[field] = float(text)
        except ValueError:
            numbers[field] = 0.0
        if numbers[field] <= 0:
            wrong.append(f"{variable}={text!r} is not a positive number")
    if wrong:
        raise SettingsError("; ".join(wrong))
    return Settings(
        **{field: environment[variable] for field, variable in _TEXT.items()},
        poll_interval_s=numbers["poll_interval_s"],
        canary_deadline_ms=int(numbers["canary_deadline_ms"]),
        shadow_deadline_ms=int(numbers["shadow_deadline_ms"]),
        user_header=environment.get("USER_HEADER", "x-user-id").lower(),
    )
