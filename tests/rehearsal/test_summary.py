"""What a run leaves to read: one JSON document, and the lines at its end."""

from __future__ import annotations

import json
from io import StringIO
from typing import TYPE_CHECKING

import pytest

from rehearsal import summary
from rehearsal.progress import GREEN, RED, Progress
from rehearsal.scenarios import SCENARIOS
from rehearsal.summary import Outcome
from tests.rehearsal.played import RIGHT, bad_release, beta, healthy

if TYPE_CHECKING:
    from pathlib import Path

    from rehearsal.evidence import Evidence

FIELDS = {
    *("format", "scenario", "clock_factor", "requests", "shadow", "canary", "rollback", "engine", "traces"),
    *("traffic", "peak_memory_mb", "wall_s", "verdict", "outcome", "observed"),
}


class Terminal(StringIO):
    """Somebody watches."""

    def isatty(self) -> bool:
        return True


def lines(seen: Evidence, out: StringIO | None = None) -> list[str]:
    """What is printed of a run."""
    return summary.lines(seen, summary.judge(seen, kept=False), Progress(out=out or StringIO()))


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_scenario_is_summed_up_in_the_same_fields(scenario: str) -> None:
    """As JSON, with each claim in the order in which it is made."""
    seen = RIGHT[scenario]()
    built = summary.build(seen, summary.judge(seen, kept=False), 74.23, None)
    document = json.loads(json.dumps(built))
    assert document.keys() == FIELDS
    assert document["scenario"] == scenario
    assert document["wall_s"] == 74.2
    assert document["traffic"] == {"kind": "steady"}
    assert [one["claim"] for one in document["observed"]] == [
        claim(seen).claim for claim in seen.scenario.claims
    ]
    assert all(one["ok"] for one in document["observed"])
    assert (document["rollback"] is None) == (not seen.scenario.breaks)


def test_a_run_with_a_canary_is_summed_up_with_its_share_and_its_rollback() -> None:
    """Users and requests while it was on, shadow sums, seconds from the first failure."""
    seen = beta.right()
    document = summary.build(seen, [], 200.0, None)
    assert document["shadow"] == {"sent": 291, "compared": 290, "lost": 1, "diffs": 1}
    assert document["canary"] == {
        "configured_percent": 1.0,
        "observed_percent": 1.0,
        "users": 2,
        "requests": 12,
        "users_who_changed_side": 0,
    }
    assert document["rollback"]["kill_on_s"] == pytest.approx(200, abs=0.2)
    assert document["verdict"]["decision"] == "NO-GO"
    assert document["requests"] == {"sent": 291, "held_back": 0, "answered": 291, "errors": 0, "p95_ms": 10.0}


def test_a_run_without_a_canary_has_no_share_no_rollback_and_no_verdict() -> None:
    """GIVEN a release THEN users' errors are counted, and nothing is made up about a canary."""
    document = summary.build(bad_release.right(), [], 173.2, None)
    assert document["canary"] is None
    assert document["rollback"] is None
    assert document["verdict"] is None
    assert document["requests"]["errors"] == bad_release.FAILED
    assert document["requests"]["answered"] == document["requests"]["sent"]


def test_a_replayed_log_is_said_to_be_one() -> None:
    """With what was not replayed of it."""
    about = {"kind": "replay", "file": "alb.log.gz", "requests": 9, "skipped": {"not a read": 2}}
    assert summary.build(healthy.right(), [], 1.0, about)["traffic"] == about


def test_with_the_cloud_kept_up_there_was_no_destroy_to_look_at() -> None:
    """GIVEN that nothing was taken down THEN nothing is claimed about it, nor counted as left."""
    seen = beta.right()
    seen.engine.left_after_destroy = seen.left_behind = None
    kept = summary.judge(seen, kept=True)
    assert len(kept) == len(seen.scenario.claims) - 2
    assert all(claim.ok for claim in kept)
    assert summary.build(seen, kept, 1.0, None)["engine"]["left_after_destroy"] is None


def test_the_document_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    """One that cannot be written leaves the one before it as it was."""
    path = tmp_path / "build" / "summary.json"
    summary.write(path, {"format": 1})
    with pytest.raises(TypeError):
        summary.write(path, {"not": object()})
    assert json.loads(path.read_text()) == {"format": 1}
    assert [one.name for one in path.parent.iterdir()] == ["summary.json"]


