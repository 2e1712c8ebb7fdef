"""The kill switch is heard within the poll interval, whatever interval AppConfig says."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mock_read.flags.flag_watch import FlagWatch
from mock_read.settings import SettingsError, read

from tests.fuzzing import fuzz
from tests.mock_read import parts
from tests.mock_read.appconfig_model import AppConfigModel
from tests.mock_read.lambda_host import settings

if TYPE_CHECKING:
    from canary.read.flags import State

STEP = st.one_of(
    st.tuples(st.just("wait"), st.floats(0.01, 20)),
    st.tuples(st.just("freeze"), st.floats(20, 200_000)),
    st.tuples(st.just("jump back"), st.floats(-1_000, -0.01)),
    st.tuples(st.just("told"), st.sampled_from([15, 16, 60, 300, 86_400])),
    st.tuples(st.just("switch"), st.just(0)),
)


class _Silent:
    """Hears of the flags and writes no line."""

    def flags_changed(self, state: State) -> None:
        """Not of interest here."""

    def flags_failed(self) -> None:
        """Neither."""


class _Fixture:
    """A watch over the model; AppConfig's clock never goes back, the sandbox's may."""

    def __init__(self, told_s: int = 15, **environment: str) -> None:
        self.clock, self.true = parts.Clock(1_800_000_000.0), parts.Clock(1_800_000_000.0)
        documents = {"read-flags": parts.CANARY, "kill-switch": parts.KILL_OFF}
        self.appconfig = AppConfigModel(documents, self.true, told_s)
        self.switched_on_at: float | None = None
        draw = random.Random(1)  # noqa: S311 - jitter
        found = read({**settings(), **environment})
        self.watch = FlagWatch(self.appconfig, found, self.clock, draw, _Silent())
        self.watch.refresh()

    def canary(self) -> bool:
        return self.watch.fresh() and self.watch.state.canary_on

    def pass_s(self, seconds: float) -> None:
        self.clock.at += seconds
        self.true.at += max(0.0, seconds)

    def switch(self) -> None:
        on = self.switched_on_at is None
        self.appconfig.documents["kill-switch"] = parts.KILL_ON if on else parts.KILL_OFF
        self.switched_on_at = self.true.at if on else None


@fuzz(5_000)
@given(
    st.sampled_from([15, 20, 60]),
    st.sampled_from([15, 60, 86_400]),
    st.lists(STEP, min_size=1, max_size=8),
)
def test_no_canary_answer_rests_on_an_older_reading(
    interval_s: int, told_s: int, steps: list[tuple[str, float]]
) -> None:
    """After any waits, freezes and clocks set back: a switch that is on for the interval is heard."""
    it = _Fixture(told_s, POLL_INTERVAL_S=str(interval_s))
    went_back = 0.0
    for what, value in steps:
        if what == "told":
            it.appconfig.told_s = int(value)
        elif what == "switch":
            it.switch()
        else:
            it.pass_s(value)
            went_back -= min(0.0, value)
        if it.canary():
            assert 0 <= it.clock() - it.watch.state.at <= interval_s
            since = it.switched_on_at
            # A clock that went back by less than the reading's age lengthens it by as much, and no more.
            assert since is None or it.true() - since <= interval_s + went_back


@pytest.mark.parametrize("told_s", [15, 60, 86_400])
def test_the_kill_switch_is_heard_in_sixteen_seconds(told_s: int) -> None:
    """AppConfig may ask for a poll a day: a new session hears it all the same, and flags do not fail."""
    it = _Fixture(told_s)
    for _ in range(20):
        it.pass_s(15.5)
        assert it.canary()
    it.switch()
    it.pass_s(15.5)
    assert not it.canary()
    assert it.watch.state.why == ""


def test_a_usual_interval_keeps_its_session() -> None:
    """A new session costs a whole document: an hour of polls needs the two first ones only."""
    it = _Fixture()
    for _ in range(240):
        it.pass_s(15.5)
        assert it.canary()
    assert it.appconfig.sessions == 2


def test_a_poll_interval_over_a_minute_is_refused() -> None:
    """The kill switch would be heard too late."""
    with pytest.raises(SettingsError, match=re.escape("POLL_INTERVAL_S='61' is more than 60")):
        read({**settings(), "POLL_INTERVAL_S": "61"})
