"""What the guard is told by its stack: names of the things it acts on, and limits."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

ROLLBACK_ALARMS = ("overallErrorRate", "canaryErrorRate", "canaryP95")
"""Roles of the alarms that roll back; the others only tell people."""

TELL_AGAIN_AFTER_S = 120.0


class SettingsError(RuntimeError):
    """The environment is not what the stack sets; names every variable that is wrong."""


@dataclass(frozen=True)
class Settings:
    """Names of one unit's parts.

    Attributes:
        application: AppConfig application id.
        ramp_environment: Id of the environment that alarms watch.
        kill_environment: Id of the environment that nothing watches.
        ramp_strategy: Id of the strategy that bakes.
        kill_strategy: Id of the strategy of 0 minutes and 0 bake.
        latch_parameter: SSM parameter; while it exists, nobody turns the canary on.
        function_name: The entry function.
        prisma_function: The function that canary users read from; empty where nothing is judged.
        alarm_names: Alarm names by role.
        thresholds: The go/no-go numbers as the stack exports them.
        tell_again_after_s: Seconds after which a run that was to tell people, and did not say that it has,
            is taken for dead. It must be longer than a run can take.
        settle_s: Seconds after a step began in which sandboxes may still serve the step before: what is
            counted then is no evidence about the split. The stack sets a poll interval and a minute.
    """

    application: str
    ramp_environment: str
    flag_profile: str
    kill_environment: str
    kill_profile: str
    ramp_strategy: str
    kill_strategy: str
    latch_parameter: str
    topic_arn: str
    codedeploy_application: str
    codedeploy_group: str
    function_name: str
    alias_name: str
    metrics_namespace: str
    alarm_names: Mapping[str, str]
    thresholds: Mapping[str, Any]
    guard_name: str = "rollback-guard"
    prisma_function: str = ""
    tell_again_after_s: float = TELL_AGAIN_AFTER_S
    settle_s: float = 0.0

    @property
    def rollback_alarms(self) -> list[str]:
        """Names of the alarms that roll back, which are those that watch the ramp environment."""
        return [self.alarm_names[role] for role in ROLLBACK_ALARMS if role in self.alarm_names]

    @property
    def told_parameter(self) -> str:
        """SSM parameter that decides which of several runs tells people."""
        return f"{self.latch_parameter}-told"


_TEXTS = {
    "application": "APPCONFIG_APPLICATION",
    "ramp_environment": "RAMP_ENVIRONMENT",
    "flag_profile": "FLAG_PROFILE",
    "kill_environment": "KILL_ENVIRONMENT",
    "kill_profile": "KILL_PROFILE",
    "ramp_strategy": "RAMP_STRATEGY",
    "kill_strategy": "KILL_STRATEGY",
    "latch_parameter": "LATCH_PARAMETER",
    "topic_arn": "TOPIC_ARN",
    "codedeploy_application": "CODEDEPLOY_APPLICATION",
    "codedeploy_group": "CODEDEPLOY_GROUP",
    "function_name": "FUNCTION_NAME",
    "prisma_function": "PRISMA_FUNCTION",
    "alias_name": "ALIAS_NAME",
    "metrics_namespace": "METRICS_NAMESPACE",
}
_DOCUMENTS = {"alarm_names": "ALARM_NAMES", "thresholds": "THRESHOLDS"}


def read(environment: Mapping[str, str]) -> Settings:
    """Read the settings from a Lambda environment.

    Raises:
        SettingsError: Lists every variable that is missing or not JSON.
    """
    wrong = [f"{variable} is missing" for variable in _TEXTS.values() if not environment.get(variable)]
    documents: dict[str, dict[str, Any]] = {}
    for name, variable in _DOCUMENTS.items():
        try:
            documents[name] = dict(json.loads(environment[variable]))
        except KeyError:
            wrong.append(f"{variable} is missing")
        except (ValueError, TypeError):
            wrong.append(f"{variable} is not a JSON object")
    again = _seconds(environment, "TELL_AGAIN_AFTER_S", TELL_AGAIN_AFTER_S)
    if again is None:
        wrong.append("TELL_AGAIN_AFTER_S is not a number of seconds above 0")
    settle = _seconds(environment, "SETTLE_S", 0.0, least=0.0)
    if settle is None:
        wrong.append("SETTLE_S is not a number of seconds from 0")
    if wrong:
        raise SettingsError("; ".join(wrong))
    return Settings(
        **{name: environment[variable] for name, variable in _TEXTS.items()},
        alarm_names=documents["alarm_names"],
        thresholds=documents["thresholds"],
        guard_name=environment.get("AWS_LAMBDA_FUNCTION_NAME", "rollback-guard"),
        tell_again_after_s=again or TELL_AGAIN_AFTER_S,
        settle_s=settle or 0.0,
    )


def _seconds(environment: Mapping[str, str], name: str, default: float, least: float = 0.001) -> float | None:
    """An optional number of seconds; ``None`` for anything that is none."""
    try:
        seconds = float(environment.get(name) or default)
    except ValueError:
        return None
    return seconds if least <= seconds < float("inf") else None
