"""A message about an alarm is acted on unless the alarm shows that it is over."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes.aws import refusal
from tests.guard.minutes import ALARM, Watch, through_topic

if TYPE_CHECKING:
    from tests.fakes.unit import Unit


def aged(event: dict[str, Any], when: str) -> dict[str, Any]:
    """The alarm's direct event with another moment."""
    data = event["alarmData"]
    return {"alarmData": {**data, "state": {**data["state"], "timestamp": when}}}


@pytest.mark.parametrize("event", [aged(ALARM, "2026-10-31T12:00:00.000+0000"), aged(ALARM, "soon")])
def test_a_message_delivered_again_after_the_alarm_is_over_is_ignored(unit: Unit, event: Any) -> None:
    """GIVEN an alarm that is OK since after its message WHEN that is delivered again THEN nothing is done."""
    unit.canary(1)
    watch = Watch(unit)
    assert watch.run(event)["acts"] == []
    (line,) = watch.said("STALE-ALARM")
    assert "canary-alarm is OK since" in line["why"]
    assert not unit.killed
    assert unit.sns.published == []


def test_after_a_resume_yesterdays_message_rolls_nothing_back(unit: Unit) -> None:
    """GIVEN the topic's message of an hour ago, the alarm OK for half an hour, THEN the canary stays."""
    unit.canary(1)
    event = through_topic()
    message = event["Records"][0]["Sns"]["Message"].replace("2026-12-24T12:00", "2026-11-01T00:10")
    event["Records"][0]["Sns"]["Message"] = message
    unit.clock.sleep(3600)
    unit.cloudwatch.since["canary-alarm"] = unit.clock.moment - timedelta(minutes=30)
    Watch(unit).run(event)
    assert not unit.killed


@pytest.mark.parametrize("state", ["ALARM", "INSUFFICIENT_DATA", None])
def test_whatever_is_not_ok_is_acted_on(unit: Unit, state: str | None) -> None:
    """GIVEN an old message, and an alarm that is red, without data or gone, THEN it acts."""
    unit.canary(1)
    unit.cloudwatch.alarms.pop("canary-alarm")
    if state:
        unit.cloudwatch.alarms["canary-alarm"] = state
    Watch(unit).run(aged(ALARM, "2020-01-01T00:00:00.000+0000"))
    assert unit.killed


def test_a_description_that_lags_behind_the_message_is_no_reason_to_wait(unit: Unit) -> None:
    """GIVEN CloudWatch still describes the alarm as OK since before its message THEN it acts."""
    unit.canary(1)
    Watch(unit).run(ALARM)
    assert unit.killed


@pytest.mark.parametrize(
    "error", [refusal("AccessDenied", status=403), KeyError("MetricAlarms"), OSError("reset")]
)
def test_a_look_that_fails_acts(unit: Unit, error: Exception) -> None:
    """GIVEN an old message WHEN the alarm cannot be looked at THEN it acts, and says so."""
    unit.canary(1)
    unit.script.will("describe_alarms", error)
    watch = Watch(unit)
    watch.run(aged(ALARM, "2020-01-01T00:00:00.000+0000"))
    assert unit.killed
    assert watch.said("ALARM-NOT-SEEN")
