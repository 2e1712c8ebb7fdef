"""Each claim of each scenario holds on a run that went right, and fails when its evidence is spoiled."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from rehearsal.claims.splitting import binomial_two_sided
from rehearsal.scenarios import SCENARIOS
from tests.rehearsal.played import RIGHT, SPOILED

if TYPE_CHECKING:
    from collections.abc import Callable

    from rehearsal.claims.claim import Claim
    from rehearsal.evidence import Evidence
    from tests.rehearsal.spoiling import Spoil

CLAIMED = [
    pytest.param(RIGHT[scenario.name], claim, id=f"{scenario.name}: {claim.__name__}")
    for scenario in SCENARIOS.values()
    for claim in scenario.claims
]
FAILING = [
    pytest.param(RIGHT[scenario.name], claim, spoil, id=f"{scenario.name}: {claim.__name__}: {what}")
    for scenario in SCENARIOS.values()
    for claim, what, spoil in SPOILED[scenario.name]
    if claim in scenario.claims
]


@pytest.mark.parametrize(("right", "claim"), CLAIMED)
def test_a_claim_holds_on_a_run_that_went_right(
    right: Callable[[], Evidence], claim: Callable[[Evidence], Claim]
) -> None:
    """With evidence that JSON can carry."""
    found = claim(right())
    assert found.ok, found.evidence
    assert json.loads(json.dumps(found.as_dict()))["claim"] == found.claim


@pytest.mark.parametrize(("right", "claim", "spoil"), FAILING)
def test_a_claim_fails_when_its_evidence_is_spoiled(
    right: Callable[[], Evidence], claim: Callable[[Evidence], Claim], spoil: Spoil
) -> None:
    """One thing otherwise, and it is not claimed any more; what there is instead, JSON can carry too."""
    seen = right()
    spoil(seen)
    found = claim(seen)
    assert not found.ok, found.evidence
    json.dumps(found.as_dict())


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_claim_can_fail(scenario: str) -> None:
    """None is without a spoiled case."""
    assert set(SCENARIOS[scenario].claims) <= {claim for claim, _, _ in SPOILED[scenario]}


def test_every_spoiled_case_is_of_a_claim_that_some_scenario_makes() -> None:
    """A claim that nobody makes any more takes its cases along."""
    made = {claim for scenario in SCENARIOS.values() for claim in scenario.claims}
    assert {claim for spoiled in SPOILED.values() for claim, _, _ in spoiled} == made


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_evidence_made_by_hand_is_new_each_time(scenario: str) -> None:
    """Spoiling one must not spoil the next."""
    right = RIGHT[scenario]
    assert right() == right()
    assert right().lines.reads is not right().lines.reads


@given(st.integers(1, 400), st.floats(0.001, 0.999), st.data())
def test_the_share_is_tested_as_scipy_tests_it(n: int, p: float, data: st.DataObject) -> None:
    """The exact binomial test, two-sided."""
    k = data.draw(st.integers(0, n))
    assert binomial_two_sided(k, n, p) == pytest.approx(binomtest(k, n, p).pvalue, rel=1e-4, abs=1e-9)


@pytest.mark.parametrize(("k", "p", "fits"), [(0, 0.0, 1.0), (1, 0.0, 0.0), (9, 1.0, 1.0), (8, 1.0, 0.0)])
def test_nobody_and_everybody_are_shares_that_fit_exactly_or_not(k: int, p: float, fits: float) -> None:
    """Where there is no chance there is nothing to test."""
    assert binomial_two_sided(k, 9, p) == fits
