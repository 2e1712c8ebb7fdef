"""What is served is read in a session that is kept: paid for once a change, and never stale."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canary.stored import Unreadable
from canary.unit.act.world import kill_environment, ramp_environment
from canary.unit.flags import documents
from canary.unit.flags.session import FlagSession
from tests.fakes.aws import refusal
from tests.fakes.unit import SETTINGS, Unit
from tests.guard.minutes import Watch
from tests.guard.test_watching import healthy

if TYPE_CHECKING:
    from canary.unit.flags.environment import FlagEnvironment

DAY_S = 86_400


def kill(unit: Unit) -> FlagEnvironment:
    """The kill environment as a run of the guard makes it, anew each time."""
    return kill_environment(SETTINGS, unit)  # type: ignore[arg-type]


def test_an_hour_of_ticks_receives_one_document(unit: Unit) -> None:
    """GIVEN a healthy canary and a warm sandbox WHEN it ticks for an hour THEN one document is paid for."""
    unit.canary(1)
    healthy(unit)
    watch = Watch(unit)
    for _ in range(60):
        watch.tick()
    assert unit.script.calls["get_latest_configuration"] == 60
    assert unit.script.calls["start_configuration_session"] == 1
    assert unit.appconfig.received == 1


def test_a_change_is_seen_at_the_next_reading(unit: Unit) -> None:
    """GIVEN a session that knows a document WHEN another is deployed THEN the next reading has it."""
    assert documents.is_not_killed(kill(unit).served())
    unit.clock.sleep(60)
    unit.deploy("kill", documents.kill(None, on=True))
    assert documents.is_killed(kill(unit).served())
    assert unit.script.calls["start_configuration_session"] == 1


def test_a_token_that_has_expired_is_replaced(unit: Unit) -> None:
    """GIVEN a sandbox frozen for longer than a token lives WHEN it reads THEN it reads what is served."""
    kill(unit).served()
    unit.clock.sleep(DAY_S + 60)
    unit.deploy("kill", documents.kill(None, on=True))
    assert documents.is_killed(kill(unit).served())
    assert unit.script.calls["start_configuration_session"] == 2


def test_an_act_reads_back_at_once(unit: Unit) -> None:
    """GIVEN a reading a moment ago WHEN the act reads back what it did THEN it need not wait an interval."""
    kill(unit).served()
    unit.deploy("kill", documents.kill(None, on=True))
    assert documents.is_killed(kill(unit).served())


@pytest.mark.parametrize("operation", ["get_latest_configuration", "start_configuration_session"])
def test_a_refusal_is_not_an_answer(unit: Unit, operation: str) -> None:
    """GIVEN AppConfig throttles WHEN read THEN that is raised, not yesterday's flags; the next is right."""
    if operation == "get_latest_configuration":
        kill(unit).served()
        unit.clock.sleep(60)
    unit.script.will(operation, refusal("ThrottlingException", status=429))
    with pytest.raises(Exception, match="ThrottlingException"):
        kill(unit).served()
    unit.deploy("kill", documents.kill(None, on=True))
    assert documents.is_killed(kill(unit).served())


def test_each_profile_has_a_session_of_its_own(unit: Unit) -> None:
    """GIVEN both environments WHEN read in turn THEN each is told its own flags."""
    unit.canary(1)
    for _ in range(3):
        assert documents.is_not_killed(kill(unit).served())
        assert documents.ramp_state(ramp_environment(SETTINGS, unit).served()).percentage == 1  # type: ignore[arg-type]
        unit.clock.sleep(60)


class Broken:
    """An AppConfig whose first document is not what it should be."""

    def __init__(self, first: bytes) -> None:
        self.documents = [first, b'{"prismaKill": {"enabled": true}}']
        self.sessions = 0

    def start_configuration_session(self, **_: Any) -> dict[str, str]:
        self.sessions += 1
        return {"InitialConfigurationToken": "first"}

    def get_latest_configuration(self, **_: Any) -> dict[str, Any]:
        return {"Configuration": io.BytesIO(self.documents.pop(0)), "NextPollConfigurationToken": "next"}


@pytest.mark.parametrize(
    "first",
    [
        b"{",
        b"[1]",
        b"<html>proxy</html>",
        b'{"prismaKill": 5}',
        b'{"prismaKill": {"enabled": "no"}}',
        b'{"prismaKill": {"enabled": false}, "prismaKill": {"enabled": true}}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_flags_is_unreadable_and_asked_for_again(first: bytes) -> None:
    """GIVEN one odd document WHEN read THEN unreadable; a session of its own asks for all of it again."""
    broken = Broken(first)
    session = FlagSession(broken, {})
    assert isinstance(session.read(), Unreadable)
    assert session.read() == {"prismaKill": {"enabled": True}}
    assert broken.sessions == 2


@given(
    st.lists(
        st.one_of(
            st.booleans(),
            st.floats(0, 2 * DAY_S),
            st.sampled_from(["get_latest_configuration", "start_configuration_session"]),
        ),
        max_size=20,
    )
)
def test_what_is_read_is_what_is_served(happenings: list[bool | float | str]) -> None:
    """GIVEN deployments, time and faults in any order WHEN read after each THEN served, or refused."""
    unit = Unit()
    for happening in happenings:
        match happening:
            case bool():
                unit.deploy("kill", documents.kill(None, on=happening))
            case str():
                unit.script.will(happening, refusal("InternalServerException", status=500))
            case _:
                unit.clock.sleep(happening)
        try:
            read = kill(unit).served()
        except Exception as error:  # noqa: BLE001 - the refusal that was scripted, which is no answer
            assert "InternalServerException" in str(error)  # noqa: PT017 - either an answer or this
        else:
            assert read == unit.appconfig.values("kill")
