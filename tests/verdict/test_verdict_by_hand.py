"""docs/VERDICT_BY_HAND.md: a reader with a pocket calculator comes to what the verdict says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from canary.verdict import Counts, Thresholds, judge
from canary.verdict.workings import terms, workings

PAGE = (Path(__file__).parents[2] / "docs/VERDICT_BY_HAND.md").read_text()


def table(heading: str) -> list[list[float]]:
    """The numbers of the table under a heading, as they are printed."""
    section = PAGE.split(heading)[1].split("\n## ")[0]
    return [
        [float(cell) for cell in line.strip("|").split("|")]
        for line in section.splitlines()
        if re.match(r"\| [\d.]+ \|", line)
    ]


def by_hand(lines: list[list[float]], n: int, k: int) -> float:
    """The page's formula over the page's table."""
    return sum(weight * hit**k * miss ** (n - k) for _, weight, hit, miss in lines)


@pytest.mark.parametrize(("heading", "side"), [("## Over 2 %", "above"), ("## Under 2 %", "below")])
def test_the_tables_are_the_ones_in_force(heading: str, side: str) -> None:
    """Every printed line is the program's, to the digits printed."""
    lines = table(heading)
    now = terms(0.02, side)  # type: ignore[arg-type]
    assert len(lines) == len(now) == 24
    for (rate, weight, hit, miss), term in zip(lines, now, strict=True):
        assert rate == pytest.approx(100 * term.rate, rel=1e-3)
        assert weight == pytest.approx(term.weight, abs=6e-6)
        assert hit == pytest.approx(term.hit, abs=6e-6)
        assert miss == pytest.approx(term.miss, abs=6e-8)


def test_the_pages_example_is_what_the_verdict_says() -> None:
    """4 of 17 failed: the program's evidence, the page's JSON and the page's table agree."""
    counts = Counts(requests=1700, errors=4, canary_requests=17, canary_errors=4)
    row = judge(counts, Thresholds(), 1).row("errors")
    assert row is not None
    assert row.decision == "NO-GO"
    assert (f'"e_bad": {row.e_bad:.2f}' in PAGE, f'"e_good": {row.e_good:.5f}' in PAGE) == (True, True)
    assert by_hand(table("## Over 2 %"), 17, 4) == pytest.approx(row.e_bad, rel=1e-3)
    assert by_hand(table("## Under 2 %"), 17, 4) == pytest.approx(row.e_good, rel=1e-3)
    assert "= 28.07" in workings(row)[1]
    assert "0.03804 x 10.50106^4 x 0.8061009^13 = 28.07" in PAGE


def test_the_pages_healthy_canary_is_go_when_it_says() -> None:
    """0 of 165 is GO by the page's table, 0 of 164 is not, with the evidence printed."""
    lines = table("## Under 2 %")
    assert f"{by_hand(lines, 165, 0):.2f}" in PAGE
    assert f"{by_hand(lines, 164, 0):.2f}" in PAGE
    assert by_hand(lines, 164, 0) < 20 <= by_hand(lines, 165, 0)


def test_the_share_row_says_that_it_has_two_edges() -> None:
    """It cannot be written as one limit each way, and the error says how to redo it."""
    row = judge(Counts(requests=1700, canary_requests=17), Thresholds(), 1).row("share")
    assert row is not None
    with pytest.raises(ValueError, match="two edges"):
        workings(row)


def test_evidence_beyond_a_float_is_written_as_infinite() -> None:
    """A thousand failures of a thousand are too much for a float, and no error."""
    row = judge(Counts(requests=1000, errors=1000, canary_requests=1000, canary_errors=1000), Thresholds(), 1)
    shown = row.row("errors")
    assert shown is not None
    assert "= inf" in workings(shown)[1]
