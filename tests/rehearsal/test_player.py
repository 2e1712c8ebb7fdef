"""Time is played as written: steps at their moments, looks between, what is waited for less than planned."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehearsal.scenarios.beta import BETA
from rehearsal.timeline import Clock, Phase, Player, Scenario, Step

FACTOR = 64.0
"""A power of two: cloud seconds become wall seconds and cloud seconds again without a rounding."""

MINUTE = 60.0


@dataclass
class Machine:
    """A wall clock that only sleeping and acting move, and what happened by it.

    Attributes:
        takes: Cloud seconds that an act takes, by the step's name.
        off_at: Cloud second at which the canary is taken off, by whom nobody asks.
    """

    takes: dict[str, float] = field(default_factory=dict)
    off_at: float = float("inf")
    wall: float = 0.0
    done: list[tuple[float, str]] = field(default_factory=list)
    ticks: list[float] = field(default_factory=list)
    clock: Clock = field(default_factory=lambda: Clock(0.0, FACTOR))

    def play(self, *steps: Step, seconds: float) -> dict[str, float]:
        """Play steps for so long; gives the cloud seconds at which they had been done."""
        scenario = Scenario("made", "for a test", (Phase("only", 0, seconds, "all of it"),), steps, ())
        player = Player(
            self.clock,
            self._act,
            self.ticks.append,
            lambda: self._cloud() >= self.off_at,
            now=lambda: self.wall,
            sleep=self._sleep,
        )
        return {name: self.clock.cloud(wall) for name, wall in player.play(scenario).items()}

    def _cloud(self) -> float:
        return self.clock.cloud(self.wall)

    def _sleep(self, seconds: float) -> None:
        assert seconds > 0, "nobody may look without end at one moment"
        self.wall += seconds

    def _act(self, step: Step) -> None:
        self.done.append((self._cloud(), step.name))
        self.wall += self.takes.get(step.name, 0.0) / FACTOR


def step(at: float, name: str, wait_until: float | None = None) -> Step:
    """A step that is told apart by its label."""
    return Step(at, "act", "something", label=name, wait_until=wait_until)


def test_steps_come_in_the_order_of_their_times_with_a_look_each_minute_between() -> None:
    """However they are listed; the end is not looked at any more."""
    machine = Machine()
    machine.play(step(150, "second"), step(60, "first"), seconds=240)
    assert machine.done == [(60, "first"), (150, "second")]
    assert machine.ticks == [0, 60, 120, 150, 210]
    assert machine.clock.cloud(machine.wall) == 240


@given(st.lists(st.integers(0, 3000), max_size=8), st.integers(1, 3000))
def test_every_step_comes_at_its_moment_and_no_minute_goes_by_unseen(
    moments: list[int], seconds: int
) -> None:
    """Whatever the times: nothing early, nothing twice, steps of one moment in the order of their list."""
    machine = Machine()
    moments = [min(moment, seconds) for moment in moments]
    steps = [step(moment, f"{n}") for n, moment in enumerate(moments)]
    done = machine.play(*steps, seconds=seconds)
    assert machine.done == sorted(machine.done, key=lambda one: (one[0], int(one[1])))
    assert {name: moment for moment, name in machine.done} == done
    assert sorted(done) == sorted(one.name for one in steps)
    assert all(done[one.name] == one.at for one in steps)
    looks = [*machine.ticks, float(seconds)]
    assert looks[0] == 0
    assert all(0 < after - before <= MINUTE for before, after in itertools.pairwise(looks))


@given(st.integers(0, 2000), st.integers(1, 2000))
def test_looks_do_not_pile_up_behind_an_act_that_takes_long(begins: int, takes: int) -> None:
    """None while it goes on, one when it is over, then one a minute again; what is late comes at once."""
    machine = Machine({"slow": takes})
    machine.play(step(begins, "slow"), step(begins + 1, "next"), seconds=4100)
    over = begins + takes
    assert machine.done == [(begins, "slow"), (max(over, begins + 1), "next")]
    assert not [tick for tick in machine.ticks if begins < tick < over]
    after = [tick for tick in machine.ticks if tick >= over]
    assert len(after) <= (4100 - over) / MINUTE + 2
    assert all(0 < later - sooner <= MINUTE for sooner, later in itertools.pairwise(after))


def test_what_a_waiting_step_saves_is_taken_off_everything_after_it() -> None:
    """GIVEN an hour to wait WHEN the canary is off after ten minutes THEN fifty are saved."""
    machine = Machine(off_at=660)
    done = machine.play(
        step(60, "await", wait_until=3660), step(3720, "resume"), step(4000, "again"), seconds=4200
    )
    assert done == {"await": 660, "resume": 720, "again": 1000}
    assert machine.clock.saved == 3000
    assert machine.clock.cloud(machine.wall) == 1200


def test_a_second_wait_saves_on_top_of_the_first() -> None:
    """Both are ahead of the same timeline."""
    machine = Machine(off_at=300)
    done = machine.play(
        step(60, "one", wait_until=1000), step(1100, "two", wait_until=2000), step(2100, "end"), seconds=2200
    )
    # Off at 300, so 700 are saved; the second wait begins at 400 and is over at once, 900 earlier again.
    assert done == {"one": 300, "two": 400, "end": 500}
    assert machine.clock.saved == 1600


@given(st.integers(0, 4000))
def test_a_wait_is_over_within_a_minute_of_the_rollback_and_at_its_limit_at_the_latest(off_at: int) -> None:
    """Where nothing is rolled back, the whole time is waited and nothing is saved."""
    machine = Machine(off_at=off_at)
    done = machine.play(step(60, "await", wait_until=3000), step(3100, "next"), seconds=3200)
    ready = min(max(off_at, 60), 3000)
    assert ready <= done["await"] < ready + MINUTE
    assert done["await"] <= 3000
    assert machine.clock.saved == 3000 - done["await"]
    assert done["next"] == 3100 - machine.clock.saved


def test_a_step_that_does_not_wait_does_not_care_who_is_off() -> None:
    """Only what says so waits."""
    machine = Machine(off_at=0)
    assert machine.play(step(600, "later"), seconds=700) == {"later": 600}
    assert machine.clock.saved == 0


def test_it_is_the_wall_clock_that_plays() -> None:
    """GIVEN an hour at 36,000 to 1 THEN it is over in a tenth of a second, and not before."""
    began = time.time()
    clock, ticks, acted = Clock(began, 36_000.0), list[float](), list[float]()
    scenario = Scenario("hour", "for a test", (Phase("only", 0, 3600, "all"),), (step(1800, "half"),), ())
    done = Player(clock, lambda _: acted.append(time.time()), ticks.append, lambda: False).play(scenario)
    assert clock.cloud(acted[0]) >= 1800
    assert done["half"] >= acted[0]
    assert time.time() - began >= 0.1
    assert ticks == sorted(set(ticks))
    assert len(ticks) <= 62


def test_a_step_that_fails_ends_the_play() -> None:
    """Nothing goes on as if it had happened."""
    machine = Machine()

    def act(_: Step) -> None:
        raise RuntimeError("PostgreSQL does not stop")

    player = Player(
        machine.clock,
        act,
        machine.ticks.append,
        lambda: False,
        now=lambda: machine.wall,
        sleep=machine._sleep,
    )
    with pytest.raises(RuntimeError, match="does not stop"):
        player.play(BETA)
    assert machine.clock.cloud(machine.wall) == BETA.step("seed-difference").at
