"""A guard whose clock is an hour off judges the same minutes, at the same time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from canary.unit import service_clock
from canary.unit.act.act import Trigger, act
from tests.guard.minutes import TICK, Watch
from tests.guard.situations import bad_release, fails_on_prisma

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.unit import Unit

HOUR = 3600.0


def off_by(unit: Unit, seconds: float) -> Callable[[float], Any]:
    """Worlds whose clock is so many seconds ahead of AWS's."""
    world = unit.world

    def made(patience: float = 20) -> Any:
        return replace(world(patience), now=lambda: unit.clock.now() + seconds)

    return made


@pytest.mark.parametrize(
    ("seconds", "dated"), [(-HOUR, True), (HOUR, True), (-24 * HOUR, True), (-HOUR, False)]
)
def test_a_step_is_judged_when_it_has_settled_by_awss_clock(
    unit: Unit, monkeypatch: pytest.MonkeyPatch, seconds: float, *, dated: bool
) -> None:
    """GIVEN a clock off by hours WHEN two minutes have passed THEN judged; not in an hour, not too early."""
    unit.canary(1)
    fails_on_prisma(unit)
    monkeypatch.setattr(unit, "world", off_by(unit, seconds))
    if not dated:
        monkeypatch.setattr(service_clock, "moment", lambda _answer: None)
    watch = Watch(unit, settle_s=75)
    if dated:
        unit.clock.sleep(60)
        watch.run(TICK)
        assert not unit.killed, "before it has settled"
    unit.clock.sleep(60)
    watch.run(TICK)
    assert unit.killed
    assert any("CLOCK-OFF" in line["message"] for line in unit.logged)


def test_a_release_is_recent_by_codedeploys_clock(unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    """GIVEN a bad release that ended now, our clock two hours ahead, THEN it is still taken back."""
    bad_release(unit)
    unit.codedeploy.deployments["d-1"].update(status="Succeeded", completeTime=unit.clock.moment)
    unit.lambda_.alias = {"FunctionVersion": "2", "RevisionId": "r1", "RoutingConfig": {}}
    unit.codedeploy.clock = unit.clock
    monkeypatch.setattr(unit, "world", off_by(unit, 2 * HOUR))
    unit.clock.sleep(60)
    act(unit.world(), Trigger("x", "y", {}))
    assert unit.lambda_.alias["FunctionVersion"] == "1"


@pytest.mark.parametrize("date", ["", "yesterday", 5, None, "Sun, 01 Nov 2026 00:00:61 GMT"])
def test_a_date_that_is_none_is_no_clock(date: Any) -> None:
    """GIVEN an answer without a moment THEN none, whatever stands there."""
    assert service_clock.moment({"ResponseMetadata": {"HTTPHeaders": {"date": date}}}) is None


def test_a_date_from_before_the_step_is_somebody_elses(unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    """GIVEN a proxy that dates its answers an hour early THEN the step is judged by our own clock."""
    unit.canary(1)
    fails_on_prisma(unit)
    early = unit.clock.moment - timedelta(hours=1)
    monkeypatch.setattr(service_clock, "moment", lambda _answer: early)
    watch = Watch(unit, settle_s=75)
    unit.clock.sleep(120)
    watch.run(TICK)
    assert unit.killed
