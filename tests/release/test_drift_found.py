"""Drift: what somebody changed by hand is told from what AWS, the guard and operators do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from canary.cli.drift.drift import drift
from canary.unit.act.act import Trigger, act
from canary.unit.app_spec import AppSpec
from canary.unit.flags import documents
from tests.fakes.account import Alarms, Flags
from tests.fakes.aws import refusal

if TYPE_CHECKING:
    from canary.cli.target import Target
    from tests.fakes.releases import ReleasingUnit

TRAIL = '{"verb": "enable", "who": "jo", "why": "H+1"}'


class Watched:
    """A unit whose alarms and monitors can be looked at."""

    def __init__(self, unit: ReleasingUnit) -> None:
        self.unit = unit
        unit.cloudwatch.alarms |= dict.fromkeys(
            ("overall-alarm", "canary-alarm", "p95-alarm", "loss-alarm", "silent-alarm"), "OK"
        )
        unit.codedeploy.group["alarmConfiguration"]["alarms"] = [
            {"name": name} for name in ("overall-alarm", "canary-alarm", "p95-alarm")
        ]
        self.alarms = Alarms(unit.script, unit.cloudwatch)
        self.flags = Flags(unit.script, unit.appconfig)
        unit.cloudwatch, unit.appconfig = self.alarms, self.flags  # type: ignore[assignment]

    def found(self, target: Target) -> list[str]:
        """What is so, one sentence a finding."""
        report = drift(self.unit, target)  # type: ignore[arg-type]
        assert all(one.why and one.mend for one in report.findings)
        return [one.what for one in report.findings]


@pytest.fixture
def watched(unit: ReleasingUnit) -> Watched:
    """Nothing has drifted."""
    return Watched(unit)


def test_a_unit_as_it_was_left_has_no_drift(watched: Watched, target: Target) -> None:
    """GIVEN a unit right after `pulumi up` THEN nothing is found."""
    assert watched.found(target) == []


def test_weights_of_a_release_are_no_drift_but_by_hand_they_are(watched: Watched, target: Target) -> None:
    """GIVEN 10 % on version 2 WHEN a release does it THEN none; WHEN nobody does THEN moved by hand."""
    unit = watched.unit
    unit.lambda_.publish("mock-read")
    unit.lambda_.move("mock-read", "1", {"2": 0.1})
    (found,) = watched.found(target)
    assert "moved by hand: nothing was ever released" in found
    unit.codedeploy._new(AppSpec("mock-read", "live", "1", "2"), "user")
    assert watched.found(target) == []


def test_a_third_version_during_a_release_is_drift(watched: Watched, target: Target) -> None:
    """GIVEN a release from 1 to 2 WHEN the alias gives traffic to 3 THEN that is by hand."""
    watched.unit.codedeploy._new(AppSpec("mock-read", "live", "1", "2"), "user")
    watched.unit.lambda_.move("mock-read", "1", {"3": 0.1})
    (found,) = watched.found(target)
    assert "release d-1 is InProgress" in found


@pytest.mark.parametrize(("status", "expected", "other"), [("Succeeded", "2", "1"), ("Stopped", "1", "2")])
def test_a_release_that_is_over_says_where_the_alias_is(
    watched: Watched, target: Target, status: str, expected: str, other: str
) -> None:
    """GIVEN a release that is over THEN anything but where it left the alias is drift."""
    identifier = watched.unit.codedeploy._new(AppSpec("mock-read", "live", "1", "2"), "user")
    watched.unit.codedeploy.infos[identifier]["status"] = status
    watched.unit.lambda_.move("mock-read", expected)
    assert watched.found(target) == []
    watched.unit.lambda_.move("mock-read", other)
    (found,) = watched.found(target)
    assert f"leaves it at version {expected}" in found


def test_a_flag_edited_in_the_console_is_drift(watched: Watched, target: Target) -> None:
    """GIVEN 5 % deployed with a word of somebody's own, or none THEN found; by this command THEN not."""
    document = documents.ramp(None, percentage=5, shadow=None)
    watched.unit.deploy("ramp", document, TRAIL)
    assert watched.found(target) == []
    watched.unit.deploy("ramp", document, "just trying")
    assert "made outside of this command: 'just trying'" in watched.found(target)[0]
    watched.unit.deploy("ramp", document)
    assert "without a word why" in watched.found(target)[0]


