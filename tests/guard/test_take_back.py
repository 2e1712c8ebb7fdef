"""The alias: moves back only when the entry function itself is at fault, by CodeDeploy where that works."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from canary.unit.act.act import Trigger, act
from canary.unit.act.outcome import Status
from tests.fakes.aws import EPOCH, refusal
from tests.guard.minutes import ALARM, Watch
from tests.guard.situations import bad_release, fails_by_itself, fails_on_prisma, releasing

if TYPE_CHECKING:
    from canary.unit.act.outcome import Outcome
    from tests.fakes.unit import Unit

WHY = Trigger("alarm canary-alarm", "it fails", {})


def take_back(unit: Unit) -> Outcome:
    """The act's step about the release."""
    return act(unit.world(), WHY).outcomes["release"]


def at(unit: Unit) -> tuple[str, dict[str, float]]:
    """Version and weights of the alias."""
    weights = unit.lambda_.alias["RoutingConfig"].get("AdditionalVersionWeights", {})
    return unit.lambda_.alias["FunctionVersion"], weights


def test_a_bad_release_is_stopped_and_codedeploy_takes_it_back(unit: Unit) -> None:
    """GIVEN a release that fails half-way THEN CodeDeploy is stopped and followed."""
    bad_release(unit)
    outcome = take_back(unit)
    assert outcome.status is Status.DONE
    assert at(unit) == ("1", {})
    assert unit.script.calls["stop_deployment"] >= 1
    assert unit.script.calls["update_alias"] == 0


def test_a_failing_database_moves_no_code(unit: Unit) -> None:
    """GIVEN a release half-way WHEN only the canary fails THEN the release is left to CodeDeploy."""
    unit.canary(1)
    releasing(unit)
    fails_on_prisma(unit)
    outcome = take_back(unit)
    assert outcome.status is Status.NOT_NEEDED
    assert "not at fault" in outcome.detail
    assert at(unit) == ("1", {"2": 0.3})
    assert unit.killed


def test_a_version_that_cannot_start_is_at_fault_though_it_counts_nothing(unit: Unit) -> None:
    """GIVEN invocations that fail before our code runs THEN Lambda's own errors convict it."""
    unit.canary(1)
    releasing(unit)
    unit.cloudwatch.minutes |= {
        ("mock-read", "Invocations"): [300.0] * 3,
        ("mock-read", "Errors"): [90.0] * 3,
    }
    assert take_back(unit).status is Status.DONE
    assert at(unit) == ("1", {})


def test_a_release_that_ended_hours_ago_is_not_the_cause(unit: Unit) -> None:
    """GIVEN a release that succeeded two hours ago WHEN the function fails THEN the alias stays."""
    unit.codedeploy.add("d-1", EPOCH - timedelta(hours=3), "1", "2", status="Succeeded")
    unit.codedeploy.deployments["d-1"]["completeTime"] = EPOCH - timedelta(hours=2)
    unit.lambda_.alias["FunctionVersion"] = "2"
    fails_by_itself(unit)
    assert take_back(unit).detail == "no release is in progress or recent"
    assert at(unit) == ("2", {})


def test_a_recent_release_that_succeeded_is_taken_back_by_hand(unit: Unit) -> None:
    """GIVEN a release that succeeded 10 minutes ago WHEN it fails THEN the alias is moved."""
    unit.codedeploy.add("d-1", EPOCH - timedelta(minutes=20), "1", "2", status="Succeeded")
    unit.codedeploy.deployments["d-1"]["completeTime"] = EPOCH - timedelta(minutes=10)
    unit.lambda_.alias["FunctionVersion"] = "2"
    fails_by_itself(unit)
    outcome = take_back(unit)
    assert outcome.detail == "the alias was moved to version 1"
    assert at(unit) == ("1", {})


def test_a_stop_that_comes_too_late_is_no_fault(unit: Unit) -> None:
    """GIVEN a release that succeeds just before the stop (409) THEN the alias is moved back by hand."""
    bad_release(unit)

    def ends(_identifier: str) -> None:
        info = unit.codedeploy.deployments["d-1"]
        info.update(status="Succeeded", completeTime=unit.clock.moment)
        unit.lambda_.alias = {"FunctionVersion": "2", "RevisionId": "r2", "RoutingConfig": {}}
        raise refusal("DeploymentAlreadyCompletedException")

    unit.codedeploy.on_stop = ends
    assert take_back(unit).status is Status.DONE
    assert at(unit) == ("1", {})


