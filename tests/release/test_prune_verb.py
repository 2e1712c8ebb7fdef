"""`canary prune`: old versions go, ways back stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canary.cli.errors import OpsError
from canary.cli.release.prune import prune
from canary.unit.app_spec import AppSpec
from tests.fakes.account import target as names
from tests.fakes.aws import refusal
from tests.fakes.releases import ReleasingUnit

if TYPE_CHECKING:
    from canary.cli.target import Target


def published(unit: ReleasingUnit, count: int) -> None:
    """Versions 1 to `count` of the entry function."""
    while len(unit.lambda_.versions["mock-read"]) < count:
        unit.lambda_.publish("mock-read")


def ended(unit: ReleasingUnit, before: str, after: str, status: str = "Succeeded") -> None:
    """A release that is over."""
    identifier = unit.codedeploy._new(AppSpec("mock-read", "live", before, after), "user")
    unit.codedeploy.infos[identifier]["status"] = status
    unit.clock.seconds += 1


def test_old_versions_go_and_the_newest_stay(unit: ReleasingUnit, target: Target) -> None:
    """GIVEN ten versions, live at 10 WHEN pruned to three THEN 8, 9, 10 are left."""
    published(unit, 10)
    unit.lambda_.move("mock-read", "10")
    report = prune(unit, target, keep=3)  # type: ignore[arg-type]
    assert report.deleted["mock-read"] == [str(number) for number in range(1, 8)]
    assert unit.lambda_.versions["mock-read"] == ["8", "9", "10"]


def test_the_live_version_and_the_way_back_stay_however_old(unit: ReleasingUnit, target: Target) -> None:
    """GIVEN live at 4, released from 2 WHEN pruned to one THEN 2, 4 and the newest are left."""
    published(unit, 10)
    ended(unit, "2", "4")
    unit.lambda_.move("mock-read", "4")
    report = prune(unit, target, keep=1)  # type: ignore[arg-type]
    assert unit.lambda_.versions["mock-read"] == ["2", "4", "10"]
    assert report.kept["mock-read"]["4"] == "live by alias live"
    assert "taken back to it" in report.kept["mock-read"]["2"]


def test_a_share_of_the_traffic_and_other_aliases_count_as_live(unit: ReleasingUnit, target: Target) -> None:
    """GIVEN an alias split between 3 and 5, and another alias at 2 THEN all three are left."""
    published(unit, 10)
    unit.lambda_.move("mock-read", "3", {"5": 0.1})
    unit.lambda_.elsewhere["mock-read"] = {"stable": "2"}
    prune(unit, target, keep=1)  # type: ignore[arg-type]
    assert unit.lambda_.versions["mock-read"] == ["2", "3", "5", "10"]


def test_nothing_is_pruned_while_a_release_is_in_progress(unit: ReleasingUnit, target: Target) -> None:
    """GIVEN a release in progress WHEN pruned THEN refused; a dry run shows that both its versions stay."""
    published(unit, 10)
    unit.codedeploy._new(AppSpec("mock-read", "live", "1", "3"), "user")
    with pytest.raises(OpsError, match=r"Release d-1 is in progress"):
        prune(unit, target, keep=1)  # type: ignore[arg-type]
    report = prune(unit, target, keep=1, dry_run=True)  # type: ignore[arg-type]
    assert set(report.kept["mock-read"]) == {"1", "3", "10"}
    assert len(unit.lambda_.versions["mock-read"]) == 10


def test_a_version_that_comes_into_use_meanwhile_stays(unit: ReleasingUnit, target: Target) -> None:
    """GIVEN an alias moved to a version just before its deletion WHEN deleted THEN it stays."""
    published(unit, 4)
    unit.lambda_.move("mock-read", "4")
    unit.script.will("delete_function", lambda: unit.lambda_.move("mock-read", "1"))
    said: list[str] = []
    report = prune(unit, target, keep=1, say=said.append)  # type: ignore[arg-type]
    assert "1" not in report.deleted["mock-read"]
    assert any("version 1 is in use by now" in line for line in said)


def test_deployments_that_cannot_be_read_keep_everything(unit: ReleasingUnit, target: Target) -> None:
    """GIVEN CodeDeploy is down WHEN pruned THEN it fails before anything is deleted."""
    published(unit, 10)
    unit.script.will("list_deployments", refusal("InternalFailure", status=500))
    with pytest.raises(Exception, match="InternalFailure"):
        prune(unit, target)  # type: ignore[arg-type]
    assert unit.script.calls["delete_function"] == 0


def test_at_least_one_is_kept(unit: ReleasingUnit, target: Target) -> None:
    """GIVEN --keep 0 THEN refused."""
    with pytest.raises(OpsError, match=r"keep = 0: must be at least 1"):
        prune(unit, target, keep=0)  # type: ignore[arg-type]


@given(
    st.integers(2, 12).flatmap(
        lambda count: st.tuples(
            st.just(count),
            st.integers(1, count),
            st.lists(st.tuples(st.integers(1, count), st.integers(1, count), st.booleans()), max_size=4),
            st.integers(1, 4),
        )
    )
)
@settings(max_examples=60, deadline=None)
def test_whatever_was_released_the_ways_back_stay(
    history: tuple[int, int, list[tuple[int, int, bool]], int],
) -> None:
    """GIVEN any history of releases WHEN pruned THEN live, last and last good release's origins are left."""
    count, live, shifts, keep = history
    unit = ReleasingUnit()
    published(unit, count)
    for before, after, good in shifts:
        ended(unit, str(before), str(after), "Succeeded" if good else "Stopped")
    unit.lambda_.move("mock-read", str(live))
    prune(unit, names(), keep=keep)  # type: ignore[arg-type]
    left = set(unit.lambda_.versions["mock-read"])
    needed = {str(live), str(count)}
    needed |= {str(before) for before, _after, _good in shifts[-1:]}
    good_ones = [before for before, _after, good in shifts if good]
    needed |= {str(before) for before in good_ones[-1:]}
    assert needed <= left
    assert len(left) <= keep + 3
