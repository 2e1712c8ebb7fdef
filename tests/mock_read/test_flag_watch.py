"""A canary answer never rests on a stale flag, and a source that fails is asked less and less."""

from __future__ import annotations

import itertools
import random
import threading
import time
from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError

from tests.mock_read import parts
from tests.mock_read.parts import ALL_OFF, CANARY, read_path, refusal

UNREACHABLE = EndpointConnectionError(endpoint_url="http://appconfig")
TWENTY_MINUTES = 1200.0


def test_a_flag_turned_off_during_a_freeze_is_read_before_a_canary_answer() -> None:
    """The sandbox thaws with a flag that says canary; the user gets the mock."""
    path = read_path(CANARY)
    path.get()
    path.appconfig.documents["read-flags"] = ALL_OFF
    path.clock.at += TWENTY_MINUTES
    assert path.body() == parts.expected()
    assert len(path.canary.asked) == 1


def test_a_killed_canary_is_noticed_within_a_poll_interval() -> None:
    """Up to the interval the reading is trusted, then it is read again first."""
    path = read_path(CANARY)
    path.appconfig.documents["kill-switch"] = parts.KILL_ON
    path.clock.at += 14
    path.get()
    path.clock.at += 2
    path.get()
    assert [line["path"] for line in path.lines.messages("SUCCESS")] == ["prisma", "mock"]


def test_mock_users_never_wait_for_a_flag() -> None:
    """Their reading is refreshed after the response."""
    path = read_path()
    before = len(path.appconfig.calls)
    path.clock.at += TWENTY_MINUTES
    path.get()
    assert len(path.appconfig.calls) == before
    path.service.work()
    assert len(path.appconfig.calls) > before


def test_appconfig_unreachable_at_cold_start_is_the_mock_until_it_is_back() -> None:
    """Nothing is known, so nobody is in the canary; the first good reading lets them in."""
    path = read_path(CANARY, refreshed=False)
    path.appconfig.fault = UNREACHABLE
    path.service.flags.refresh()
    assert path.body() == parts.expected()
    assert path.lines.messages("FLAG")[0]["why"].count("AppConfig unreachable: EndpointConnectionError") == 2
    path.appconfig.fault = None
    path.clock.at += 16
    path.service.work()
    path.get()
    assert path.lines.messages("SUCCESS")[-1]["path"] == "prisma"


@pytest.mark.parametrize(
    "fault",
    [
        UNREACHABLE,
        ConnectTimeoutError(endpoint_url="http://appconfig"),
        refusal("ThrottlingException"),
        refusal("AccessDeniedException"),
        refusal("ResourceNotFoundException"),
        refusal("InternalServerException"),
        OSError("out of files"),
    ],
    ids=lambda fault: type(fault).__name__,
)
def test_appconfig_lost_later_is_the_mock(fault: Exception) -> None:
    """A canary reading that cannot be renewed is not used, however good it was."""
    path = read_path(CANARY)
    path.appconfig.fault = fault
    path.clock.at += 16
    assert path.body() == parts.expected()
    assert not path.canary.asked
    assert path.lines.metric("FlagErrors") == 1


@pytest.mark.filterwarnings("ignore:This metric doesn't meet the requirements")  # the clock runs ahead
def test_an_expired_token_starts_a_new_session_at_once() -> None:
    """After more than a day frozen the flags themselves are fine."""
    path = read_path(CANARY)
    path.appconfig.used.update(f"{name}#{n}" for name in ("read-flags", "kill-switch") for n in range(100))
    path.appconfig.token = 200
    path.clock.at += 90_000
    path.get()
    assert path.lines.messages("SUCCESS")[-1]["path"] == "prisma"
    assert path.lines.metric("FlagErrors") == 0


def test_an_empty_answer_means_nothing_new() -> None:
    """AppConfig sends a document once a session."""
    path = read_path(CANARY)
    for _ in range(3):
        path.clock.at += 16
        path.get()
    assert [line["path"] for line in path.lines.messages("SUCCESS")] == ["prisma"] * 3


def test_a_broken_document_is_remembered_as_broken() -> None:
    """The session starts anew, so an empty next answer cannot bring the older document back."""
    path = read_path(CANARY)
    path.appconfig.documents["read-flags"] = b"{"
    for _ in range(4):
        path.clock.at += 200
        assert path.body() == parts.expected()
    assert not path.canary.asked


@pytest.mark.parametrize(
    "document",
    [
        b'{"prismaKill":{"enabled":true},"prismaKill":{"enabled":false}}',
        b'{"prismaKill":{"enabled":false},"other":{"n":1e999}}',
        b'{"prismaKill":{"enabled":false},"other":{"n":NaN}}',
        b'{"prismaKill":{"enabled":false},"other":' + b"[" * 40 + b"]" * 40 + b"}",
        '{"prismaKill":{"enabled":false}}'.encode("utf-16"),
    ],
)
def test_a_kill_switch_that_two_readers_may_read_differently_is_on(document: bytes) -> None:
    """The guard and the CLI take it for unreadable: the function must not take it for off."""
    path = read_path(CANARY)
    path.appconfig.documents["kill-switch"] = document
    path.clock.at += 200
    assert path.body() == parts.expected()
    assert not path.canary.asked


def test_a_source_that_fails_is_asked_less_and_less() -> None:
    """Doubling up to eight intervals, whatever the traffic."""
    path = read_path(refreshed=False)
    path.appconfig.fault = UNREACHABLE
    path.service.flags.refresh()
    asked = []
    for second in range(3600):
        path.clock.at += 1
        before = len(path.appconfig.calls)
        path.service.work()
        if len(path.appconfig.calls) > before:
            asked.append(second)
    pauses = [later - earlier for earlier, later in itertools.pairwise(asked)]
    assert max(pauses) <= 121
    assert all(pause >= 59 for pause in pauses[4:])
    assert len(path.lines.messages("FLAG")) == 1


def test_a_hundred_sandboxes_do_not_ask_together() -> None:
    """They lose AppConfig in the same moment and come back spread over half an interval."""
    waits = set()
    for seed in range(100):
        path = read_path(refreshed=False)
        path.service.flags._draw = random.Random(seed)  # noqa: S311 - jitter
        path.appconfig.fault = UNREACHABLE
        path.service.flags.refresh()
        waits.add(round(path.service.flags._wait_s, 1))
    assert len(waits) > 50
    assert 7.5 <= min(waits) <= max(waits) <= 15


def test_a_canary_user_waits_only_briefly_for_a_flag() -> None:
    """A hanging AppConfig costs one user 300 ms, and the next ones nothing: it is being asked already."""
    path, over = read_path(CANARY), threading.Event()

    def hang(**_: Any) -> Any:
        over.wait(30)
        raise UNREACHABLE

    path.appconfig.get_latest_configuration = hang  # type: ignore[method-assign]
    path.clock.at += 16
    took = []
    for _ in range(2):
        began = time.perf_counter()
        assert path.body() == parts.expected()
        took.append(time.perf_counter() - began)
    over.set()
    assert 0.3 <= took[0] < 10
    assert took[1] < 0.3


@pytest.mark.parametrize("jump", [-5_000.0, -5.0, 5_000.0])
def test_a_jumping_clock_makes_a_reading_old_not_young(jump: float) -> None:
    """Back or forth: a flag turned off meanwhile is off."""
    path = read_path(CANARY)
    path.appconfig.documents["read-flags"] = ALL_OFF
    path.clock.at += jump
    path.get()
    assert not path.canary.asked
