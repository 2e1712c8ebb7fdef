"""The act against an AppConfig that behaves as AWS documents, and misbehaves as AWS does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from canary.unit.act.act import STEPS, Report, Trigger, act, proceed
from canary.unit.act.outcome import Status
from canary.unit.flags import documents
from canary.unit.latch.latch import Latches
from tests.fakes.aws import Killed, refusal

if TYPE_CHECKING:
    from tests.fakes.unit import Unit

WHY = Trigger("alarm canary-alarm", "everything fails", {"alarm": "canary-alarm"})


def tick(unit: Unit) -> Report | None:
    """What the guard's next minute does."""
    unit.clock.sleep(60)
    latch = Latches(unit.ssm, "/latch").read()
    return proceed(unit.world(), latch) if latch is not None and not latch.finished else None


def until_finished(unit: Unit) -> None:
    """Minutes go by until nothing is left to do."""
    for _ in range(10):
        tick(unit)
    latch = Latches(unit.ssm, "/latch").read()
    assert latch is not None
    assert latch.finished


def test_a_failing_canary_is_off_latched_and_told_in_one_run(unit: Unit) -> None:
    """GIVEN a canary long after its bake WHEN it acts THEN all is off, latched and told."""
    unit.canary()
    report = act(unit.world(), WHY)
    assert report.finished
    assert report.claimed
    assert (unit.killed, unit.off) == (True, True)
    kept = json.loads(unit.ssm.parameters["/latch"])
    assert kept["finished"]
    assert kept["by"] == "alarm canary-alarm"
    assert kept["evidence"] == {"alarm": "canary-alarm"}
    assert len(unit.sns.published) == 1
    assert "everything fails" in unit.sns.published[0]["Message"]


def test_repeating_the_act_changes_nothing(unit: Unit) -> None:
    """GIVEN a finished act WHEN it runs again THEN no deployment, no version, no message is added."""
    unit.canary()
    act(unit.world(), WHY)
    before = (unit.deployments("ramp"), unit.deployments("kill"), len(unit.appconfig.versions["ramp"]))
    again = act(unit.world(), Trigger("someone else", "again", {}))
    assert again.finished
    assert not again.claimed
    assert again.latch.by == "alarm canary-alarm"
    assert (
        unit.deployments("ramp"),
        unit.deployments("kill"),
        len(unit.appconfig.versions["ramp"]),
    ) == before
    assert len(unit.sns.published) == 1


def test_the_kill_switch_never_waits_but_the_flag_waits_for_a_red_alarm(unit: Unit) -> None:
    """GIVEN a red alarm WHEN it acts THEN the kill switch is on at once; the flag follows on OK."""
    unit.canary()
    unit.cloudwatch.alarms["canary-alarm"] = "ALARM"
    began = unit.clock.now()
    report = act(unit.world(), WHY)
    assert (unit.killed, unit.off) == (True, False)
    assert unit.clock.now() - began < 5
    assert report.outcomes["ramp-flag"].status is Status.WAITING
    assert "canary-alarm is red" in report.outcomes["ramp-flag"].detail
    tick(unit)
    assert (unit.killed, unit.off) == (True, False)
    unit.cloudwatch.alarms["canary-alarm"] = "OK"
    until_finished(unit)
    assert unit.off
    assert len(unit.sns.published) == 1


def test_a_monitor_that_rolls_back_the_off_version_is_waited_out(unit: Unit) -> None:
    """GIVEN the alarm turns red while off deploys WHEN that is rolled back THEN it is deployed again."""
    unit.canary()
    unit.appconfig.stay["at-once"] = "DEPLOYING"
    unit.deploy("kill", documents.kill(None, on=True))
    unit.appconfig.finish("kill")
    unit.script.will("start_deployment", lambda: unit.cloudwatch.alarms.update({"canary-alarm": "ALARM"}))
    assert not act(unit.world(), WHY).finished
    assert unit.deployments("ramp")[-1] == "ROLLED_BACK"
    unit.cloudwatch.alarms["canary-alarm"] = "OK"
    unit.appconfig.stay["at-once"] = "COMPLETE"
    until_finished(unit)
    assert unit.off


@pytest.mark.parametrize("strategy", ["bakes", "deploys"])
def test_a_ramp_in_progress_is_stopped_and_then_overwritten(unit: Unit, strategy: str) -> None:
    """GIVEN 1 % in force and 5 % going out WHEN stopped, which restores 1 %, THEN off is deployed on top."""
    unit.appconfig.stay["deploys"] = "DEPLOYING"
    unit.canary(1)
    unit.canary(5, strategy)
    assert act(unit.world(), WHY).finished
    assert unit.off
    assert unit.deployments("ramp") == ["COMPLETE", "COMPLETE", "ROLLED_BACK", "COMPLETE"]


def test_rolling_back_is_waited_out(unit: Unit) -> None:
    """GIVEN AppConfig is rolling back WHEN it acts THEN it stops nothing and deploys afterwards."""
    unit.canary(1)
    unit.canary(5, "bakes")
    unit.appconfig.environments["ramp"].deployments[-1].state = "ROLLING_BACK"
    assert act(unit.world(), WHY).finished
    assert unit.script.calls["stop_deployment"] == 0
    assert unit.off


def test_a_deployment_that_ends_before_it_is_stopped_is_no_fault(unit: Unit) -> None:
    """GIVEN a deploying ramp WHEN it completes before the stop THEN off is deployed, nothing reverted."""
    unit.appconfig.stay["deploys"] = "DEPLOYING"
    unit.canary(5, "deploys")
    unit.script.will("stop_deployment", lambda: unit.appconfig.finish("ramp"))
    assert act(unit.world(), WHY).finished
    assert unit.off