def test_a_person_reads_what_was_not_observed_with_its_evidence() -> None:
    """And at the end how many of all."""
    seen = beta.right()
    seen.alias_after = "2"
    shown, claims = lines(seen), len(seen.scenario.claims)
    index = shown.index("  FAIL the alias stayed where it was: no code was at fault")
    assert json.loads(shown[index + 1]) == {"before": "1", "after": "2"}
    assert shown[-1] == f"Rehearsal: 1 of {claims} were NOT observed."
    assert sum(line.startswith("  ok ") for line in shown) == claims - 1


def test_a_person_reads_that_all_was_observed_and_why_the_verdict_is_what_it_is() -> None:
    """The go/no-go table, then its one sentence, then the last line of all."""
    seen = beta.right()
    shown = lines(seen)
    assert seen.verdict is not None
    assert shown.index("Go/no-go") < shown.index(seen.verdict.summary) < len(shown) - 1
    assert shown[-1] == f"Rehearsal: all {len(seen.scenario.claims)} observed."
    assert "FAIL" not in "\n".join(shown)


def test_without_a_verdict_no_table_is_shown() -> None:
    """A release is not judged by it."""
    assert "Go/no-go" not in lines(bad_release.right())


def test_a_person_reads_how_much_traffic_there_was_and_what_was_held_back() -> None:
    """Of how many planned; nothing about it where all was sent."""
    seen = beta.right()
    assert lines(seen)[1] == "Traffic: 291 requests sent; users waited 10 ms at P95"
    assert lines(seen)[2] == "Shadow: 291 sent, 290 compared, 1 lost, each counted by its cause"
    seen.ledger.held_back = 9
    assert ", 9 of 300 planned held back: the machine was busy;" in lines(seen)[1]


def test_a_run_that_sent_too_little_is_not_judged() -> None:
    """GIVEN that most requests were held back and a claim about them failed THEN no one is blamed for it."""
    seen = beta.right()
    seen.alias_after, seen.ledger.held_back = "2", 2 * seen.ledger.sent
    found = summary.judge(seen, kept=False)
    assert summary.outcome(seen, found) is Outcome.CANNOT_BE_JUDGED
    assert summary.build(seen, found, 1.0, None)["outcome"] == "cannot be judged"
    shown = lines(seen)
    assert "  ?    the alias stayed where it was: no code was at fault" in shown
    assert "FAIL" not in "\n".join(shown)
    assert shown[-2] == "Rehearsal: it CANNOT BE JUDGED."
    assert shown[-1].startswith("The machine was too busy to send 582 of 873 planned requests, so 1 of ")


def test_a_failure_that_needs_no_traffic_counts_on_a_busy_machine_too() -> None:
    """What the engine did, or what is left behind, is no matter of how many requests were sent."""
    seen = beta.right()
    seen.alias_after, seen.ledger.held_back = "2", 2 * seen.ledger.sent
    seen.engine.changed_on_second_up = 1
    assert summary.outcome(seen, summary.judge(seen, kept=False)) is Outcome.NOT_OBSERVED
    shown = lines(seen)
    assert "  FAIL a second up changes nothing" in shown
    assert "  ?    the alias stayed where it was: no code was at fault" in shown
    assert shown[-1].endswith("were NOT observed.")


def test_half_of_the_traffic_is_enough_to_be_judged_by() -> None:
    """The machine is no excuse from then on; and what was observed all the same was observed."""
    seen = beta.right()
    seen.ledger.held_back = 2 * seen.ledger.sent
    assert summary.outcome(seen, summary.judge(seen, kept=False)) is Outcome.OBSERVED
    seen.alias_after, seen.ledger.held_back = "2", seen.ledger.sent
    assert summary.outcome(seen, summary.judge(seen, kept=False)) is Outcome.NOT_OBSERVED


def test_colours_are_for_terminals() -> None:
    """Green where all was observed, red where something was not; none in a file."""
    seen = beta.right()
    assert lines(seen, Terminal())[-1].startswith(GREEN)
    seen.alias_after = "2"
    assert lines(seen, Terminal())[-1].startswith(RED)
    assert "\x1b" not in "".join(lines(seen))
