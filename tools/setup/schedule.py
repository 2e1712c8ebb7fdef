"""Runs steps in the order of their needs, several at once: a build leaves the network idle, npm the cores."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

from tools.setup.step import StepError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tools.setup.progress import Progress
    from tools.setup.step import Step

AT_ONCE = 3
LOOK_EVERY_S = 1.0


class Schedule:
    """One attempt at all steps.

    A failure stops only the steps that need the failed one, so that the next attempt has less to do.

    Args:
        steps: All steps; their needs name each other.
        is_done: Returns whether a step is done. Called once its needs are done, since they may decide its
            inputs.
        run: Does one step; raises StepError.
        progress: Receives the beginning and the end of each step.
    """

    def __init__(
        self,
        steps: Sequence[Step],
        is_done: Callable[[Step], bool],
        run: Callable[[Step], None],
        progress: Progress,
    ) -> None:
        self._steps = steps
        self._is_done = is_done
        self._run = run
        self._progress = progress
        self._done: set[str] = set()
        self._failed: set[str] = set()
        self._going: dict[Future[None], Step] = {}

    def play(self, interrupt: Callable[[], None]) -> list[str]:
        """Run the steps that are not done yet.

        Args:
            interrupt: Ends the programs that steps have started; called when the attempt is cut short.

        Returns:
            Names of the steps that failed or could not be tried; empty if everything is ready.
        """
        with ThreadPoolExecutor(AT_ONCE) as pool:
            try:
                while self._start_all(pool):
                    ended, _ = wait(self._going, timeout=LOOK_EVERY_S, return_when=FIRST_COMPLETED)
                    for future in ended:
                        self._settle(future)
                    self._progress.beat()
            except BaseException:
                interrupt()
                raise
        return [step.name for step in self._steps if step.name not in self._done]

    def _start_all(self, pool: ThreadPoolExecutor) -> bool:
        """Start every step that can start, and return whether any step is running."""
        for step in self._steps:  # needs precede their step in the list, so one pass finds all
            if len(self._going) < AT_ONCE and self._can_start(step):
                if self._is_done(step):
                    self._done.add(step.name)
                else:
                    self._progress.begin(step.name)
                    self._going[pool.submit(self._run, step)] = step
        return bool(self._going)

    def _can_start(self, step: Step) -> bool:
        busy = {going.name for going in self._going.values()}
        return step.name not in self._done | self._failed | busy and self._done.issuperset(step.needs)

    def _settle(self, future: Future[None]) -> None:
        step = self._going.pop(future)
        try:
            future.result()
        except StepError as error:
            self._failed.add(step.name)
            self._progress.failed(step.name, str(error))
        else:
            self._done.add(step.name)
            self._progress.done(step.name)
