"""Fault injection: kill a sandbox right after one of its calls, before it receives the answer.

This is the worst moment to die: the call has taken effect, and the function cannot know it. Lambda kills an
execution environment the same way when memory runs out (signal 9, the whole environment), so the consequences
are Lambda's own. The invocation ends as `Runtime.ExitError` and counts in Errors. It is retried only if it
was asynchronous and the function's event invoke config allows a retry.

The control routes speak JSON (see `localaws.local_cloud.LocalCloud.get`, `.post` and `.delete`):

- ``POST /_rehearsal/faults`` sets a fault and returns it. With ``{"function": NAME, "after_call": k}`` the
  sandbox that makes the function's ``k``-th changing call from now on is killed, once. With
  ``"after": "AppConfig.StartDeployment"`` only calls of that operation count, and ``k`` defaults to 1. A
  function or an operation that does not exist, or a ``k`` below 1, is refused with status 400, and the
  message says which.
- ``GET /_rehearsal/faults`` returns ``{"faults": [...]}``. Each fault has ``n``, ``function``, ``after``,
  ``after_call``, ``seen`` (calls counted so far) and ``spent``. ``spent`` is ``null`` or the call after which
  the fault struck, in the form that ``calls`` has.
- ``DELETE /_rehearsal/faults`` removes all faults.
- ``GET /_rehearsal/calls?function=NAME`` returns ``{"function": NAME, "count": n, "calls": [...]}``: the
  changing calls so far, of which the last `REMEMBERED` are listed. Each call is
  ``{"n", "t", "operation", "sandbox"}``, where ``t`` is wall clock time and ``sandbox`` is the log stream.
- ``GET /_rehearsal/asked?function=NAME`` returns ``{"function": NAME, "operations": [...]}``: every operation
  that the function has called so far, including reads and refused calls.

A fault that strikes is recorded in ``/_rehearsal/events`` as an event of kind ``fault`` under the function's
name. Its detail has ``fault`` (the fault's ``n``), ``operation``, ``call`` (the call's ``n``), ``sandbox``
and ``killed`` (whether that sandbox still existed). The kill itself follows as an event of kind
``sandbox``, as it does for any killed sandbox.

A call counts if its operation changes something and the call was carried out, that is, answered with a status
below 400. Reads, the data plane and refused calls, such as claiming a latch that exists, change nothing and
do not count.
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
"""Changing calls of one function that are kept in full. All calls are counted."""
CARRIED_OUT_BELOW = 400
"""A call was carried out if its HTTP status is below this."""


@dataclass(frozen=True)
class ChangingCall:
    """A call of a function that changes something if it is carried out.

    Attributes:
        operation: Name of the operation, in the form that `asked_operation.asked` returns.
    """

    caller: Caller
    operation: str


@dataclass
class Fault:
    """One fault, with the fields that ``GET /_rehearsal/faults`` lists."""

    n: int
    function: str
    after: str | None
    after_call: int
    seen: int = 0
    spent: dict[str, Any] | None = None

    def strikes(self, call: ChangingCall) -> bool:
        """Count a call and return whether the fault strikes after it."""
        if self.spent or call.caller.function != self.function or self.after not in {None, call.operation}:
            return False
        self.seen += 1
        return self.seen >= self.after_call


class Faults:
    """Counts the changing calls of functions and kills sandboxes according to the faults that are set.

    Args:
        events: Records each fault that strikes.
        now: Returns the wall clock time in seconds since the epoch.
        kill: Kills a sandbox, given its function and its log stream. Returns whether the sandbox existed.
        known: Returns whether a function of that name exists.
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
        """Return the changing call that a request makes.

        Returns:
            The call, or ``None`` if the request is not from a function or changes nothing.
        """
        caller = caller_of(request.headers)
        if caller is None:
            return None
        operation = asked_operation.asked(request)
        self._asked[caller.function].add(operation)
        return ChangingCall(caller, operation) if asked_operation.changes(operation) else None

    async def answered(self, call: ChangingCall, status: int) -> None:
        """Count a call before its answer is delivered, and kill its sandbox if a fault strikes after it.

        Args:
            call: The call, as `changing` returned it.
            status: HTTP status of the answer. The call counts only if it was carried out.
        """
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
        # Marked as spent before the kill is awaited, so that a call made meanwhile is not killed as well.
        for fault in striking:
            fault.spent = kept
        killed = await self._kill(function, sandbox)
        for fault in striking:
            detail = {"fault": fault.n, "operation": call.operation, "call": kept["n"], "sandbox": sandbox}
            self._events.record("fault", function, {**detail, "killed": killed})

    def set(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """Set a fault.

        Args:
            wanted: The request: ``function``, and at least one of ``after_call`` and ``after``.

        Returns:
            The fault.

        Raises:
            ServiceError: The fault could never strike. The message says why.
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
        """Remove every fault."""
        self._faults.clear()
        return self.list()

    def list(self) -> dict[str, Any]:
        """Return every fault set since the last `clear`."""
        return {"faults": [asdict(fault) for fault in self._faults]}

    def calls(self, function: str) -> dict[str, Any]:
        """Return the number of changing calls that a function has made, and the last `REMEMBERED` of them."""
        kept = list(self._calls[function]) if function in self._calls else []
        return {"function": function, "count": self._counts[function], "calls": kept}

    def asked(self, function: str) -> dict[str, Any]:
        """Return every operation that a function has called so far, including reads and refused calls."""
        return {"function": function, "operations": sorted(self._asked.get(function, ()))}


def _refusal(why: str) -> ServiceError:
    return ServiceError("InvalidFault", f"This fault cannot be set: {why}")
