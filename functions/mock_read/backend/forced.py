"""Answers the release check's requests: their path is forced, and they count in no metric.

Such an event has a member that no entry writes, ``releaseCheck``; `release_check/probes.py` describes it. A
client cannot forge it: it fills headers, parameters and a body, which become values of the entry's own
members, and cannot add a member. In addition, the member is honoured only if the function was invoked by a
version's number, while every entry invokes the alias
(https://docs.aws.amazon.com/lambda/latest/dg/python-context.html: the ARN in the context tells which).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from mock_read.http import entry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mock_read.observe.observing import Telling
    from mock_read.service import Service

MEMBER = "releaseCheck"
_PATHS = (None, "mock", "prisma")
_BY_VERSION = re.compile(r"arn:.+:function:[^:]+:[0-9]+")


def asked(event: Any, invoked_arn: str) -> bool:
    """Whether an event comes from the release check."""
    return isinstance(event, dict) and MEMBER in event and _BY_VERSION.fullmatch(invoked_arn) is not None


def answer(service: Service, event: dict[str, Any], request_id: str, remaining_s: float) -> dict[str, Any]:
    """Answer on the path that the check names, and report which side has served it.

    Returns:
        The service's own answer with one more member, ``releaseCheck``. It holds ``served`` (``mock``,
        ``prisma`` or ``none``) and the errors that a fallback has hidden. It is empty for a request that
        reads nothing, like ``/health``.
    """
    wanted = event[MEMBER]
    path = wanted.get("path") if isinstance(wanted, dict) else wanted
    if path not in _PATHS:
        return entry.respond(event, entry.problem(HTTPStatus.BAD_REQUEST, f"{MEMBER}.path: mock or prisma."))
    witness = _Witness(service.observer)
    checked = replace(
        service,
        choice=_Forced(path == "prisma"),
        sides=service.sides.with_closed_breaker(),
        observer=witness,
    )
    # The next request comes from a user, and this execution environment is no longer cold.
    service.cold = False
    return {**checked.handle(event, request_id, remaining_s), MEMBER: witness.seen}


@dataclass(frozen=True)
class _Forced:
    """A choice made by the release check; its reads are never shadowed."""

    on_prisma: bool

    def canary(self, _: str) -> bool:
        return self.on_prisma

    def shadow(self, _: str) -> bool:
        return False


class _Witness:
    """An observer that remembers which side served, writes a line under its own name, and counts nothing.

    The metrics behind the alarms, the dashboard and the verdict are about users, and so are the SUCCESS and
    ERROR lines that the saved queries count.
    """

    def __init__(self, observer: Telling) -> None:
        self._observer = observer
        self.seen: dict[str, Any] = {}

    def request(self, fields: Mapping[str, Any], *, path: str, failed: bool, ms: float, cold: bool) -> None:
        shown = {"served": fields["served"], "canaryError": fields.get("canaryError")}
        shown["mockError"] = fields.get("mockError")
        self.seen = {name: value for name, value in shown.items() if value is not None}
        line = {**fields, "path": path, "failed": failed, "cold": cold, "durationMs": round(ms, 3)}
        self._observer.say("RELEASE-CHECK", **line)

    def metrics(self, *, at: float | None = None, **values: float) -> None:
        pass

    def say(self, message: str, **fields: Any) -> None:
        self._observer.say(message, **fields)

    def warn(self, message: str, **fields: Any) -> None:
        self._observer.warn(message, **fields)
