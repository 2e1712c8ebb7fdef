"""An empty stack with a broken rollback chain is refused in its preview, not first in the update."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.slow
Preview = Callable[[str, dict[str, dict[str, Any]]], dict[str, Any]]


def _stopped_by(outcome: dict[str, Any]) -> dict[str, str]:
    """Messages by rule, those of one rule in one text."""
    found: dict[str, str] = {}
    for one in outcome["violations"]:
        if one["level"] == "mandatory":
            found[one["rule"]] = found.get(one["rule"], "") + one["message"]
    return found


@pytest.mark.parametrize("stack", ["beta", "prod"])
def test_the_program_as_it_is_passes(previewed: Preview, stack: str) -> None:
    """Nothing stops it; what a preview cannot know is said, and nothing else."""
    outcome = previewed(stack, {})

    assert not outcome["refused"]
    assert {one["rule"] for one in outcome["violations"]} == {"not-enforced"}


def test_alarms_that_wake_nobody_are_refused(previewed: Preview) -> None:
    """GIVEN an empty beta whose canary alarm acts on no guard THEN the preview is refused by name."""
    outcome = previewed("beta", {"alarms-canaryErrorRate": {"alarm_actions": None}})

    assert outcome["refused"]
    assert _stopped_by(outcome).keys() == {"rollback-chain-complete"}
    assert (
        "MetricAlarm 'huntaze-migration-alarms-canaryErrorRate' must act on a guard (alarmActions)"
        in (_stopped_by(outcome)["rollback-chain-complete"])
    )


def test_a_ramp_without_monitors_is_refused(previewed: Preview) -> None:
    """GIVEN an empty prod whose flags nothing monitors THEN the preview is refused by name."""
    outcome = previewed("prod", {"read-flags-ramp": {"monitors": None}})

    assert outcome["refused"]
    assert "canary-environment-monitored" in _stopped_by(outcome)


def test_a_monitored_kill_switch_is_refused(previewed: Preview) -> None:
    """GIVEN a kill switch that bakes THEN the preview is refused by name."""
    outcome = previewed("beta", {"kill-strategy": {"final_bake_time_in_minutes": 10}})

    assert outcome["refused"]
    assert _stopped_by(outcome).keys() == {"kill-switch-unmonitored"}


def test_an_untraced_function_is_refused_before_it_is_planned(previewed: Preview) -> None:
    """A rule about one resource speaks when the engine registers it."""
    outcome = previewed("beta", {"mock-read-function": {"tracing_config": {"mode": "PassThrough"}}})

    assert outcome["refused"]
    assert _stopped_by(outcome).keys() == {"lambda-tracing-active"}
