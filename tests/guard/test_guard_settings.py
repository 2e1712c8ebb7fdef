"""What the guard is told by its stack: complete, or refused with every variable that is wrong."""

from __future__ import annotations

import json

import pytest

from canary.unit.settings import TELL_AGAIN_AFTER_S, SettingsError, read

GIVEN = {
    "APPCONFIG_APPLICATION": "app",
    "RAMP_ENVIRONMENT": "ramp",
    "FLAG_PROFILE": "read-flags",
    "KILL_ENVIRONMENT": "kill",
    "KILL_PROFILE": "kill-switch",
    "RAMP_STRATEGY": "bakes",
    "KILL_STRATEGY": "at-once",
    "LATCH_PARAMETER": "/latch",
    "TOPIC_ARN": "arn:topic",
    "CODEDEPLOY_APPLICATION": "app",
    "CODEDEPLOY_GROUP": "group",
    "FUNCTION_NAME": "mock-read",
    "PRISMA_FUNCTION": "prisma-read",
    "ALIAS_NAME": "live",
    "METRICS_NAMESPACE": "N",
    "ALARM_NAMES": json.dumps({"canaryP95": "slow", "shadowLoss": "loss"}),
    "THRESHOLDS": "{}",
}


def test_what_the_stack_sets_is_read() -> None:
    """GIVEN every variable WHEN read THEN known, and only alarms that roll back are acted on."""
    settings = read(
        {**GIVEN, "AWS_LAMBDA_FUNCTION_NAME": "guard", "TELL_AGAIN_AFTER_S": "90", "SETTLE_S": "75"}
    )
    assert (settings.guard_name, settings.tell_again_after_s, settings.settle_s) == ("guard", 90.0, 75.0)
    assert settings.rollback_alarms == ["slow"]
    assert (read(GIVEN).tell_again_after_s, read(GIVEN).settle_s) == (TELL_AGAIN_AFTER_S, 0.0)


@pytest.mark.parametrize("name", GIVEN)
def test_a_variable_that_is_missing_is_named(name: str) -> None:
    """GIVEN one variable less WHEN read THEN refused by its name."""
    with pytest.raises(SettingsError, match=f"{name} is missing"):
        read({variable: value for variable, value in GIVEN.items() if variable != name})


@pytest.mark.parametrize("value", ["soon", "0", "-1", "inf", "nan"])
def test_a_time_that_is_none_is_refused(value: str) -> None:
    """GIVEN no number of seconds above 0 WHEN read THEN refused, with everything else that is wrong."""
    with pytest.raises(SettingsError, match=r"ALARM_NAMES is not a JSON object; TELL_AGAIN_AFTER_S is not"):
        read({**GIVEN, "ALARM_NAMES": "[", "TELL_AGAIN_AFTER_S": value})
