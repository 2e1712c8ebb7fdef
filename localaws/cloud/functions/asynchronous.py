"""Asynchronous invocations: the caller does not wait, and failed invocations are retried.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html. Alarm actions and schedules
invoke functions this way. So does SNS on AWS; here MiniStack delivers a message to a function once and does
not retry.
"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from localaws.cloud.clock import Clock

RETRIED_AFTER_S = (60.0, 120.0)
"""Cloud seconds before the first and the second retry of a failed invocation. There is no third retry."""


class Answered(Protocol):
    """The result of an invocation."""

    @property
    def error(self) -> str | None:
        """Error of the function; ``None`` if it succeeded."""


class Asynchronous:
    """Runs invocations in the background.

    Args:
        invoke: Invokes ``(function, qualifier, payload, trace header)`` and waits for the answer.
        retries: Returns how often a failed invocation of ``(function, qualifier)`` is retried.
        clock: The cloud's clock, for the waits between attempts.
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
        """Start an invocation in the background.

        Args:
            name: Name of the function.
            qualifier: Version or alias; ``None`` for ``$LATEST``.
            payload: Event, as JSON.
            trace: Value of the caller's ``X-Amzn-Trace-Id`` header, if any.
        """
        self.spawn(self._until_done(name, qualifier, payload, trace))

    async def _until_done(self, name: str, qualifier: str | None, payload: bytes, trace: str | None) -> None:
        for wait_s in (0.0, *RETRIED_AFTER_S[: self._retries(name, qualifier)]):
            await self._clock.sleep(wait_s)
            if not (await self._invoke(name, qualifier, payload, trace)).error:
                return

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run any other work in the background."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        """Report the error of a finished task, since no caller waits for it."""
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            sys.stderr.write(f"An asynchronous invocation was dropped: {error!r}\n")

    def cancel(self) -> None:
        """Cancel all background work."""
        for task in self._tasks:
            task.cancel()
