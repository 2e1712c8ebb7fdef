"""A release in a running cloud, by the operator's own code: shifted, checked, stopped, taken back.

https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-steps-lambda.html and
https://docs.aws.amazon.com/codedeploy/latest/userguide/deployments-rollback-and-redeploy.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from canary.cli.drift.drift import drift
from canary.cli.errors import OpsError
from canary.cli.release.release import release
from canary.cli.release.start import Override
from localaws.tests.cloud.test_cloud_invoke import eventually
from tests.on_localaws.small_unit import SmallUnit, make

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from localaws.tests.cloud.live import Live


@pytest.fixture(scope="module")
def made(live: Live) -> Iterator[SmallUnit]:
    """A unit that is released again and again."""
    with pytest.MonkeyPatch.context() as patched:
        for name, value in live.keys.environment().items():
            patched.setenv(name, value)
        yield make(live, "released")


@pytest.fixture
def unit(made: SmallUnit) -> SmallUnit:
    """The unit, nothing red and nothing going on."""
    eventually(lambda: made.alarm() != "ALARM")
    assert made.alias()[1] == {}
    return made


def at(unit: SmallUnit, weight: float, do: Callable[[], object]) -> Callable[[str], None]:
    """Something that is done once, as soon as a release has moved so much traffic."""
    done: list[object] = []

    def say(_text: str) -> None:
        if not done and sum(unit.alias()[1].values()) >= weight:
            done.append(do() or True)

    return say


def test_a_linear_release_moves_the_traffic_in_steps(unit: SmallUnit) -> None:
    """GIVEN 25 % a minute WHEN released THEN both versions answer meanwhile, in the end the new one."""
    before, after = unit.alias()[0], unit.publish(unit.entry)
    unit.shift_by(25, 1)
    asked: set[str] = set()

    def ask() -> None:
        while len(asked) < 2 and unit.alias()[1]:
            asked.add(unit.live.invoke(unit.entry, Qualifier="live"))

    found = release(unit.clients, unit.target, reason="test", wait_s=60, say=at(unit, 0.25, ask))
    assert (found.outcome, found.exit_code, found.alias) == ("released", 0, after)
    assert unit.happened(found.deployment) == ["InProgress", 25, 50, 75, 100, "Succeeded"]
    assert asked == {before, after}
    assert unit.alias() == (after, {})
    assert unit.live.invoke(unit.entry, Qualifier="live") == after
    assert drift(unit.clients, unit.target).lines() == []


def test_an_alarm_during_the_shift_takes_the_release_back(unit: SmallUnit) -> None:
    """GIVEN 20 % shifted WHEN the alarm goes off THEN stopped, taken back by a deployment, exit 1."""
    before, after = unit.alias()[0], unit.publish(unit.entry)
    unit.shift_by(20, 5)
    found = release(
        unit.clients, unit.target, reason="test", wait_s=60, say=at(unit, 0.2, lambda: unit.errors(5))
    )
    assert (found.outcome, found.exit_code, found.alias) == ("rolled back", 1, before)
    assert unit.alias() == (before, {})
    info = unit.deployment(found.deployment)
    assert (info["status"], info["errorInformation"]["code"]) == ("Stopped", "ALARM_ACTIVE")
    assert "released-alarm" in found.why
    moved = unit.happened(found.deployment)
    assert moved[0] == "InProgress"
    assert moved[-1] == "Stopped"
    assert 20 in moved
    assert 100 not in moved
    back = unit.deployment(info["rollbackInfo"]["rollbackDeploymentId"])
    assert (back["creator"], back["status"]) == ("codeDeployRollback", "Succeeded")
    assert back["rollbackInfo"]["rollbackTriggeringDeploymentId"] == found.deployment
    assert unit.happened(back["deploymentId"]) == ["Created", "InProgress", 100, "Succeeded"]
    assert drift(unit.clients, unit.target).lines() == []
    with pytest.raises(OpsError, match=f"Version {after} was taken back before"):
        release(unit.clients, unit.target, reason="once more", wait_s=60)


def test_a_fix_goes_out_under_a_red_alarm_when_that_is_said(unit: SmallUnit) -> None:
    """GIVEN a red alarm WHEN a fix is released THEN refused; with an override of that alarm it goes out."""
    after = unit.publish(unit.entry)
    unit.shift_by(50, 1)

    def red() -> bool:
        unit.errors(5)
        return unit.alarm() == "ALARM"

    eventually(red)
    with pytest.raises(OpsError, match="released-alarm is in ALARM"):
        release(unit.clients, unit.target, reason="fix", wait_s=60)
    found = release(unit.clients, unit.target, reason="fix", override=Override("mends it", 10), wait_s=60)
    assert (found.outcome, found.alias, found.overridden) == ("released", after, ("released-alarm",))


def test_a_check_that_says_no_moves_no_traffic(unit: SmallUnit) -> None:
    """GIVEN a release check that fails WHEN released THEN failed before any traffic, and the alias stays."""
    check = f"CodeDeployHook_{unit.target.prefix}-release"
    before, after = unit.alias()[0], unit.publish(unit.entry)
    unit.shift_by(25, 1)
    unit.publish(check, OUTCOME="Failed")
    try:
        found = release(unit.clients, unit.target, reason="test", wait_s=60)
    finally:
        unit.publish(check, OUTCOME="Succeeded")
    assert (found.outcome, found.exit_code, found.alias) == ("rolled back", 1, before)
    info = unit.deployment(found.deployment)
    assert (info["status"], info["errorInformation"]["code"]) == ("Failed", "HOOK_EXECUTION_FAILURE")
    assert unit.happened(found.deployment) == ["InProgress", "Failed"]
    again = release(unit.clients, unit.target, reason="the check was wrong", again=True, wait_s=60)
    assert (again.outcome, again.alias) == ("released", after)


def test_a_release_that_is_stopped_by_hand_is_taken_back(unit: SmallUnit) -> None:
    """GIVEN a release in progress WHEN somebody stops it THEN the one who follows it sees it taken back."""
    before, _ = unit.alias()[0], unit.publish(unit.entry)
    unit.shift_by(20, 5)

    def stop() -> None:
        deploy = unit.live.client("codedeploy")
        (running,) = deploy.list_deployments(
            applicationName=unit.target.codedeploy_application,
            deploymentGroupName=unit.target.codedeploy_group,
            includeOnlyStatuses=["InProgress"],
        )["deployments"]
        deploy.stop_deployment(deploymentId=running, autoRollbackEnabled=True)

    found = release(unit.clients, unit.target, reason="test", wait_s=60, say=at(unit, 0.2, stop))
    assert (found.outcome, found.alias) == ("rolled back", before)
    assert unit.deployment(found.deployment)["errorInformation"]["code"] == "MANUAL_STOP"


def test_a_dry_run_and_a_second_one_change_nothing(unit: SmallUnit) -> None:
    """GIVEN a newer version WHEN only looked at THEN planned, no more; released twice THEN nothing to do."""
    before, after = unit.alias()[0], unit.publish(unit.entry)
    unit.shift_by(25, 1)
    looked = release(unit.clients, unit.target, reason="", dry_run=True)
    assert (looked.outcome, looked.plan.before, looked.plan.after) == ("dry run", before, after)
    assert (looked.plan.shift.percent, looked.plan.shift.minutes) == (25, 3)
    assert looked.plan.alarms == ("released-alarm",)
    assert unit.alias() == (before, {})
    assert release(unit.clients, unit.target, reason="now", wait_s=60).alias == after
    assert release(unit.clients, unit.target, reason="again", wait_s=60).outcome == "nothing to do"


def test_the_other_functions_follow_at_once(unit: SmallUnit) -> None:
    """GIVEN new versions of reader and guard WHEN released THEN asked first, and their aliases are there."""
    versions = {
        name: unit.publish(name) for name in (unit.target.prisma_function, unit.target.guard_function)
    }
    found = release(unit.clients, unit.target, reason="test", again=True, wait_s=60)
    assert found.outcome == "released"
    assert {name: unit.alias(name) for name in versions} == {name: (v, {}) for name, v in versions.items()}


def test_an_alias_moved_by_hand_is_drift(unit: SmallUnit) -> None:
    """GIVEN a released alias WHEN somebody moves it, THEN that is found; put back, nothing is."""
    client, (released, _) = unit.live.client("lambda"), unit.alias()
    other = unit.publish(unit.entry)
    client.update_alias(
        FunctionName=unit.entry,
        Name="live",
        FunctionVersion=released,
        RoutingConfig={"AdditionalVersionWeights": {other: 0.5}},
    )
    (line,) = drift(unit.clients, unit.target).lines()
    assert "moved by hand" in line
    client.update_alias(
        FunctionName=unit.entry,
        Name="live",
        FunctionVersion=released,
        RoutingConfig={"AdditionalVersionWeights": {}},
    )
    assert drift(unit.clients, unit.target).lines() == []