def test_a_stop_without_rollback_leaves_weights_that_are_emptied(unit: Unit) -> None:
    """GIVEN a deployment that stops and leaves the alias split THEN it is moved with an empty routing."""
    bad_release(unit)

    def stops(_identifier: str) -> None:
        unit.codedeploy.deployments["d-1"].update(status="Stopped", completeTime=unit.clock.moment)

    unit.codedeploy.on_stop = stops
    assert take_back(unit).status is Status.DONE
    assert at(unit) == ("1", {})


def test_somebody_elses_newer_alias_is_not_overwritten(unit: Unit) -> None:
    """GIVEN an alias that changes between the look and the move THEN the move fails, and is judged anew."""
    bad_release(unit)

    def stops(_identifier: str) -> None:
        unit.codedeploy.deployments["d-1"].update(status="Stopped", completeTime=unit.clock.moment)

    def newer() -> None:
        unit.lambda_.alias = {"FunctionVersion": "1", "RevisionId": "r5", "RoutingConfig": {}}

    unit.codedeploy.on_stop = stops
    unit.script.will("update_alias", newer)
    watch = Watch(unit)
    watch.run(ALARM)
    assert unit.lambda_.alias["RevisionId"] == "r5"
    latch = watch.until_finished()
    assert latch.steps["release"]["status"] == "done"


def test_a_rollback_that_takes_its_time_is_followed_next_minute(unit: Unit) -> None:
    """GIVEN CodeDeploy takes minutes THEN the kill switch is on, the step waits, then is done."""
    bad_release(unit)
    slow = unit.codedeploy.on_stop
    stop_at = unit.clock.now() + 150

    def later(identifier: str) -> None:
        if unit.clock.now() >= stop_at:
            slow(identifier)

    unit.codedeploy.on_stop = later
    watch = Watch(unit)
    watch.run(ALARM)
    assert unit.killed
    assert watch.latch is not None
    assert watch.latch.steps["release"]["status"] == "waiting"
    watch.until_finished()
    assert at(unit) == ("1", {})


def test_a_later_release_is_not_taken_back_for_the_one_before(unit: Unit) -> None:
    """GIVEN a bad release taken back WHEN a fix goes out THEN the guard leaves the fix alone."""
    bad_release(unit)
    unit.cloudwatch.alarms["canary-alarm"] = "ALARM"
    watch = Watch(unit)
    watch.run(ALARM)
    unit.clock.sleep(60)
    unit.codedeploy.add("d-3", unit.clock.moment, "1", "3", status="InProgress")
    unit.lambda_.alias["RoutingConfig"] = {"AdditionalVersionWeights": {"3": 0.1}}
    watch.tick()
    assert at(unit) == ("1", {"3": 0.1})
    assert unit.codedeploy.deployments["d-3"]["status"] == "InProgress"


def test_a_new_alarm_under_an_old_latch_judges_the_release_that_is_out_now(unit: Unit) -> None:
    """GIVEN a rollback nobody resumed WHEN a bad release fires an alarm THEN it is taken back."""
    unit.canary(1)
    watch = Watch(unit)
    watch.run(ALARM)
    watch.until_finished()
    releasing(unit)
    fails_by_itself(unit)
    watch.run(ALARM)
    assert at(unit) == ("1", {})


@pytest.mark.parametrize("content", ["version: 0.0\nResources: []", "{}"])
def test_a_revision_that_cannot_be_read_moves_nothing_and_is_said(unit: Unit, content: str) -> None:
    """GIVEN a release that somebody started with an AppSpec of their own THEN the step fails with its id."""
    bad_release(unit)
    info = unit.codedeploy.deployments["d-1"]
    info["revision"] = {"revisionType": "AppSpecContent", "appSpecContent": {"content": content}}
    info.update(status="Stopped", completeTime=unit.clock.moment)
    outcome = take_back(unit)
    assert outcome.status is Status.FAILED
    assert "d-1 deploys something else" in outcome.detail
    assert unit.killed
