"""The pool of sandboxes of one function version, and a queue for requests that find all of them busy.

At most `LIMIT` sandboxes run, and further requests wait. AWS would start another execution environment at
once, but a burst of cold starts on one machine takes gigabytes of memory.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from localaws.cloud.request import ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable

    from localaws.cloud.functions.runtime_api import Answer, Invocation
    from localaws.cloud.functions.sandbox import Sandbox

LIMIT = 3


@dataclass(frozen=True)
class Finished:
    """A finished invocation, including the work after the response.

    Attributes:
        begun: Wall clock time of the start, in seconds since the epoch.
        ended: Wall clock time of the end, in seconds since the epoch.
        killed: Why the sandbox was killed; ``None`` if it was not.
        init_ms: Duration of the init phase before this invocation in milliseconds; ``None`` if the sandbox
            was warm.
    """

    sandbox: Sandbox
    answer: Answer
    begun: float
    ended: float
    killed: str | None = None
    init_ms: float | None = None


class Pool:
    """Runs invocations in sandboxes, the most recently used sandbox first.

    Args:
        make: Creates a sandbox.
        limit: Most sandboxes at a time. Defaults to `LIMIT`.
    """

    def __init__(self, make: Callable[[], Sandbox], limit: int = LIMIT) -> None:
        self._make = make
        self._limit = limit
        self._free: list[Sandbox] = []
        self._sandboxes: dict[int, Sandbox] = {}
        self._waiters: deque[asyncio.Future[None]] = deque()
        self._resting: set[asyncio.Task[None]] = set()
        self._retired = self._ended = False

    @property
    def pids(self) -> list[int]:
        """Process ids of the pool's sandboxes."""
        return [sandbox.pid for sandbox in self._sandboxes.values() if sandbox.pid]

    async def invoke(self, invocation: Invocation, finished: Callable[[Finished], None]) -> Answer:
        """Run one invocation.

        Args:
            invocation: The event.
            finished: Called when the whole invocation is over, including the work after the response.

        Returns:
            The answer, as soon as the runtime has posted it. The sandbox returns to the pool later, when it
            is frozen.

        Raises:
            ServiceError: The pool was ended.
        """
        sandbox, failure = await self._acquire()
        if failure is not None:
            self._release(sandbox, usable=False)
            now = time.time()
            finished(Finished(sandbox, failure, now, now, init_ms=sandbox.init_ms))
            return failure
        begun, init_ms = time.time(), sandbox.init_ms if sandbox.cold else None
        answer, rest = await sandbox.invoke(invocation)

        def ended(killed: str | None) -> None:
            finished(Finished(sandbox, answer, begun, time.time(), killed, init_ms))

        task = asyncio.create_task(self._rest(sandbox, rest, ended))
        self._resting.add(task)
        task.add_done_callback(self._resting.discard)
        return answer

    async def _rest(
        self,
        sandbox: Sandbox,
        rest: asyncio.Task[str | None],
        ended: Callable[[str | None], None],
    ) -> None:
        killed = await rest
        needed = not self._retired or bool(self._waiters)
        self._release(sandbox, usable=killed is None and needed)
        ended(killed)
        if not needed:
            await sandbox.end()

    async def _acquire(self) -> tuple[Sandbox, Answer | None]:
        while not self._ended:
            if self._free:
                return self._free.pop(), None
            if len(self._sandboxes) < self._limit:
                return await self._start()
            waiter = asyncio.get_running_loop().create_future()
            self._waiters.append(waiter)
            await waiter
        raise ServiceError("ServiceException", "The function's sandboxes were ended", 500)

    async def _start(self) -> tuple[Sandbox, Answer | None]:
        sandbox = self._make()
        self._sandboxes[id(sandbox)] = sandbox
        try:
            return sandbox, await sandbox.start()
        except BaseException:
            self._release(sandbox, usable=False)
            raise

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

    async def retire(self) -> None:
        """Retire a pool that gets no more events. Each sandbox is killed when it has nothing left to do."""
        self._retired = True
        free, self._free = self._free, []
        for sandbox in free:
            self._sandboxes.pop(id(sandbox), None)
        await asyncio.gather(*(sandbox.end() for sandbox in free))

    async def end(self) -> None:
        """Kill every sandbox, including busy and starting ones; safe to repeat."""
        self._ended = True
        sandboxes, self._sandboxes = list(self._sandboxes.values()), {}
        self._free.clear()
        await asyncio.gather(*(sandbox.end() for sandbox in sandboxes))
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_result(None)
