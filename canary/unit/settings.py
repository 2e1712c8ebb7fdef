"""Settings that the stack passes to the guard: names of the parts that it acts on, and limits."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

ROLLBACK_ALARMS = ("overallErrorRate", "canaryErrorRate", "canaryP95")
"""Roles of the alarms that roll back. The other alarms only tell people."""

TELL_AGAIN_AFTER_S = 120.0


class SettingsError(RuntimeError):
    """Environment variables are missing or invalid; the message names every one of them."""


@dataclass(frozen=True)
class Settings:
    """Names of one unit's parts, and its limits.

    The ids of AppConfig environments and profiles may be names until `ids.resolved` replaces them.

    Attributes:
        application: Id of the AppConfig application.
        ramp_environment: Id of the AppConfig environment that alarms watch.
        flag_profile: Id of the configuration profile of the ramp's flags.
        kill_environment: Id of the AppConfig environment that nothing watches.
        kill_profile: Id of the configuration profile of the kill switch.
        ramp_strategy: Id of the deployment strategy that bakes.
        kill_strategy: Id of the deployment strategy of 0 minutes and 0 bake time.
        latch_parameter: SSM parameter. While it exists, no one turns the canary on.
        topic_arn: ARN of the topic on which people are told.
        codedeploy_application: CodeDeploy application of the entry function.
        codedeploy_group: CodeDeploy deployment group of the entry function's alias.
        function_name: Name of the entry function.
        alias_name: Alias of the entry function that CodeDeploy moves.
        metrics_namespace: Namespace of the metrics that the functions emit.
        alarm_names: Alarm names by role.
        thresholds: The go/no-go numbers, as the stack exports them.
        guard_name: Name of the guard's function, default ``rollback-guard``.
        prisma_function: Function that canary users read from; empty, the default, if nothing is judged.
        tell_again_after_s: Seconds after which a run that was going to tell people, but did not confirm it,
            is taken to be dead. Must be longer than a run can take. Default 120.
        settle_s: Seconds after a step began during which execution environments may still serve the step
            before. What is counted then is no evidence about the split. The stack sets a poll interval plus a
            minute; default 0.
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
        """Names of the alarms that roll back; these are the alarms that watch the ramp environment."""
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
        SettingsError: Variables are missing or invalid; the message lists all of them.
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
    """Read an optional number of seconds; ``None`` for anything else."""
    try:
        seconds = float(environment.get(name) or default)
    except ValueError:
        return None
    return seconds if least <= seconds < float("inf") else None