def test_what_the_guard_deploys_is_no_drift(watched: Watched, target: Target) -> None:
    """GIVEN a rollback by the guard THEN neither its kill switch nor its off is drift."""
    watched.unit.deploy("ramp", documents.ramp(None, percentage=1, shadow=None), TRAIL)
    act(watched.unit.world(), Trigger("alarm canary-alarm", "it fails", {}))
    assert watched.found(target) == []


def test_a_kill_switch_taken_off_under_the_latch_is_drift(watched: Watched, target: Target) -> None:
    """GIVEN a rollback WHEN somebody takes the kill switch off in the console THEN both are said."""
    act(watched.unit.world(), Trigger("alarm canary-alarm", "it fails", {}))
    watched.unit.deploy("kill", documents.kill(None, on=False), "off again")
    found = watched.found(target)
    assert any("kill switch in force" in one for one in found)
    assert any("off although a rollback stands, made by alarm canary-alarm" in one for one in found)


def test_disabled_muted_deaf_and_missing_alarms_are_drift(watched: Watched, target: Target) -> None:
    """GIVEN an alarm in each such state THEN each is found, with what it does not do any more."""
    watched.alarms.details["canary-alarm"] = {"ActionsEnabled": False}
    watched.alarms.muted.add("p95-alarm")
    watched.alarms.details["overall-alarm"] = {"AlarmActions": ["arn:topic"]}
    del watched.alarms._inner.alarms["silent-alarm"]
    found = watched.found(target)
    assert "Alarm canary-alarm is disabled (ActionsEnabled=false)." in found
    assert "Alarm p95-alarm is muted by arn:mute." in found
    assert any(one.startswith("Alarm overall-alarm does not act on") for one in found)
    assert "Alarm silent-alarm does not exist." in found


def test_an_alarm_whose_end_is_told_to_nobody_is_drift(watched: Watched, target: Target) -> None:
    """GIVEN an alarm that tells the topic when it goes off, and not when it is over THEN it is found."""
    watched.alarms.details["canary-alarm"] = {"OKActions": []}
    assert watched.found(target) == [
        "Alarm canary-alarm does not tell arn:topic when it is over (OKActions)."
    ]


def test_a_detached_monitor_and_one_on_the_kill_switch_are_drift(watched: Watched, target: Target) -> None:
    """GIVEN a monitor taken off the ramp, and one put on the kill switch THEN both are found."""
    watched.flags.monitors["ramp"].remove("p95-alarm")
    watched.flags.monitors["kill"].append("canary-alarm")
    assert watched.found(target) == [
        "p95-alarm does not monitor the ramp's environment any more.",
        "canary-alarm monitors the kill switch's environment.",
    ]


def test_a_group_that_does_not_roll_back_is_drift(watched: Watched, target: Target) -> None:
    """GIVEN a deployment group whose alarms are off THEN found."""
    watched.unit.codedeploy.group["alarmConfiguration"]["enabled"] = False
    (found,) = watched.found(target)
    assert "asks no canary-alarm" in found


def test_what_cannot_be_looked_at_is_said_and_the_rest_is_looked_at(watched: Watched, target: Target) -> None:
    """GIVEN no permission to see the alarms THEN that is a finding, and the aliases are looked at."""
    watched.unit.script.will("describe_alarms", refusal("AccessDenied", status=403))
    watched.unit.lambda_.move("prisma-read", "1", {"2": 0.5})
    found = watched.found(target)
    assert any(one.startswith("alarms could not be looked at") for one in found)
    assert any("prisma-read:live is split" in one for one in found)
