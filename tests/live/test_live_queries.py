"""The eight saved queries on the beta that was played: each finds what had happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from rehearsal.traffic import Traffic
    from tests.live.player import Player

pytestmark = pytest.mark.slow

Row = dict[str, str]


def rows(played: Player, name: str, *words: str) -> list[Row]:
    """What a query finds over all of it."""
    found: list[Row] = played.unit.canary(
        "queries", "run", name, "--since", "1h", "--json", *words, code=0
    ).document["rows"]
    assert found, f"{name} found nothing"
    return found


def total(found: list[Row], column: str) -> float:
    """A column's sum."""
    return sum(float(row[column]) for row in found)


def test_1_counts_every_request_and_the_failures_that_users_did_not_see(
    played: Player, readers: Traffic
) -> None:
    """No fewer than users sent; errors are those of the minutes without a database."""
    answered = len(readers.ledger.entries)
    found = rows(played, "1")
    assert total(found, "requests") >= answered
    assert total(found, "errors") > 0
    for row in found:
        rate = 100 * float(row["errors"]) / float(row["requests"])
        assert float(row["error_pct"]) == pytest.approx(rate, abs=0.01)


def test_2_has_both_paths_with_their_times(played: Player) -> None:
    """Each path's 95th percentile is a time of that path; Prisma's is longer than the mock's here."""
    found = rows(played, "2")
    assert {row["path"] for row in found} == {"mock", "prisma"}
    assert all(0 < float(row["p95_ms"]) < 30_000 for row in found)


def test_3_has_the_share_of_answers_that_differed(played: Player) -> None:
    """Some differed while the price did, and no more than were compared."""
    found = rows(played, "3")
    assert 0 < total(found, "diffs") < total(found, "compared")
    for row in found:
        rate = 100 * float(row["diffs"]) / float(row["compared"])
        assert float(row["diff_pct"]) == pytest.approx(rate, abs=0.01)


def test_4_names_the_field_that_differed(played: Player) -> None:
    """The price, and nothing else; by no more users than answers."""
    (row,) = rows(played, "4")
    assert row["path"] == "creator.subscriptionPrice"
    assert 0 < float(row["users"]) <= float(row["answers"])


def test_5_has_the_slowest_first(played: Player) -> None:
    """Twenty canary requests, each with a user's pseudonym and whose answer left."""
    found = rows(played, "5")
    times = [float(row["durationMs"]) for row in found]
    assert len(found) == 20
    assert times == sorted(times, reverse=True)
    assert {row["served"] for row in found} <= {"mock", "prisma"}
    assert all(len(row["userId"]) == 16 for row in found)


def test_6_has_one_users_requests(played: Player) -> None:
    """The user who was seen on Prisma was on the mock before or after."""
    found = rows(played, "6", "--user", played.values["PSEUDONYM"])
    assert "prisma" in {row.get("path") for row in found}


def test_7_has_the_flags_as_sandboxes_saw_them(played: Player) -> None:
    """Every step of the ramp that was served long enough, and the kill switch."""
    found = rows(played, "7")
    assert {"0", "1", "50"} <= {row["prismaAdapter.percentage"] for row in found}
    assert "1" in {row["kill"] for row in found}


def test_8_counts_cold_starts(played: Player) -> None:
    """Some invocations were cold, most were not, and an init phase has a length."""
    found = rows(played, "8")
    assert 0 < total(found, "cold_starts") < total(found, "invocations")
    cold = [row for row in found if float(row["cold_starts"])]
    assert all(0 < float(row["init_ms"]) <= float(row["slowest_ms"]) < 10_000 for row in cold)
