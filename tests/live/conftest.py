"""Fixtures: a stack that is up for all live tests, and the beta played on it, each once."""

from __future__ import annotations

import shutil
import signal
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rehearsal.inbox import Inbox
from tests.live import documented
from tests.live.bringing_up import up as brought_up
from tests.live.player import player
from tests.live.readers import readers as steady_readers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rehearsal.traffic import Traffic
    from tests.live.player import Player
    from tests.live.unit import Unit


@pytest.fixture(scope="session", autouse=True)
def interruptible() -> None:
    """Restore Ctrl-C: a shell that starts this in the background ignores it, and commands inherit that."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def unit() -> Iterator[Unit]:
    """The stack, with an inbox that reads its topic."""
    work = Path(tempfile.mkdtemp(prefix="rehearsal-live-"))
    # PostgreSQL does not run as root; the user that it runs as has to reach its folder.
    work.chmod(0o755)
    try:
        with brought_up(work) as up:
            inbox = Inbox(up.make, up.target.topic_arn)
            yield up
            inbox.close()
    finally:
        shutil.rmtree(work)


@pytest.fixture(scope="session")
def readers(unit: Unit) -> Iterator[Traffic]:
    """Users who read during all tests."""
    reading = steady_readers(unit)
    reading.start()
    try:
        yield reading
    finally:
        reading.stop()


@pytest.fixture(scope="session")
def played(unit: Unit, readers: Traffic) -> Player:
    """The beta as the documents tell it, played once. It ends off, with a second version released."""
    assert readers.failure is None
    playing = player(unit)
    for moment in documented.MOMENTS:
        playing.play(moment)
    playing.end()
    return playing
