"""The log of what the cloud did on its own, in order, for readers that follow a rehearsal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

Kind = Literal["alarm", "appconfig", "codedeploy", "fault", "role-unknown", "sandbox", "schedule"]


class Events:
    """An append-only list of events. Each reader remembers how far it has read."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._all: list[dict[str, Any]] = []

    def record(self, kind: Kind, name: str, detail: dict[str, Any]) -> None:
        """Append an event with the current wall clock time.

        Args:
            kind: Kind of the event.
            name: Name of what the event is about, such as an alarm or a function.
            detail: Further details of the event.
        """
        self._all.append(
            {"n": len(self._all) + 1, "t": self._now(), "kind": kind, "name": name, "detail": detail}
        )

    def since(self, n: int) -> list[dict[str, Any]]:
        """Return the events after event number ``n``; 0 returns all of them."""
        return self._all[max(0, n) :]
