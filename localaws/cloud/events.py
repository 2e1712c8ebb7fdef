"""What the cloud did by itself, in order, for whoever follows a rehearsal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

Kind = Literal["alarm", "appconfig", "codedeploy", "fault", "role-unknown", "sandbox", "schedule"]


class Events:
    """An append-only list; readers remember how far they have read."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._all: list[dict[str, Any]] = []

    def record(self, kind: Kind, name: str, detail: dict[str, Any]) -> None:
        """Write down that something happened now."""
        self._all.append(
            {"n": len(self._all) + 1, "t": self._now(), "kind": kind, "name": name, "detail": detail}
        )

    def since(self, n: int) -> list[dict[str, Any]]:
        """Events after number ``n``; 0 for all."""
        return self._all[max(0, n) :]
