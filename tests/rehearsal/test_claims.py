"""Each claim of the rehearsal holds on a beta that went right, and fails when its evidence is spoiled."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from rehearsal import claims, summary
from rehearsal.claims import BETA_CLAIMS, binomial_two_sided
from rehearsal.evidence import Evidence, Transition
from rehearsal.ledger import Entry
from rehearsal.log_lines import Comparison
from rehearsal.progress import Progress
from tests.rehearsal.beta import FAILED_AT, RED_AT, at, healthy, read

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rehearsal.claims import Claim


def entry(cloud_s: float, outcome: Any, status: int = 200) -> Callable[[Evidence], None]:
    """One more user with such an answer."""

    def spoil(seen: Evidence) -> None:
        seen.ledger.add(Entry(at(cloud_s), "u-x", status, 0.1, outcome))
        seen.ledger.sent += 1

    return spoil


def sets(name: str, value: Any) -> Callable[[Evidence], None]:
    """Another value of a field, ``engine.created`` for one within."""
    part, _, within = name.rpartition(".")

    def spoil(seen: Evidence) -> None:
        setattr(getattr(seen, part) if part else seen, within, value)

    return spoil


def adds_read(*arguments: Any, **options: Any) -> Callable[[Evidence], None]:
    """One more line in the log."""
    return lambda seen: seen.lines.reads.append(read(*arguments, **options))


def every_canary_read(**changes: Any) -> Callable[[Evidence], None]:
    """All canary lines otherwise."""

    def spoil(seen: Evidence) -> None:
        seen.lines.reads = [replace(one, **changes) if one.canary else one for one in seen.lines.reads]

    return spoil


def compared(cloud_s: float, *paths: str) -> Callable[[Evidence], None]:
    """One more comparison."""
    return lambda seen: seen.lines.comparisons.append(Comparison(at(cloud_s), paths, "r-x"))


def no_differences(seen: Evidence) -> None:
    """The seeded one was never found."""
    seen.lines.comparisons = [replace(one, paths=()) for one in seen.lines.comparisons]


def metric(name: str, value: float) -> Callable[[Evidence], None]:
    """A sum that does not add up."""
    return lambda seen: setattr(seen, "sums", {**seen.sums, name: value})


def went_off(alarm: str, cloud_s: float) -> Callable[[Evidence], None]:
    """One more alarm."""
    return lambda seen: seen.transitions.append(Transition(alarm, at(cloud_s), "ALARM", "why"))


def nothing_was_sent(seen: Evidence) -> None:
    """No traffic at all."""
    seen.ledger.entries, seen.ledger.sent = [], 0


SPOILED: list[tuple[Callable[[Evidence], Claim], str, Callable[[Evidence], object]]] = [
    (claims.engine_created, "nothing was created", sets("engine.created", 0)),
    (claims.engine_created, "no pack was enforced", sets("engine.packs", {})),
    (claims.engine_created, "a policy was violated", sets("engine.violations", ["[mandatory] x"])),
    (claims.second_up_changes_nothing, "something changed", sets("engine.changed_on_second_up", 1)),
    (claims.second_up_changes_nothing, "there was no second up", sets("engine.changed_on_second_up", -1)),
    (claims.nothing_left, "something is left", sets("engine.left_after_destroy", ["lambda huntaze-x"])),
    (claims.nothing_left, "nobody looked", sets("engine.left_after_destroy", None)),
    (claims.machine_clean, "a process is left", sets("left_behind", ["process 1"])),
    (claims.machine_clean, "nobody looked", sets("left_behind", None)),
    (claims.every_request_answered, "an error", entry(5000, "error", 503)),
    (claims.every_request_answered, "no answer", entry(5000, "unanswered", 0)),
    (claims.every_request_answered, "one is missing", lambda seen: seen.ledger.entries.pop()),
    (claims.every_request_answered, "nothing was sent", nothing_was_sent),
    (claims.shadow_hour_mock_only, "another answer", entry(60, "other")),
    (claims.shadow_hour_mock_only, "a canary request", adds_read(60, "u-x", canary=True)),
    (claims.shadow_hour_mock_only, "nothing was sent", nothing_was_sent),
    (claims.every_request_shadowed, "one was not", adds_read(61, "u-x")),
    (claims.every_request_shadowed, "the sums do not add up", metric("ShadowSent", 9)),
    (claims.every_request_shadowed, "a loss without a cause", metric("ShadowLost", 2)),
    (claims.equal_data_no_diff, "a difference", compared(100, "creator.bio")),
    (claims.equal_data_no_diff, "nothing compared", sets("lines.comparisons", [])),
    (claims.seeded_difference_named, "not found", no_differences),
    (claims.seeded_difference_named, "another path too", compared(2520, "creator.bio")),
    (claims.seeded_difference_named, "still there", compared(3000, "creator.subscriptionPrice")),
    (claims.flag_by_deployment, "no deployment", lambda seen: seen.ramp.pop(1)),
    (claims.flag_by_deployment, "two of them", lambda seen: seen.ramp.append(seen.ramp[1])),
    (claims.flag_by_deployment, "it was not baking", sets("canary_live_state", "COMPLETE")),
    (claims.flag_by_deployment, "nobody was in it", every_canary_read(canary=False)),
    (claims.share_fits, "nobody was in it", every_canary_read(canary=False)),
    (claims.share_fits, "a share of 1 % is not one of 10 %", sets("configured_percent", 10.0)),
    (claims.nobody_changed_side, "one user on both", adds_read(5000, "u-1")),
    (claims.nobody_changed_side, "nobody was in it", every_canary_read(canary=False)),
    (claims.outage_unseen, "an error", entry(8000, "error", 503)),
    (claims.outage_unseen, "another answer", entry(8000, "other")),
    (claims.outage_unseen, "nothing failed", every_canary_read(canary_error=None)),
    (claims.alarm_went_off, "no alarm", sets("transitions", [])),
    (claims.alarm_went_off, "an early one", went_off("huntaze-canary-p95-gt-130pct", 5000)),
    (
        claims.alarm_went_off,
        "only another one",
        sets("transitions", [Transition("huntaze-guard-silent", at(RED_AT), "ALARM", "")]),
    ),
    (claims.switched_off_alone, "no kill switch", lambda seen: seen.kill.pop()),
    (claims.switched_off_alone, "the flag stayed on", lambda seen: seen.ramp.pop()),
    (claims.switched_off_alone, "nobody was told", sets("told", [])),
    (claims.switched_off_alone, "told twice", lambda seen: seen.told.append(seen.told[0])),
    (claims.off_stays_off, "a late canary request", adds_read(9000, "u-1", canary=True)),
    (claims.off_stays_off, "no kill switch", lambda seen: seen.kill.pop()),
    (claims.alias_stayed, "it moved", sets("alias_after", "2")),
    (claims.verdict_no_go, "no verdict", sets("verdict", None)),
    (
        claims.verdict_no_go,
        "a GO",
        lambda seen: setattr(seen, "verdict", replace(seen.verdict, decision="GO")),  # type: ignore[type-var]
    ),
    (claims.traced, "no joined trace", lambda seen: setattr(seen, "traces", replace(seen.traces, joined=0))),
    (claims.memory_bounded, "too much", sets("peak_memory_mb", 1600.0)),
    (claims.memory_bounded, "not measured", sets("peak_memory_mb", 0.0)),
]


@pytest.mark.parametrize("claim", BETA_CLAIMS, ids=lambda claim: claim.__name__)
def test_a_claim_holds_on_a_beta_that_went_right(claim: Callable[[Evidence], Claim]) -> None:
    """With evidence that JSON can carry."""
    found = claim(healthy())
    assert found.ok, found.evidence
    assert json.loads(json.dumps(found.as_dict()))["claim"] == found.claim


@pytest.mark.parametrize(
    ("claim", "spoil"),
    [pytest.param(claim, spoil, id=f"{claim.__name__}: {what}") for claim, what, spoil in SPOILED],
)
def test_a_claim_fails_when_its_evidence_is_spoiled(
    claim: Callable[[Evidence], Claim], spoil: Callable[[Evidence], object]
) -> None:
    """One thing otherwise, and it is not claimed any more."""
    seen = healthy()
    spoil(seen)
    assert not claim(seen).ok


def test_every_claim_can_fail() -> None:
    """None is without a spoiled case."""
    assert {claim for claim, _, _ in SPOILED} == set(BETA_CLAIMS)


@given(st.integers(1, 400), st.floats(0.001, 0.999), st.data())
def test_the_share_is_tested_as_scipy_tests_it(n: int, p: float, data: st.DataObject) -> None:
    """The exact binomial test, two-sided."""
    k = data.draw(st.integers(0, n))
    assert binomial_two_sided(k, n, p) == pytest.approx(binomtest(k, n, p).pvalue, rel=1e-4, abs=1e-9)


def test_rollback_is_measured_in_cloud_seconds_from_the_first_failure() -> None:
    """Not from when the database was stopped, which users cannot know."""
    assert claims.rollback_seconds(healthy()) == {
        "alarm_s": pytest.approx(RED_AT - FAILED_AT, abs=0.2),
        "kill_on_s": pytest.approx(200, abs=0.2),
        "flag_off_s": pytest.approx(210, abs=0.2),
        "last_canary_s": pytest.approx(220, abs=0.2),
    }


def test_the_summary_is_complete_and_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    """A document that cannot be written leaves the one before it as it was."""
    seen = healthy()
    document = summary.build(seen, summary.judge(seen, kept=False), 200.0, None)
    path = tmp_path / "build" / "summary.json"
    summary.write(path, document)
    written = json.loads(path.read_text())
    wanted = {"requests", "shadow", "canary", "rollback", "engine", "traces", "wall_s", "verdict", "observed"}
    assert wanted <= written.keys()
    assert written["shadow"] == {"sent": 291, "compared": 290, "lost": 1, "diffs": 1}
    assert written["canary"]["users_who_changed_side"] == 0
    assert all(one["ok"] for one in written["observed"])
    with pytest.raises(TypeError):
        summary.write(path, {"not": object()})
    assert json.loads(path.read_text()) == written
    assert [one.name for one in path.parent.iterdir()] == ["summary.json"]


def test_with_the_cloud_kept_up_nothing_is_claimed_about_its_end() -> None:
    """There was no destroy to look at."""
    whole, kept = summary.judge(healthy(), kept=False), summary.judge(healthy(), kept=True)
    assert len(whole) - len(kept) == 2


def test_a_person_reads_what_was_not_observed_with_its_evidence() -> None:
    """And at the end how many of all."""
    seen = healthy()
    seen.alias_after = "2"
    shown = summary.lines(seen, summary.judge(seen, kept=False), Progress(out=StringIO()))
    index = shown.index("  FAIL the alias stayed where it was: no code was at fault")
    assert json.loads(shown[index + 1]) == {"before": "1", "after": "2"}
    assert shown[-1] == f"Rehearsal: 1 of {len(BETA_CLAIMS)} were NOT observed."
    assert sum(line.startswith("  ok ") for line in shown) == len(BETA_CLAIMS) - 1
