"""Scenarios are data, and data can be wrong: acts that nobody knows, gaps in time, claims not made."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import TYPE_CHECKING

import pytest
import yaml

from rehearsal.acts import ACTS
from rehearsal.claims import always, rolling_back
from rehearsal.scenarios import SCENARIOS
from rehearsal.timeline import CANARY_ON
from rehearsal.toolchain import ROOT
from tests.rehearsal.played import RIGHT

if TYPE_CHECKING:
    from rehearsal.timeline import Scenario

PERCENTS, SHARES = {CANARY_ON, "flag-by-hand", "kill-guard", "two-guards"}, {"spoil-records"}
"""Acts that take a percentage, and one that takes a share; all others take nothing."""

every_scenario = pytest.mark.parametrize(
    "scenario", [pytest.param(scenario, id=name) for name, scenario in SCENARIOS.items()]
)


@every_scenario
def test_every_act_is_known_and_every_step_has_a_name_of_its_own(scenario: Scenario) -> None:
    """Evidence is looked up by it."""
    assert {step.action for step in scenario.steps} <= ACTS.keys()
    assert max(Counter(step.name for step in scenario.steps).values()) == 1


def test_every_act_is_played_by_some_scenario() -> None:
    """What nobody plays nobody has seen."""
    played = {step.action for scenario in SCENARIOS.values() for step in scenario.steps}
    assert ACTS.keys() == played


@every_scenario
def test_phases_follow_each_other_from_the_start_without_a_gap(scenario: Scenario) -> None:
    """Every moment has one phase."""
    assert scenario.phases[0].start == 0
    assert all(before.end == after.start for before, after in itertools.pairwise(scenario.phases))
    assert all(phase.start < phase.end and phase.name and phase.purpose for phase in scenario.phases)
    for phase in scenario.phases:
        assert scenario.phase_at(phase.start) == scenario.phase_at(phase.end - 1) == phase


@every_scenario
def test_steps_lie_within_the_phases_and_waits_end_in_time(scenario: Scenario) -> None:
    """Nothing is done when nobody looks any more, and no wait is longer than until the next step."""
    assert all(0 <= step.at < scenario.seconds for step in scenario.steps)
    for before, after in itertools.pairwise(sorted(scenario.steps, key=lambda step: step.at)):
        assert before.wait_until is None or before.at < before.wait_until <= after.at
    assert all((step.wait_until or 0) < scenario.seconds for step in scenario.steps)


@every_scenario
def test_steps_have_the_value_that_their_act_takes(scenario: Scenario) -> None:
    """A percentage, a share, or nothing; and something to say to who follows it."""
    for step in scenario.steps:
        most = 100 if step.action in PERCENTS else 1 if step.action in SHARES else None
        if most is None:
            assert step.value is None, step
        else:
            assert step.value is not None, step
            assert 0 < step.value <= most, step
        assert step.says


@every_scenario
def test_a_failure_begins_and_ends_with_a_step(scenario: Scenario) -> None:
    """In that order; a scenario that does not break has nothing to mend."""
    if scenario.breaks:
        broken = scenario.step(scenario.breaks)
        assert not scenario.mended or broken.at < scenario.step(scenario.mended).at
    else:
        assert not scenario.mended


@every_scenario
def test_no_release_is_waited_for_that_has_not_begun(scenario: Scenario) -> None:
    """One at a time."""
    acts = [step.action for step in sorted(scenario.steps, key=lambda step: step.at)]
    releases = [act for act in acts if act in {"release", "await-release"}]
    assert releases == ["release", "await-release"] * (len(releases) // 2)


@every_scenario
def test_the_verdict_is_asked_for_only_after_a_canary(scenario: Scenario) -> None:
    """Without one there is no window to judge."""
    first = {step.action: step.at for step in reversed(scenario.steps)}
    assert "verdict" not in first or first[CANARY_ON] < first["verdict"]


@every_scenario
def test_every_scenario_claims_what_it_always_can(scenario: Scenario) -> None:
    """Engine, memory, what is left; users unharmed unless a release harms them; traces of a rollback."""
    can = {*always.BEFORE, always.memory_bounded, *always.AFTER_THE_END}
    if "publish-bad" not in {step.action for step in scenario.steps}:
        can.add(always.every_request_answered)
    if scenario.breaks:
        can.add(always.traced)
    assert can <= set(scenario.claims)
    assert scenario.claims[: len(always.BEFORE)] == always.BEFORE
    assert scenario.claims[-len(always.AFTER_THE_END) :] == always.AFTER_THE_END


@every_scenario
def test_a_rollback_is_claimed_where_and_only_where_something_breaks(scenario: Scenario) -> None:
    """Noticed, unseen by users, and off for good."""
    about_it = {claim for claim in scenario.claims if claim.__module__ == rolling_back.__name__}
    least = {rolling_back.failure_unseen, rolling_back.switched_off_alone, rolling_back.off_stays_off}
    assert least <= about_it if scenario.breaks else not about_it


@every_scenario
def test_no_claim_is_made_twice_and_none_sounds_like_another(scenario: Scenario) -> None:
    """A reader must know which one failed."""
    sentences = [claim(RIGHT[scenario.name]()).claim for claim in scenario.claims]
    assert max(Counter(sentences).values()) == 1


@every_scenario
def test_evidence_made_by_hand_speaks_of_the_scenarios_own_steps(scenario: Scenario) -> None:
    """As a run's does: done and aliases of every step, notes of some."""
    seen = RIGHT[scenario.name]()
    names = {step.name for step in scenario.steps}
    assert seen.done.keys() == seen.aliases.keys() == names
    assert seen.noted.keys() <= names


@every_scenario
def test_a_scenario_is_listed_with_a_sentence_and_played_at_a_sane_rate(scenario: Scenario) -> None:
    """By its name; ten minutes at the most, or nobody would play it."""
    assert SCENARIOS[scenario.name] is scenario
    assert scenario.shows
    assert not scenario.shows.endswith(".")
    assert 1 <= scenario.factor <= 1000
    assert 0 < scenario.rate <= 1000
    assert scenario.shadow is None or 0 < scenario.shadow <= 100
    waited = sum(step.wait_until - step.at for step in scenario.steps if step.wait_until is not None)
    assert (scenario.seconds - waited) / scenario.factor <= 600


@every_scenario
def test_a_scenarios_configuration_is_that_of_the_program(scenario: Scenario) -> None:
    """By the names that Pulumi.yaml declares, as text, as `pulumi config set` takes it."""
    project = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())
    for name, value in scenario.config.items():
        assert f"{project['name']}:{name}" in project["config"]
        assert isinstance(value, str)
