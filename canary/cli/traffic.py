"""`traffic`: bounded test traffic through the API, as users would make it.

Few requests at a steady pace, spread over test users, so that a quiet beta has something to judge. What was
answered is counted as a client sees it; which side answered, no client can tell.
"""

from __future__ import annotations

import math
import re
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from canary.cli.errors import WrongUsageError
from canary.cli.web import Web

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

MOST_REQUESTS, HIGHEST_RATE = 10_000, 50.0
"""Test traffic, not a load test."""
WORKERS = 16
SERVER_ERROR = 500
CLIENT_ERROR = 400
UNANSWERED = 0
LONGEST_VALUE = 8000
"""Characters of a header's value; API Gateway takes 10,240 bytes of all of them."""
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
_VALUE = re.compile(rf"[!-~]{{1,{LONGEST_VALUE}}}")


class Send(Protocol):
    """Sends one GET and returns the status, 0 where no answer came."""

    def __call__(self, url: str, headers: Mapping[str, str]) -> int:
        """Send."""
        ...


@dataclass(frozen=True)
class Sent:
    """What was answered.

    Attributes:
        statuses: Requests by HTTP status; 0 for those that nobody answered.
        seconds: How long all of it took.
        p50_ms: Median time to answer, ``None`` without answers.
        p95_ms: So that 5 % took longer.
    """

    statuses: Mapping[int, int]
    seconds: float
    p50_ms: float | None
    p95_ms: float | None

    @property
    def well(self) -> bool:
        """Whether every request was answered below 500, and one at least with what it asked for."""
        answered = all(UNANSWERED < status < SERVER_ERROR for status in self.statuses)
        return answered and any(status < CLIENT_ERROR for status in self.statuses)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "requests": sum(self.statuses.values()),
            "statuses": {str(status): count for status, count in sorted(self.statuses.items())},
            "seconds": round(self.seconds, 2),
            "p50_ms": self.p50_ms,
            "p95_ms": self.p95_ms,
        }

    def lines(self) -> list[str]:
        """The same for a person."""
        answered = ", ".join(
            f"{count} x {status or 'no answer'}" for status, count in sorted(self.statuses.items())
        )
        times = (
            ""
            if self.p50_ms is None
            else f"; P50 {self.p50_ms:g} ms, P95 {self.p95_ms:g} ms as clients see it"
        )
        return [f"{sum(self.statuses.values())} requests in {self.seconds:.0f} s: {answered}{times}."]


@dataclass(frozen=True)
class Wanted:
    """Traffic to make.

    Attributes:
        users: Ids of test users, taken in turn.
        paths: Paths below the API, taken in turn.
        rate: Requests a second.
        header: Header that names the user; where the API has an issuer of tokens, `token` names them.
        token: A test user's bearer token, for an API that wants one.
    """

    requests: int
    rate: float
    users: Sequence[str]
    paths: Sequence[str]
    header: str = "x-user-id"
    token: str | None = None

    def check(self) -> None:
        """Refuse what is no test traffic any more.

        Raises:
            WrongUsageError: Out of bounds.
        """
        if not 1 <= self.requests <= MOST_REQUESTS:
            raise WrongUsageError(
                f"--requests {self.requests}: must be from 1 to {MOST_REQUESTS}. This is no load test."
            )
        if not 0 < self.rate <= HIGHEST_RATE:
            raise WrongUsageError(f"--rate {self.rate:g}: must be over 0, at most {HIGHEST_RATE:g} a second.")
        if not self.users:
            raise WrongUsageError("There are no users to ask as: --users FILE holds no id.")
        if not _TOKEN.fullmatch(self.header):
            raise WrongUsageError(
                f"--user-header {self.header!r}: must be a header's name, such as x-user-id."
            )
        self._check_values()
        bad = [path for path in self.paths if not path.startswith("/")]
        if bad or not self.paths:
            raise WrongUsageError(
                f"--path {bad[0] if bad else ''}: must begin with /, such as /creators/c-0001."
            )

    def _check_values(self) -> None:
        """Refuse what no header can carry: https://www.rfc-editor.org/rfc/rfc9110#section-5.5."""
        wrong = next((user for user in self.users if not _VALUE.fullmatch(user)), None)
        if wrong is not None:
            raise WrongUsageError(
                f"User {wrong[:60]!r}: must be up to {LONGEST_VALUE} visible ASCII characters."
            )
        if self.token is not None and not _VALUE.fullmatch(self.token):
            raise WrongUsageError(
                f"--token: must be up to {LONGEST_VALUE} visible ASCII characters, without spaces."
            )


def traffic(
    api_url: str,
    wanted: Wanted,
    send: Send,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Sent:
    """Make the traffic, and wait for every answer.

    Args:
        api_url: Where users read.
        wanted: How much, as whom.
        send: Sends one request.
        clock: Monotonic seconds.
        sleep: Waits for the next request's turn.

    Raises:
        OpsError: Out of bounds.
    """
    wanted.check()
    base, began = api_url.rstrip("/"), clock()

    def one(index: int) -> tuple[int, float]:
        user = wanted.users[index % len(wanted.users)]
        headers = {
            wanted.header: user,
            **({"authorization": f"Bearer {wanted.token}"} if wanted.token else {}),
        }
        started = clock()
        status = send(base + wanted.paths[index % len(wanted.paths)], headers)
        return status, 1000 * (clock() - started)

    pool, pending = ThreadPoolExecutor(WORKERS), []
    try:
        for index in range(wanted.requests):
            late = began + index / wanted.rate - clock()
            if late > 0:
                sleep(late)
            pending.append(pool.submit(one, index))
        done = [each.result() for each in pending]
    finally:
        # After Ctrl-C what has not begun is not sent, and what is under way is not waited for.
        pool.shutdown(wait=False, cancel_futures=True)
    statuses = Counter(status for status, _ in done)
    times = sorted(ms for status, ms in done if status != UNANSWERED)
    return Sent(statuses, clock() - began, _quantile(times, 0.5), _quantile(times, 0.95))


def _quantile(ordered: Sequence[float], q: float) -> float | None:
    """Nearest rank; ``None`` without values."""
    return round(ordered[max(0, math.ceil(q * len(ordered)) - 1)], 2) if ordered else None


def over_http() -> Send:
    """Sends over HTTP; what nobody answers is counted as that."""
    web = Web(WORKERS)

    def send(url: str, headers: Mapping[str, str]) -> int:
        try:
            return web.get(url, headers)
        except OSError:
            return UNANSWERED

    return send


def test_users(count: int) -> tuple[str, ...]:
    """Ids of test users: ``beta-001`` and so on, as many as the beta has."""
    return tuple(f"beta-{number:03}" for number in range(1, count + 1))
