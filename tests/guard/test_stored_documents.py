"""Whatever is stored, the kill switch goes on, and people can see and clear what is there."""

# ruff: noqa: S311 - garbage is no secret
from __future__ import annotations

import random
from unittest import mock

from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from canary.cli.audit import parsed
from canary.cli.errors import OpsError
from canary.cli.resume import resume
from canary.cli.rollback import rollback
from canary.cli.status import status
from tests.fakes.account import Account
from tests.fakes.target import target
from tests.fakes.unit import Unit
from tests.fuzzing import fuzz
from tests.guard.garbage import garbage
from tests.guard.garbled import LINES, deployed_on, garble
from tests.guard.minutes import ALARM, TICK, Watch, through_topic

SEED = st.integers(0, 2**64 - 1)
"""`garbage` is drawn by the standard library: ten times as fast, and a seed says as much as an example."""
EVENTS = {"alarm": ALARM, "topic": through_topic(), "tick": TICK, "tick without a latch": TICK}
HALF_AN_HOUR = 1800
"""Longer than the word of a person who resumes counts: garbage may happen to be that word."""


def text(rng: random.Random) -> str:
    """Any text, also such as no stream can encode."""
    return garbage(rng, ("users complain",)).decode("utf-8", "surrogateescape")


@fuzz(25_000)
@given(SEED)
def test_the_kill_switch_goes_on_whatever_is_stored(seed: int) -> None:
    """GIVEN every stored document garbage WHEN the guard or a person rolls back THEN prismaKill is on.

    In one of five there is no latch, so each document is garbage in 20,000 runs at least.
    """
    rng, unit = random.Random(seed), Unit()
    way = rng.choice([*EVENTS, "rollback"])
    garble(unit, rng, readable_ramp=not way.startswith("tick"), latched=way != "tick without a latch")
    unit.clock.sleep(HALF_AN_HOUR)
    if way == "rollback":
        with mock.patch("canary.cli.rollback.waiting", lambda seconds: unit.world(seconds).patience):
            rollback(unit, target(), reason=text(rng), wait_s=0)  # type: ignore[arg-type]
    else:
        Watch(unit).run(EVENTS[way])
    assert deployed_on(unit), way


@fuzz(2_000)
@given(SEED)
def test_people_can_see_and_clear_whatever_is_stored(seed: int) -> None:
    """GIVEN the same WHEN looked at and resumed THEN lines, and an end or one sentence why not."""
    rng, account = random.Random(seed), Account()
    garble(account, rng)
    report = status(account, target())  # type: ignore[arg-type]
    assert all(isinstance(line, str) for line in report.lines())
    assert report.as_dict()["attention"], "garbage needs a person"
    with mock.patch("canary.cli.resume.waiting", account.patience):
        try:
            resume(account, target(), reason=text(rng))  # type: ignore[arg-type]
        except (OpsError, ClientError) as error:
            assert str(error)  # noqa: PT017 - either this or what follows
        else:
            assert "/latch" not in account.ssm.parameters


@fuzz(20_000)
@given(SEED)
def test_a_line_of_the_trail_is_an_entry_or_unreadable(seed: int) -> None:
    """GIVEN any line WHEN read THEN it can be sorted and shown; what is no entry is not left out."""
    entry = parsed(garbage(random.Random(seed), LINES).decode("utf-8", "replace"), 1_793_491_200_000)
    assert isinstance(entry.when, str)
    assert entry.stage in entry.line()
