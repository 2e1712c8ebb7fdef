"""The operator's tidying verbs in a running cloud: old versions pruned, deployments' leavings torn down.

https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunction.html and
https://docs.aws.amazon.com/appconfig/latest/userguide/appconfig-cleanup.html
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from canary.cli.drift.drift import drift
from canary.cli.errors import OpsError
from canary.cli.release.prune import prune
from canary.cli.release.release import release
from canary.cli.teardown import teardown
from canary.unit.flags import documents
from canary.unit.latch.latch import Latch, Latches
from tests.on_localaws.small_unit import SmallUnit, make

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localaws.tests.cloud.live import Live

NUMBERS = itertools.count(1)


@pytest.fixture
def unit(live: Live) -> Iterator[SmallUnit]:
    """A unit of its own for each test."""
    with pytest.MonkeyPatch.context() as patched:
        for name, value in live.keys.environment().items():
            patched.setenv(name, value)
        yield make(live, f"operated-{next(NUMBERS)}")


def published(unit: SmallUnit) -> list[str]:
    """Versions of the entry function."""
    found = unit.live.client("lambda").list_versions_by_function(FunctionName=unit.entry)
    return [one["Version"] for one in found["Versions"] if one["Version"] != "$LATEST"]


def test_pruning_keeps_what_is_live_and_every_way_back(unit: SmallUnit) -> None:
    """GIVEN seven versions, two releases and a second alias WHEN pruned THEN only what nobody needs goes."""
    unit.publish(unit.entry)
    third = unit.publish(unit.entry)
    unit.shift_by(50, 1)
    release(unit.clients, unit.target, reason="first", wait_s=60)
    unit.live.client("lambda").create_alias(FunctionName=unit.entry, Name="pinned", FunctionVersion="2")
    for _ in range(3):
        unit.publish(unit.entry)
    sixth = published(unit)[-1]
    assert release(unit.clients, unit.target, reason="second", wait_s=60).alias == sixth
    seventh = unit.publish(unit.entry)

    looked = prune(unit.clients, unit.target, keep=1, dry_run=True)
    assert looked.deleted[unit.entry] == ["1", "4", "5"]
    assert published(unit) == ["1", "2", "3", "4", "5", "6", "7"]
    done = prune(unit.clients, unit.target, keep=1)
    assert done.deleted == looked.deleted
    assert published(unit) == ["2", "3", "6", "7"]
    kept = done.kept[unit.entry]
    assert kept["2"] == "live by alias pinned"
    assert kept[third].endswith("would be taken back to it")
    assert kept[sixth] == "live by alias live"
    assert kept[seventh] == "one of the newest"
    assert prune(unit.clients, unit.target, keep=1).deleted[unit.entry] == []
    assert unit.live.invoke(unit.entry, Qualifier="live") == sixth
    assert drift(unit.clients, unit.target).lines() == []


def test_nothing_is_pruned_during_a_release(unit: SmallUnit) -> None:
    """GIVEN a release in progress WHEN pruned THEN refused, and looking says what is in it."""
    after = unit.publish(unit.entry)
    unit.shift_by(20, 5)
    refused: list[str] = []

    def try_to(_text: str) -> None:
        if refused or not unit.alias()[1]:
            return
        with pytest.raises(OpsError, match="is in progress") as no:
            prune(unit.clients, unit.target, keep=1)
        refused.append(str(no.value))
        looked = prune(unit.clients, unit.target, keep=1, dry_run=True)
        assert looked.kept[unit.entry].keys() == {"1", after}
        unit.errors(5)

    release(unit.clients, unit.target, reason="test", wait_s=60, say=try_to)
    assert refused
    assert published(unit) == ["1", after]


def test_lambda_itself_keeps_a_version_that_an_alias_names(unit: SmallUnit) -> None:
    """GIVEN a live version WHEN it is deleted all the same THEN ResourceConflictException, as on AWS."""
    with pytest.raises(ClientError) as refused:
        unit.live.client("lambda").delete_function(FunctionName=unit.entry, Qualifier="1")
    assert refused.value.response["Error"]["Code"] == "ResourceConflictException"
    assert published(unit) == ["1"]


def test_a_teardown_leaves_what_the_stack_made(unit: SmallUnit) -> None:
    """GIVEN ramps, a kill switch and a latch WHEN torn down THEN baselines are left, and the app can go."""
    target, client = unit.target, unit.live.client("appconfig")
    ramp = (target.flag_profile_id, target.ramp_environment_id)
    for percentage in (1, 5):
        unit.flag(*ramp, documents.ramp(None, percentage=percentage, shadow=100), '{"verb": "ramp"}')
    kill = (target.kill_profile_id, target.kill_environment_id)
    unit.flag(*kill, documents.kill(None, on=True), "Rollback by hand")
    Latches(unit.clients.ssm, target.latch_parameter).claim(Latch("now", "test", "why", {}))

    gone = teardown(unit.clients, target, wait_s=30)
    assert (gone.versions, gone.latch) == ({"ramp": [2, 3], "kill": [2]}, True)
    assert teardown(unit.clients, target, wait_s=30).versions == {"ramp": [], "kill": []}

    app = {"ApplicationId": target.appconfig_application_id}
    for profile in (target.flag_profile_id, target.kill_profile_id):
        where: dict[str, Any] = {**app, "ConfigurationProfileId": profile}
        (baseline,) = client.list_hosted_configuration_versions(**where)["Items"]
        client.delete_hosted_configuration_version(**where, VersionNumber=baseline["VersionNumber"])
        client.delete_configuration_profile(**where)
    for environment in (target.ramp_environment_id, target.kill_environment_id):
        client.delete_environment(**app, EnvironmentId=environment)
    client.delete_application(**app)
    assert teardown(unit.clients, target, wait_s=30).versions == {"ramp": [], "kill": []}


def test_a_teardown_stops_what_bakes(unit: SmallUnit) -> None:
    """GIVEN a ramp that bakes for an hour WHEN torn down THEN stopped, and its version is gone."""
    target, client = unit.target, unit.live.client("appconfig")
    bakes = client.create_deployment_strategy(
        Name=f"{target.prefix}-bakes",
        DeploymentDurationInMinutes=0,
        FinalBakeTimeInMinutes=60,
        GrowthFactor=100,
    )["Id"]
    version = client.create_hosted_configuration_version(
        ApplicationId=target.appconfig_application_id,
        ConfigurationProfileId=target.flag_profile_id,
        Content=b'{"version": "1", "flags": {"prismaAdapter": {"name": "a"}}, "values": {}}',
        ContentType="application/json",
    )["VersionNumber"]
    client.start_deployment(
        ApplicationId=target.appconfig_application_id,
        EnvironmentId=target.ramp_environment_id,
        ConfigurationProfileId=target.flag_profile_id,
        ConfigurationVersion=str(version),
        DeploymentStrategyId=bakes,
    )
    gone = teardown(unit.clients, target, wait_s=30)
    assert (gone.stopped, gone.versions["ramp"]) == ([2], [version])


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        ("disable", "is disabled (ActionsEnabled=false)"),
        ("detach", "does not monitor the ramp's environment any more"),
        ("flag", "was made outside of this command"),
        ("group", "does not roll back on DEPLOYMENT_STOP_ON_ALARM"),
        ("delete", "does not exist"),
    ],
)
def test_drift_is_found(unit: SmallUnit, spoil: str, found: str) -> None:
    """GIVEN something changed by hand WHEN looked for THEN it is found; and nothing is before."""
    target = unit.target
    assert drift(unit.clients, target).lines() == []
    match spoil:
        case "disable":
            unit.clients.cloudwatch.disable_alarm_actions(AlarmNames=list(target.alarms.values()))
        case "delete":
            unit.clients.cloudwatch.delete_alarms(AlarmNames=list(target.alarms.values()))
        case "detach":
            unit.clients.appconfig.update_environment(
                ApplicationId=target.appconfig_application_id,
                EnvironmentId=target.ramp_environment_id,
                Monitors=[],
            )
        case "flag":
            document = documents.ramp(None, percentage=50, shadow=None)
            unit.flag(target.flag_profile_id, target.ramp_environment_id, document, "from the console")
        case "group":
            unit.clients.codedeploy.update_deployment_group(
                applicationName=target.codedeploy_application,
                currentDeploymentGroupName=target.codedeploy_group,
                autoRollbackConfiguration={"enabled": True, "events": ["DEPLOYMENT_FAILURE"]},
            )
    assert [line for line in drift(unit.clients, target).lines() if found in line]
