"""Faults put in on purpose: a sandbox killed right after one of its calls, before it hears the answer.

That is the worst moment to die at: what was asked for has happened, and the function cannot know. Lambda
kills like this when memory runs out (signal 9, the whole sandbox), so what follows is Lambda's own: the
invocation ends as `Runtime.ExitError`, counts in Errors, and is tried again only if it was asynchronous and
the function's event invoke config allows it.

Control routes, all JSON (`localaws.local_cloud.LocalCloud.get`, `.post` and `.delete` speak to them):

- ``POST /_rehearsal/faults`` sets one. ``{"function": NAME, "after_call": k}``: the sandbox that makes the
  ``k``-th changing call from now on is killed, once. With ``"after": "AppConfig.StartDeployment"`` only calls
  of that operation count, and ``k`` is 1 unless given. Answers the fault. A function or an operation that
  does not exist, or a ``k`` below 1, is refused with 400, and the message says which.
- ``GET /_rehearsal/faults`` answers ``{"faults": [...]}``; each has ``n``, ``function``, ``after``,
  ``after_call``, ``seen`` (calls counted so far) and ``spent``: ``null``, or the call that it struck after,
  in the form that ``calls`` has.
- ``DELETE /_rehearsal/faults`` forgets all of them.
- ``GET /_rehearsal/calls?function=NAME`` answers ``{"function": NAME, "count": n, "calls": [...]}``: the
  changing calls so far (the last `REMEMBERED` in full), each ``{"n", "t", "operation", "sandbox"}``. ``t`` is
  wall clock, ``sandbox`` the log stream.
- ``GET /_rehearsal/asked?function=NAME`` answers ``{"function": NAME, "operations": [...]}``: everything that
  the function has asked AWS for so far, reads and refusals included.

Each fault that strikes is an event of kind ``fault`` in ``/_rehearsal/events``, named after the function,
with ``fault`` (its ``n``), ``operation``, ``call`` (its ``n``), ``sandbox`` and ``killed`` (whether that
sandbox was still there). The kill itself follows as an event of kind ``sandbox``, as any killed one does.

Counted are calls that were carried out (answered below 400) by operations that change something. Reads, the
data plane and refused calls, such as claiming a latch that stands, change nothing and do not count.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from localaws.cloud import asked_operation
from localaws.cloud.credentials import caller_of
from localaws.cloud.request import ServiceError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from localaws.cloud.credentials import Caller
    from localaws.cloud.events import Events
    from localaws.cloud.request import AwsRequest

REMEMBERED = 500
"""Calls of one function that are kept in full; all are counted."""
CARRIED_OUT_BELOW = 400
"""HTTP status."""


@dataclass(frozen=True)
class ChangingCall:
    """A call on its way that is to change something."""

    caller: Caller
    operation: str


@dataclass
class Fault:
    """One fault, as `faults` lists it."""

    n: int
    function: str
    after: str | None
    after_call: int
    seen: int = 0
    spent: dict[str, Any] | None = None

    def strikes(self, call: ChangingCall) -> bool:
        """Count a call; whether the fault strikes after it."""
        if self.spent or call.caller.function != self.function or self.after not in {None, call.operation}:
            return False
        self.seen += 1
        return self.seen >= self.after_call


class Faults:
    """Counts functions' changing calls, and kills where it was asked to.

    Args:
        events: Where each fault that strikes is written down.
        now: Wall clock.
        kill: Kills the sandbox of a function with a log stream; whether there was one.
        known: Whether a function of that name exists.
    """

    def __init__(
        self,
        events: Events,
        now: Callable[[], float],
        kill: Callable[[str, str], Awaitable[bool]],
        known: Callable[[str], bool],
    ) -> None:
        self._events, self._now, self._kill, self._known = events, now, kill, known
        self._faults: list[Fault] = []
        self._set = 0
        self._counts: Counter[str] = Counter()
        self._asked: dict[str, set[str]] = defaultdict(set)
        self._calls: dict[str, deque[dict[str, Any]]] = defaultdict(lambda: deque(maxlen=REMEMBERED))

    def changing(self, request: AwsRequest) -> ChangingCall | None:
        """The call of a function that a request is, if it is to change something."""
        caller = caller_of(request.headers)
        if caller is None:
            return None
        operation = asked_operation.asked(request)
        self._asked[caller.function].add(operation)
        return ChangingCall(caller, operation) if asked_operation.changes(operation) else None

    async def answered(self, call: ChangingCall, status: int) -> None:
        """Count a call before its answer is delivered, and kill its sandbox if a fault says so."""
        if status >= CARRIED_OUT_BELOW:
            return
        function, sandbox = call.caller.function, call.caller.sandbox
        self._counts[function] += 1
        kept = {
            "n": self._counts[function],
            "t": self._now(),
            "operation": call.operation,
            "sandbox": sandbox,
        }
        self._calls[function].append(kept)
        striking = [fault for fault in self._faults if fault.strikes(call)]
        if not striking:
            return
        # Spent before it waits, so that a call made meanwhile meets no second kill.
        for fault in striking:
            fault.spent = kept
        killed = await self._kill(function, sandbox)
        for fault in striking:
            detail = {"fault": fault.n, "operation": call.operation, "call": kept["n"], "sandbox": sandbox}
            self._events.record("fault", function, {**detail, "killed": killed})

    def set(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """Set a fault.

        Raises:
            ServiceError: It could never strike; says why.
        """
        function, after, k = wanted.get("function"), wanted.get("after"), wanted.get("after_call", 1)
        if unknown := wanted.keys() - {"function", "after", "after_call"}:
            raise _refusal(f"unknown: {', '.join(sorted(unknown))}")
        if not wanted.keys() & {"after", "after_call"}:
            raise _refusal('give "after_call" (a number), "after" (an operation) or both')
        if not isinstance(function, str) or not self._known(function):
            raise _refusal(f'"function" must name a function that exists, not {function!r}')
        if not isinstance(k, int) or isinstance(k, bool) or k < 1:
            raise _refusal(f'"after_call" must be a whole number from 1, not {k!r}')
        if after is not None and not (isinstance(after, str) and asked_operation.exists(after)):
            raise _refusal(f'"after" must be an operation such as AppConfig.StartDeployment, not {after!r}')
        if after is not None and not asked_operation.changes(after):
            raise _refusal(f"{after} changes nothing, so it is not counted")
        self._set += 1
        fault = Fault(self._set, function, after, k)
        self._faults.append(fault)
        return asdict(fault)

    def clear(self) -> dict[str, Any]:
        """Forget every fault."""
        self._faults.clear()
        return self.list()

    def list(self) -> dict[str, Any]:
        """Every fault since the last `clear`."""
        return {"faults": [asdict(fault) for fault in self._faults]}

    def calls(self, function: str) -> dict[str, Any]:
        """What a function has changed so far."""
        kept = list(self._calls[function]) if function in self._calls else []
        return {"function": function, "count": self._counts[function], "calls": kept}

    def asked(self, function: str) -> dict[str, Any]:
        """Every operation that a function has asked for so far, reads and refused ones included."""
        return {"function": function, "operations": sorted(self._asked.get(function, ()))}


def _refusal(why: str) -> ServiceError:
    return ServiceError("InvalidFault", f"This fault cannot be set: {why}")
