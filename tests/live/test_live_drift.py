"""What somebody changes outside of the command is named by `canary status`, and mended; a release stays."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.live.player import Player
    from tests.live.unit import Unit

pytestmark = pytest.mark.slow

RELEASED = "2"
ON = {
    "version": "1",
    "flags": {"prismaAdapter": {"name": "prismaAdapter"}, "prismaShadow": {"name": "prismaShadow"}},
    "values": {"prismaAdapter": {"enabled": False}, "prismaShadow": {"enabled": False}},
}


def alias(unit: Unit) -> dict[str, Any]:
    """Where the entry function's alias leads."""
    found: dict[str, Any] = unit.make("lambda").get_alias(FunctionName=unit.target.mock_function, Name="live")
    return found


def attention(unit: Unit) -> list[str]:
    """What `canary status` says needs a person; its exit code says whether anything does."""
    ran = unit.canary("status", "--json")
    sentences: list[str] = ran.document["attention"]
    assert ran.code == (3 if sentences else 0)
    return sentences


def move_alias(unit: Unit, version: str) -> None:
    """As somebody in a hurry does it."""
    unit.make("lambda").update_alias(
        FunctionName=unit.target.mock_function, Name="live", FunctionVersion=version
    )


def edit_flag(unit: Unit) -> None:
    """A version and a deployment of the ramp's flags, from the console as it were."""
    appconfig, target = unit.make("appconfig"), unit.target
    version = appconfig.create_hosted_configuration_version(
        ApplicationId=target.appconfig_application_id,
        ConfigurationProfileId=target.flag_profile_id,
        Content=json.dumps(ON).encode(),
        ContentType="application/json",
    )["VersionNumber"]
    appconfig.start_deployment(
        ApplicationId=target.appconfig_application_id,
        EnvironmentId=target.ramp_environment_id,
        ConfigurationProfileId=target.flag_profile_id,
        ConfigurationVersion=str(version),
        DeploymentStrategyId=target.kill_strategy_id,
        Description="a quick fix",
    )


def disable_alarm(unit: Unit) -> None:
    """Its state goes on changing; nothing happens when it does."""
    unit.make("cloudwatch").disable_alarm_actions(AlarmNames=[unit.target.alarms["canaryErrorRate"]])


def detach_monitors(unit: Unit) -> None:
    """The ramp's environment watches nothing any more."""
    unit.make("appconfig").update_environment(
        ApplicationId=unit.target.appconfig_application_id,
        EnvironmentId=unit.target.ramp_environment_id,
        Monitors=[],
    )


@pytest.fixture(scope="module")
def healthy(played: Player) -> Unit:
    """GIVEN a unit on which nothing needs attention, with a second version released."""
    assert attention(played.unit) == []
    assert alias(played.unit)["FunctionVersion"] == RELEASED
    return played.unit


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda unit: move_alias(unit, "1"), "huntaze-mock-read:live is at version 1, moved by hand"),
        (edit_flag, "was made outside of this command: 'a quick fix'"),
        (disable_alarm, "huntaze-canary-error-rate-gt-2pct is disabled (ActionsEnabled=false)"),
        (detach_monitors, "huntaze-canary-error-rate-gt-2pct"),
    ],
    ids=["alias moved", "flag edited", "alarm disabled", "monitors detached"],
)
def test_drift_is_named(healthy: Unit, spoil: Callable[[Unit], None], says: str) -> None:
    """WHEN it is changed outside THEN `canary status` names it and exits with 3."""
    before = set(attention(healthy))
    spoil(healthy)
    new = [sentence for sentence in attention(healthy) if sentence not in before]
    assert len(new) == 1
    assert says in new[0]


def test_pulumi_restores_what_is_the_stacks_and_keeps_what_codedeploy_did(healthy: Unit) -> None:
    """WHEN the alias is put back, the flags set, and `pulumi up --refresh` run THEN nothing needs attention.

    The alias stays at the version that CodeDeploy released, of which the stack's program knows nothing.
    """
    move_alias(healthy, RELEASED)
    healthy.canary("enable", "--percentage", "0", "--shadow", "0", "--reason", "as it was", code=0)
    healthy.engine.up(refresh=True)
    assert alias(healthy)["FunctionVersion"] == RELEASED
    assert attention(healthy) == []
    assert healthy.engine.up(refresh=True).changed == 0
