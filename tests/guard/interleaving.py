"""Several runs at once, switched at every AWS call in a given order: without luck, without sleeping."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.fakes.aws import Killed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.fakes.aws import Script


@dataclass
class Run:
    """One run in its own thread, which advances only on its turn.

    Attributes:
        killed: Whether the run ends at its next call.
    """

    work: Callable[[], object]
    go: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    stopped: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    ended: bool = False
    killed: bool = False
    error: BaseException | None = None

    def start(self) -> threading.Thread:
        """Start the thread; it waits for its first turn."""
        thread = threading.Thread(target=self._run, daemon=True)
        thread.start()
        return thread

    def step(self) -> None:
        """Let the run make its next call and advance to the one after."""
        self.go.release()
        assert self.stopped.acquire(timeout=10), "the run hangs"

    def finish(self) -> None:
        """Let the run continue to its end."""
        while not self.ended:
            self.step()

    def pause(self) -> None:
        """Wait at a call until it is this run's turn."""
        self.stopped.release()
        assert self.go.acquire(timeout=10), "nobody gives this run a turn"
        if self.killed:
            raise Killed

    def _run(self) -> None:
        assert self.go.acquire(timeout=10)
        try:
            self.work()
        except Killed:
            pass
        except BaseException as error:  # noqa: BLE001 - raised again where the test sees it
            self.error = error
        self.ended = True
        self.stopped.release()


def interleave(
    script: Script, works: Sequence[Callable[[], object]], turns: Sequence[int], kill: tuple[int, int] | None
) -> None:
    """Run all works to their ends.

    Args:
        script: Script whose calls are the switching points.
        works: Work of each run.
        turns: Which run advances, one number per call. When they are used up, the runs end one after another.
        kill: A run, and the turn before which it is killed; ``None`` kills no run.
    """
    runs = [Run(work) for work in works]
    by_thread: dict[int, Run] = {}

    def pause(_operation: str) -> None:
        by_thread[threading.get_ident()].pause()

    script.before = pause
    threads = []
    for run in runs:
        thread = run.start()
        threads.append(thread)
        assert thread.ident is not None
        by_thread[thread.ident] = run
    for index, turn in enumerate(turns):
        if kill is not None and kill[1] == index:
            runs[kill[0]].killed = True
        if not runs[turn].ended:
            runs[turn].step()
    for run in runs:
        run.finish()
    for thread in threads:
        thread.join(timeout=10)
    script.before = lambda _operation: None
    if errors := [run.error for run in runs if run.error is not None]:
        raise errors[0]
