"""Reads from the mock, or from Prisma with the mock as its fallback."""

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
    """The result of a read.

    Attributes:
        body: The answer; ``None`` if the side that served does not know what was asked for, or both failed.
        by: The side that served: ``mock``, ``prisma``, or ``none`` if both failed.
        candidate: The canary's error that a fallback hid; ``None`` without one.
        mock_error: Type of the mock's own fault; ``None`` without one.
    """

    body: dict[str, Any] | None
    by: str
    candidate: Candidate | None = None
    mock_error: str | None = None

    @property
    def errors(self) -> dict[str, str]:
        """Errors of the read, by the names that log lines and traces use for them."""
        canary_error = self.candidate.error if self.candidate else None
        found = {"canaryError": canary_error, "mockError": self.mock_error}
        return {name: error for name, error in found.items() if error is not None}


@dataclass(frozen=True)
class Sides:
    """Reads from one side or the other.

    Attributes:
        canary: The canary path to Prisma.
        ask_mock: Returns the mock's answer to a query, ``None`` for what the mock does not know.
    """

    canary: Canary
    ask_mock: Callable[[Query], dict[str, Any] | None]

    def prisma(self, query: Query, header: str | None, timeout_at: float) -> Served:
        """Read from Prisma; on an error, fall back to the mock."""
        candidate = self.canary.read(query, header, timeout_at)
        if candidate.error is None:
            return Served(candidate.body, "prisma")
        return replace(self.mock(query), candidate=candidate)

    def mock(self, query: Query) -> Served:
        """Read from the mock."""
        try:
            return Served(self.ask_mock(query), "mock")
        except Exception as error:  # noqa: BLE001 - the mock may raise anything; that is a result too
            # A user outside the canary is not sent to Prisma instead: only the flags decide that.
            return Served(None, "none", mock_error=type(error).__name__)

    def with_closed_breaker(self) -> Sides:
        """Return a copy whose breaker has seen no failure and reports none."""
        return replace(self, canary=self.canary.with_closed_breaker())
