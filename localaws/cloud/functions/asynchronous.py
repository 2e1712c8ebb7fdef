"""Asynchronous invocations: started without waiting, tried again when they fail.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html. Alarm actions and schedules
invoke like this too. (SNS does on AWS; here MiniStack delivers to a function once, without retries.)
"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from localaws.cloud.clock import Clock

RETRIED_AFTER_S = (60.0, 120.0)
"""Cloud seconds before an invocation that failed is tried again, and again; never more often."""


class Answered(Protocol):
    """What an invocation ends with."""

    @property
    def error(self) -> str | None:
        """``None`` when the function answered."""


class Asynchronous:
    """Runs invocations that nobody waits for.

    Args:
        invoke: Invokes ``(function, qualifier, payload, trace header)`` and waits for the answer.
        retries: How often a failed invocation of a function by a qualifier is tried again.
        clock: For the waits between tries.
    """

    def __init__(
        self,
        invoke: Callable[[str, str | None, bytes, str | None], Awaitable[Answered]],
        retries: Callable[[str, str | None], int],
        clock: Clock,
    ) -> None:
        self._invoke, self._retries, self._clock = invoke, retries, clock
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, name: str, qualifier: str | None, payload: bytes, trace: str | None = None) -> None:
        """Start one."""
        self.spawn(self._until_done(name, qualifier, payload, trace))

    async def _until_done(self, name: str, qualifier: str | None, payload: bytes, trace: str | None) -> None:
        for wait_s in (0.0, *RETRIED_AFTER_S[: self._retries(name, qualifier)]):
            await self._clock.sleep(wait_s)
            if not (await self._invoke(name, qualifier, payload, trace)).error:
                return

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something else that nobody waits for."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        """Nobody waits for it: what went wrong with it must be said here."""
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            sys.stderr.write(f"An asynchronous invocation was dropped: {error!r}\n")

    def cancel(self) -> None:
        """Drop what waits."""
        for task in self._tasks:
            task.cancel()
