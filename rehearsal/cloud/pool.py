"""Sandboxes of one function version: a few that are reused, and a queue for the rest.

Unlike AWS, where another sandbox starts at once: a storm of cold starts on one machine takes
gigabytes, so at most `LIMIT` run and further requests wait their turn.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import TYPE_CHECKING

from rehearsal.cloud.sandbox import Answer, Invocation, Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable

LIMIT = 4


class Pool:
    """Runs invocations in sandboxes made by ``make``, the most recently used first."""

    def __init__(self, make: Callable[[], Sandbox], overrun: Callable[[Sandbox, Invocation, str], None]) -> None:
        self._make = make
        self._overrun = overrun
        self._free: list[Sandbox] = []
        self._sandboxes: dict[int, Sandbox] = {}
        self._starting = 0
        self._waiters: deque[asyncio.Future[None]] = deque()
        self._resting: set[asyncio.Task[None]] = set()

    @property
    def pids(self) -> list[int]:
        """Processes of this pool."""
        return [sandbox.pid for sandbox in self._sandboxes.values()]

    async def invoke(
        self, invocation: Invocation, finished: Callable[[Sandbox, float, float], None]
    ) -> tuple[Answer, Sandbox]:
        """Run one event; the answer comes at runtime-done, the sandbox goes back when it is frozen.

        Args:
            invocation: The event.
            finished: Called with the sandbox, the start and the end of the whole invocation, post-response
                work included.
        """
        sandbox, failure = await self._acquire()
        if failure is not None:
            self._release(sandbox, usable=False)
            now = time.time()
            asyncio.get_running_loop().call_soon(finished, sandbox, now, now)
            return failure, sandbox
        begun = time.time()
        answer, rest = await sandbox.invoke(invocation)
        task = asyncio.create_task(self._rest(sandbox, invocation, rest, begun, finished))
        self._resting.add(task)
        task.add_done_callback(self._resting.discard)
        return answer, sandbox

    async def _rest(
        self,
        sandbox: Sandbox,
        invocation: Invocation,
        rest: asyncio.Task[str | None],
        begun: float,
        finished: Callable[[Sandbox, float, float], None],
    ) -> None:
        killed = await rest
        finished(sandbox, begun, time.time())
        if killed is not None:
            self._overrun(sandbox, invocation, killed)
        self._release(sandbox, usable=killed is None)

    async def _acquire(self) -> tuple[Sandbox, Answer | None]:
        while True:
            if self._free:
                return self._free.pop(), None
            if len(self._sandboxes) + self._starting < LIMIT:
                return await self._start()
            waiter = asyncio.get_running_loop().create_future()
            self._waiters.append(waiter)
            await waiter

    async def _start(self) -> tuple[Sandbox, Answer | None]:
        self._starting += 1
        sandbox = self._make()
        try:
            failure = await sandbox.start()
        finally:
            self._starting -= 1
        if failure is None:
            self._sandboxes[id(sandbox)] = sandbox
        return sandbox, failure

    def _release(self, sandbox: Sandbox, *, usable: bool) -> None:
        if usable:
            self._free.append(sandbox)
        else:
            self._sandboxes.pop(id(sandbox), None)
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_result(None)
                break

    async def end(self) -> None:
        """Kill every sandbox."""
        for sandbox in list(self._sandboxes.values()):
            await sandbox.end()
        self._sandboxes.clear()
        self._free.clear()
