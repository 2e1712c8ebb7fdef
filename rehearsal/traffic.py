"""Sends real HTTP requests through the API as seeded users, at a steady rate or timed by an access log."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aiohttp

from rehearsal import read_path
from rehearsal.ledger import Entry, Ledger, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

DEADLINE_S = 10.0
"""Seconds after which a request counts as unanswered. The API's limit is 30, but no user waits that long."""

OK = 200

IN_FLIGHT = 16
"""Maximum number of requests in flight.

A machine that cannot keep up gets fewer requests. Otherwise a queue would grow until no one is answered,
because three sandboxes per function are not a cloud.
"""

QUICK_S, BURST, BURSTS_IN_A_ROW, SETTLED_WITHIN_S = 0.2, 8, 3, 90.0
"""When the stack counts as settled.

`BURSTS_IN_A_ROW` bursts of `BURST` requests must succeed, each request in less than `QUICK_S` seconds. This
must happen within `SETTLED_WITHIN_S` seconds.
"""


class NotSettledError(RuntimeError):
    """The stack does not answer as it should before the traffic begins."""


@dataclass(frozen=True, slots=True)
class Request:
    """One read by one user."""

    user: str
    record: str
    limit: int = 10


@dataclass
class Pace:
    """The current request rate; may be changed during a run.

    Attributes:
        rate: Requests per real second.
    """

    rate: float


def steady(
    seed: int, users: int, beta_users: int, pace: Pace, records: Sequence[str]
) -> Iterator[tuple[float, Request]]:
    """Yield an endless Poisson stream of requests, in which all users are equally likely.

    The same seed gives the same stream. The first ``beta_users`` ids are the beta's (``beta-001`` …), the
    others belong to everyone else. All of them read, because a migration carries all traffic and not only the
    beta's.

    Args:
        seed: Seed of the generator.
        users: Number of users, including the beta's.
        beta_users: Number of beta users.
        pace: The request rate.
        records: Ids of the records to read.

    Yields:
        Seconds since the start and the request.
    """
    draw = random.Random(seed)  # noqa: S311 - traffic, not a secret
    names = [f"beta-{n + 1:03d}" if n < beta_users else f"user-{n + 1:05d}" for n in range(users)]
    at = 0.0
    while True:
        at += draw.expovariate(pace.rate)
        yield at, Request(draw.choice(names), draw.choice(records), draw.choice((3, 5, 10)))


def squeezed(
    requests: Iterable[tuple[float, Request]], span_s: float, seconds: float
) -> Iterator[tuple[float, Request]]:
    """Compress or stretch a recorded sequence into ``seconds``."""
    scale = seconds / span_s if span_s > 0 else 0.0
    return ((offset * scale, request) for offset, request in requests)


class Traffic:
    """Sends a sequence of requests from its own thread and writes the ledger.

    Args:
        url: The API's URL, without a trailing slash.
        expected: Returns the mock's parsed answer to a request, from which no user's answer may differ.
        requests: ``(offset_s, request)`` in real seconds from the start.
        header: Name of the header that carries the user's id.

    Attributes:
        ledger: What every user got.
        failure: The exception that ended the sender, if any.
    """

    def __init__(
        self,
        url: str,
        expected: Callable[[Request], Any],
        requests: Iterable[tuple[float, Request]],
        header: str,
    ) -> None:
        self.ledger = Ledger()
        self.failure: BaseException | None = None
        self._url = url
        self._expected = expected
        self._requests = requests
        self._header = header
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="traffic", daemon=True)

    def start(self) -> None:
        """Start sending."""
        self._thread.start()

    def stop(self) -> None:
        """Stop sending and wait for the outstanding answers.

        Re-raises the exception that ended the sender, if any.
        """
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(DEADLINE_S + 5)
        if self.failure is not None:
            raise self.failure

    def _run(self) -> None:
        try:
            asyncio.run(self._send_all())
        except BaseException as error:  # noqa: BLE001 - carried to the thread that stops us
            self.failure = error

    async def _send_all(self) -> None:
        timeout = aiohttp.ClientTimeout(total=DEADLINE_S)
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(timeout=timeout, connector=connector) as session:
            start = time.monotonic()
            places = asyncio.Semaphore(IN_FLIGHT)
            async with asyncio.TaskGroup() as under_way:
                for offset, request in self._requests:
                    await asyncio.sleep(max(0.0, start + offset - time.monotonic()))
                    if self._stopping.is_set():
                        break
                    if places.locked():
                        self.ledger.held_back += 1
                        continue
                    await places.acquire()
                    self.ledger.sent += 1
                    under_way.create_task(self._send(session, request)).add_done_callback(
                        lambda _: places.release()
                    )

    async def _send(self, session: aiohttp.ClientSession, request: Request) -> None:
        sent_at, begun = time.time(), time.perf_counter()
        status = 0
        outcome: Outcome = "unanswered"
        try:
            async with session.get(
                f"{self._url}{read_path.path(request.record, request.limit)}",
                headers={self._header: request.user},
            ) as answer:
                status = answer.status
                body = await answer.json(content_type=None) if status == OK else None
            outcome = "error" if status != OK else "mock" if body == self._expected(request) else "other"
        except (aiohttp.ClientError, TimeoutError, ValueError):
            # No answer, or one that is not JSON; the ledger records what the user saw.
            outcome = "unanswered" if status != OK else "other"
        self.ledger.add(Entry(sent_at, request.user, status, time.perf_counter() - begun, outcome))


def settle(url: str, header: str, path: str) -> int:
    """Send bursts until every sandbox that the traffic needs is warm, like a smoke test after a deployment.

    Returns:
        Number of requests that this took.

    Raises:
        NotSettledError: The stack did not settle in time. The message lists the last answers.
    """
    return asyncio.run(_settle(f"{url}{path}", header))


async def _settle(url: str, header: str) -> int:
    sent, quick = 0, 0
    last: list[str] = []
    deadline = time.monotonic() + SETTLED_WITHIN_S
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=DEADLINE_S)) as session:
        while quick < BURSTS_IN_A_ROW:
            if time.monotonic() > deadline:
                raise NotSettledError(f"{url} does not settle; last answers: {', '.join(last)}")
            answers = await asyncio.gather(
                *(_timed(session, url, {header: f"smoke-{n}"}) for n in range(BURST))
            )
            sent += len(answers)
            quick = quick + 1 if all(status == OK and s < QUICK_S for status, s in answers) else 0
            last = [f"{status} in {s * 1000:.0f} ms" for status, s in answers]
    return sent


async def _timed(session: aiohttp.ClientSession, url: str, headers: dict[str, str]) -> tuple[int, float]:
    begun = time.perf_counter()
    try:
        async with session.get(url, headers=headers) as answer:
            await answer.read()
            return answer.status, time.perf_counter() - begun
    except (aiohttp.ClientError, TimeoutError):
        return 0, time.perf_counter() - begun
