"""Phases, the step that a verdict is about, and how a moment is written."""

from __future__ import annotations

import pytest

from rehearsal.scenarios.beta import BETA
from rehearsal.scenarios.healthy import HEALTHY
from rehearsal.scenarios.late_failure import LATE_FAILURE
from rehearsal.scenarios.low_traffic import LOW_TRAFFIC
from rehearsal.timeline import stamp


def test_the_betas_hours_are_the_sheets() -> None:
    """Shadow, canary, decide; a moment after the end is in the last."""
    assert [(phase.start, phase.end) for phase in BETA.phases] == [(0, 3600), (3600, 7200), (7200, 10_800)]
    assert BETA.phase_at(3600).name == "H+1-2 canary 1 %"
    assert BETA.phase_at(99_999).name == "H+2-3 decide"
    assert BETA.step("canary-on").at == 3600
    with pytest.raises(KeyError, match="shadow-on"):
        BETA.step("shadow-on")


def test_the_verdict_is_about_the_last_canary_before_it_breaks() -> None:
    """A canary that goes on after the failure is another one; without a failure it is the last of all."""
    assert LATE_FAILURE.judged == LATE_FAILURE.step("canary-on")
    assert HEALTHY.judged == HEALTHY.step("canary-on")
    assert LOW_TRAFFIC.judged == LOW_TRAFFIC.step("canary-five")


@pytest.mark.parametrize(
    ("cloud_s", "written"),
    [(0, "H+0:00:00"), (3930.9, "H+1:05:30"), (-60, "H-0:01:00"), (36_000, "H+10:00:00")],
)
def test_a_moment_is_written_as_in_the_playbook(cloud_s: float, written: str) -> None:
    """Hours, minutes and seconds since the first request."""
    assert stamp(cloud_s) == written
