"""The two sides of a read, and what comes of them: the mock, and Prisma with the mock behind it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from canary.read.contract import Query
    from mock_read.backend.canary import Canary
    from mock_read.backend.prisma import Candidate


@dataclass(frozen=True)
class Served:
    """What came of the two sides.

    Attributes:
        body: ``None`` where neither knows what was asked for, or both failed.
        by: ``mock``, ``prisma``, or ``none`` when both failed.
        candidate: The canary's error that a fallback hid; ``None`` without one.
        mock_error: Type of the mock's own fault.
    """

    body: dict[str, Any] | None
    by: str
    candidate: Candidate | None = None
    mock_error: str | None = None

    @property
    def errors(self) -> dict[str, str]:
        """Class and type of what went wrong, by the name that a line and a trace know it under."""
        canary_error = self.candidate.error if self.candidate else None
        found = {"canaryError": canary_error, "mockError": self.mock_error}
        return {name: error for name, error in found.items() if error is not None}


@dataclass(frozen=True)
class Sides:
    """Reads from one side or the other.

    Attributes:
        ask_mock: The mock's answer to a query, ``None`` for what it does not know.
    """

    canary: Canary
    ask_mock: Callable[[Query], dict[str, Any] | None]

    def prisma(self, query: Query, header: str | None, timeout_at: float) -> Served:
        """Prisma's answer, the mock's where Prisma has none."""
        candidate = self.canary.read(query, header, timeout_at)
        if candidate.error is None:
            return Served(candidate.body, "prisma")
        return replace(self.mock(query), candidate=candidate)

    def mock(self, query: Query) -> Served:
        """The mock's answer."""
        try:
            return Served(self.ask_mock(query), "mock")
        except Exception as error:  # noqa: BLE001 - the mock is somebody's code: its fault is an answer too
            # A user outside the canary is not sent to Prisma instead: that is for the flags to decide.
            return Served(None, "none", mock_error=type(error).__name__)

    def with_closed_breaker(self) -> Sides:
        """The same two with a breaker that has heard of no failure, and tells nobody of its own."""
        return replace(self, canary=self.canary.with_closed_breaker())