def test_conflicts_and_throttling_are_tried_again(unit: Unit) -> None:
    """GIVEN 409s, throttling and a server error WHEN it acts THEN it comes through in the same run."""
    unit.canary()
    unit.script.will(
        "start_deployment",
        refusal("ConflictException", "Deployment number 2 already exists", 409),
        refusal("ThrottlingException"),
        refusal("InternalServerException", status=500),
    )
    unit.script.will("list_deployments", refusal("ThrottlingException"))
    assert act(unit.world(), WHY).finished
    assert (unit.killed, unit.off) == (True, True)


def test_a_latch_that_cannot_be_written_does_not_keep_users_on_prisma(unit: Unit) -> None:
    """GIVEN SSM is down WHEN the act runs THEN the kill switch is on and the flag off all the same."""
    unit.canary()
    unit.script.will("put_parameter", *[refusal("InternalServerError", status=500)] * 10)
    act(unit.world(), WHY)
    assert (unit.killed, unit.off) == (True, True)


def test_a_flag_that_cannot_be_read_back_is_judged_by_its_deployment(unit: Unit) -> None:
    """GIVEN the data plane is down WHEN the act runs THEN the deployments are made and it ends."""
    unit.canary()
    unit.script.will("start_configuration_session", *[refusal("InternalServerException", status=500)] * 50)
    report = act(unit.world(), WHY)
    assert (unit.killed, unit.off) == (True, True)
    assert report.outcomes["kill-switch"].detail == "deployed; could not be read back"


def test_a_missing_permission_fails_one_step_and_not_the_others(unit: Unit) -> None:
    """GIVEN people cannot be told WHEN the act runs THEN users are off, and the step is tried again later."""
    unit.canary()
    unit.script.will("publish", refusal("AuthorizationError"))
    report = act(unit.world(), WHY)
    assert report.outcomes["people"].status is Status.FAILED
    assert (unit.killed, unit.off) == (True, True)
    for _ in range(4):
        tick(unit)
    assert len(unit.sns.published) == 1


def test_a_latch_cleared_by_a_person_meanwhile_is_not_written_again(unit: Unit) -> None:
    """GIVEN a person clears the latch during a run WHEN the run ends THEN there is no latch."""
    unit.canary()
    unit.script.will("publish", unit.ssm.parameters.clear)
    act(unit.world(), WHY)
    assert "/latch" not in unit.ssm.parameters


OPERATIONS = (
    "put_parameter",
    "get_parameter",
    "start_configuration_session",
    "list_deployments",
    "create_hosted_configuration_version",
    "start_deployment",
    "stop_deployment",
    "publish",
    "describe_alarms",
)


@pytest.mark.parametrize("nth", range(1, 40))
def test_killed_after_any_call_the_next_minutes_come_to_the_same_end(unit: Unit, nth: int) -> None:
    """GIVEN a guard killed after its n-th call WHEN alarm and clock go on THEN the end is the same."""
    unit.appconfig.stay["deploys"] = "DEPLOYING"
    unit.canary(1)
    unit.canary(5, "deploys")
    calls = 0

    def dies(_operation: str) -> None:
        nonlocal calls
        calls += 1
        if calls == nth:
            raise Killed

    unit.script.after = dies
    survived = True
    try:
        act(unit.world(), WHY)
    except Killed:
        survived = False
    unit.script.after = lambda _operation: None
    assert survived == (calls < nth)
    if "/latch" not in unit.ssm.parameters:
        act(unit.world(), WHY)
    until_finished(unit)
    assert (unit.killed, unit.off) == (True, True)
    assert unit.deployments("ramp")[-1] == "COMPLETE"
    # Killed exactly between publishing and noting it, people hear of it twice; never not at all.
    assert 1 <= len(unit.sns.published) <= 2


def test_killed_after_each_step_people_are_told_once(unit: Unit) -> None:
    """GIVEN a guard killed after each of its steps in turn WHEN it goes on each time THEN it told once."""
    unit.canary()
    for step in STEPS:
        unit.script.will("describe_alarms" if step.name == "ramp-flag" else "publish", Killed())
        try:
            act(unit.world(), WHY)
        except Killed:
            unit.clock.sleep(300)
    until_finished(unit)
    assert (unit.killed, unit.off, len(unit.sns.published)) == (True, True, 1)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_two_at_once_do_it_once(unit: Unit, operation: str) -> None:
    """GIVEN one guard in a call WHEN a second runs from start to end THEN both end with one act."""
    unit.canary()
    unit.script.will(operation, lambda: act(unit.world(), Trigger("tick", "the other one", {})))
    act(unit.world(), WHY)
    until_finished(unit)
    assert (unit.killed, unit.off) == (True, True)
    assert unit.deployments("kill") == ["COMPLETE", "COMPLETE"]
    assert unit.deployments("ramp") == ["COMPLETE", "COMPLETE", "COMPLETE"]
    assert len(unit.sns.published) == 1


def test_the_first_deployment_ever_is_safe(unit: Unit) -> None:
    """GIVEN an environment without any deployment WHEN it acts THEN off is deployed first."""
    unit.appconfig.environments["ramp"].deployments.clear()
    unit.appconfig.environments["kill"].deployments.clear()
    assert act(unit.world(), WHY).finished
    assert (unit.killed, unit.off) == (True, True)


def test_evidence_too_long_for_the_latch_is_left_out_and_said(unit: Unit) -> None:
    """GIVEN evidence of 10,000 characters WHEN the latch is claimed THEN it fits a parameter and says so."""
    unit.canary()
    assert act(unit.world(), Trigger("x", "y" * 9000, {"long": "z" * 10_000})).finished
    assert json.loads(unit.ssm.parameters["/latch"])["evidence"] == {
        "left out": "too long for the latch; the guard's log has it"
    }
