"""A pool of real sandboxes: how many run, who gets one, and how they end."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from localaws.cloud.functions.pool import Finished, Pool
from localaws.cloud.request import ServiceError
from localaws.tests.cloud.functions import EXTENSION, invocation, python_sandbox, state_of, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    Make = Callable[..., Pool]

SLOW = "import os, time\ndef handler(event, context):\n  time.sleep(0.2)\n  return os.getpid()"


@pytest_asyncio.fixture
async def make(tmp_path: Path) -> AsyncIterator[Make]:
    """Make pools; all are ended afterwards."""
    made: list[Pool] = []

    def one(code: str, limit: int = 2, timeout_s: float = 5.0) -> Pool:
        made.append(Pool(lambda: python_sandbox(tmp_path, code, print, timeout_s), limit))
        return made[-1]

    yield one
    for pool in made:
        await pool.end()


async def test_more_events_than_sandboxes_wait_their_turn(make: Make) -> None:
    """GIVEN a limit of two WHEN six events come at once THEN all are answered, by two processes."""
    pool, done = make(SLOW), list[Finished]()
    answers = await asyncio.gather(*(pool.invoke(invocation(), done.append) for _ in range(6)))
    assert len({answer.payload for answer in answers}) == 2
    await until(lambda: len(done) == 6)
    assert all(one.killed is None for one in done)
    assert len(pool.pids) == 2


async def test_one_event_after_the_other_needs_one_sandbox(make: Make) -> None:
    """GIVEN a warm sandbox WHEN events come one by one THEN the same one serves them all."""
    pool = make("import os\ndef handler(event, context): return os.getpid()")
    seen = set()
    for _ in range(3):
        done: list[Finished] = []
        seen.add((await pool.invoke(invocation(), done.append)).payload)
        await until(lambda done=done: bool(done))  # type: ignore[misc]
    assert len(seen) == 1


async def test_a_sandbox_is_busy_until_its_extension_is_done(make: Make) -> None:
    """GIVEN post-response work WHEN the next event comes at once THEN another sandbox serves it."""
    pool = make(f"AFTER_S = 0.5{EXTENSION}")
    done: list[Finished] = []
    await pool.invoke(invocation(), done.append)
    await pool.invoke(invocation(), done.append)
    assert len(pool.pids) == 2
    await until(lambda: len(done) == 2)
    assert all(one.ended - one.begun >= 0.5 for one in done)


async def test_a_killed_sandbox_makes_room(make: Make) -> None:
    """GIVEN a limit of one and a sandbox that overran WHEN another event waits THEN a new one serves it."""
    code = """
        import time
        def handler(event, context):
            time.sleep(event["s"])
            return "well"
    """
    pool, done = make(code, limit=1, timeout_s=0.5), list[Finished]()
    late, well = await asyncio.gather(
        pool.invoke(invocation(b'{"s": 9}'), done.append), pool.invoke(invocation(b'{"s": 0}'), done.append)
    )
    assert (late.error, well.payload) == ("Unhandled", b'"well"')
    await until(lambda: len(done) == 2)
    assert [one.killed for one in done] == ["timed out", None]


async def test_a_sandbox_that_never_came_up_makes_room_too(make: Make) -> None:
    """GIVEN a limit of one and code that fails at import WHEN invoked thrice THEN each gets it."""
    pool, done = make("raise RuntimeError('no')", limit=1), list[Finished]()
    answers = await asyncio.gather(*(pool.invoke(invocation(), done.append) for _ in range(3)))
    assert {answer.error for answer in answers} == {"Unhandled"}
    assert len(done) == 3
    assert pool.pids == []


async def test_a_program_that_cannot_be_started_holds_no_place(make: Make) -> None:
    """GIVEN a factory that fails WHEN invoked more often than places THEN each caller is told."""

    def absent() -> None:
        raise OSError("no such interpreter")

    pool = Pool(absent, limit=1)  # type: ignore[arg-type]
    for _ in range(3):
        with pytest.raises(OSError, match="no such interpreter"):
            await asyncio.wait_for(pool.invoke(invocation(), print), 2)


async def test_a_retired_pool_finishes_what_it_has(make: Make) -> None:
    """GIVEN one event at work and one waiting WHEN it is retired THEN both are answered, then all is gone."""
    pool, done = make(SLOW, limit=1), list[Finished]()
    events = [asyncio.create_task(pool.invoke(invocation(), done.append)) for _ in range(2)]
    await until(lambda: bool(pool.pids))
    await pool.retire()
    answers = await asyncio.gather(*events)
    assert [answer.error for answer in answers] == [None, None]
    await until(lambda: pool.pids == [])


async def test_the_end_kills_busy_sandboxes_and_turns_waiters_away(make: Make) -> None:
    """GIVEN one event at work and one waiting WHEN the pool ends THEN no process is left, no caller hangs."""
    pool = make("import time\ndef handler(event, context): time.sleep(30)", limit=1)
    events = [asyncio.create_task(pool.invoke(invocation(), lambda _done: None)) for _ in range(2)]
    await until(lambda: bool(pool.pids))
    pids = pool.pids
    await pool.end()
    results = await asyncio.wait_for(asyncio.gather(*events, return_exceptions=True), 5)
    assert [state_of(pid) for pid in pids] == [""]
    assert isinstance(results[1], ServiceError)
