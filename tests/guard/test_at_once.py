"""Two guards at once, in every order of their calls: one act, one message, one deployment of each kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.unit import Unit
from tests.guard.interleaving import interleave
from tests.guard.minutes import ALARM, TICK, Watch, through_topic
from tests.guard.situations import SITUATIONS, complete, fails_on_prisma

if TYPE_CHECKING:
    from collections.abc import Callable

TURNS = st.lists(st.integers(0, 1), max_size=90)
KILL = st.none() | st.tuples(st.integers(0, 1), st.integers(0, 80))
FEW = settings(max_examples=40, deadline=None)


def both(unit: Unit, turns: list[int], kill: tuple[int, int] | None = None) -> Watch:
    """The alarm's direct call and the topic's delivery, at once."""
    watch = Watch(unit)
    interleave(unit.script, [lambda: watch.run(ALARM), lambda: watch.run(through_topic())], turns, kill)
    return watch


@given(TURNS)
@FEW
def test_alarm_and_topic_at_once_do_it_once(turns: list[int]) -> None:
    """GIVEN both deliveries of one alarm WHEN their calls interleave THEN one act was done."""
    unit = Unit()
    complete(unit)
    watch = both(unit, turns)
    watch.until_finished()
    assert (unit.killed, unit.off) == (True, True)
    assert unit.deployments("kill") == ["COMPLETE", "COMPLETE"]
    assert unit.deployments("ramp") == ["COMPLETE", "COMPLETE", "COMPLETE"]
    assert len(unit.appconfig.versions["kill"]) == 2
    assert len(unit.sns.published) == 1
    assert watch.counted("Rollbacks") == 1


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.__name__)
def test_at_once_in_every_situation(situation: Callable[[Unit], None]) -> None:
    """GIVEN any situation WHEN two guards take turns by calls THEN off, told once, alias right."""
    for turns in ([0, 1] * 60, [0, 0, 1] * 40, [1, 1, 1, 0] * 30, [0] * 5 + [1] * 90):
        unit = Unit()
        situation(unit)
        both(unit, turns).until_finished()
        assert (unit.killed, unit.off) == (True, True)
        assert unit.lambda_.alias["FunctionVersion"] == "1"
        assert len(unit.sns.published) == 1


@given(TURNS, KILL)
@FEW
def test_one_of_two_is_killed_anywhere(turns: list[int], kill: tuple[int, int] | None) -> None:
    """GIVEN two guards, one killed at any moment, WHEN the clock goes on THEN the end is the same."""
    unit = Unit()
    complete(unit)
    watch = both(unit, turns, kill)
    watch.until_finished()
    assert (unit.killed, unit.off) == (True, True)
    assert unit.deployments("ramp")[-1] == "COMPLETE"
    assert 1 <= len(unit.sns.published) <= 2


@given(TURNS)
@FEW
def test_alarm_and_verdict_at_once(turns: list[int]) -> None:
    """GIVEN the alarm and the running verdict at the same time THEN one of them claims the latch."""
    unit = Unit()
    complete(unit)
    fails_on_prisma(unit)
    unit.clock.sleep(60)
    watch = Watch(unit)
    interleave(unit.script, [lambda: watch.run(ALARM), lambda: watch.run(TICK)], turns, None)
    latch = watch.until_finished()
    assert latch.by in {"alarm canary-alarm", "verdict"}
    assert watch.counted("Rollbacks") == 1
    assert len(unit.sns.published) == 1
