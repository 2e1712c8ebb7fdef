"""Collects what a run let pass, so that one rule can report it after all the others."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from exemptions import Exemption
    from graph import Undecided


class Ledger:
    """Exceptions, used and unused, and questions that only the update can answer.

    Rules about resources run in several threads, and before the rules about the stack.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._exemptions: dict[Exemption, int] = {}
        self._undecided: dict[str, set[str]] = {}
        self._given_up: set[tuple[str, str]] = set()

    def declare(self, exemption: Exemption) -> None:
        """Record an exception of the configuration."""
        with self._lock:
            self._exemptions.setdefault(exemption, 0)

    def use(self, exemption: Exemption) -> None:
        """Count a violation that an exception let pass."""
        with self._lock:
            self._exemptions[exemption] = self._exemptions.get(exemption, 0) + 1

    def leave_open(self, rule: str, question: Undecided) -> None:
        """Record what a rule could not know."""
        with self._lock:
            self._undecided.setdefault(rule, set()).add(f"{question.resource.name} ({question.property})")

    def give_up(self, rule: str, what: str) -> None:
        """Record what a rule could not judge, and why."""
        with self._lock:
            self._given_up.add((rule, what))

    def close(self, today: date) -> list[str]:
        """Return everything recorded, as sentences, and start again with an empty ledger."""
        with self._lock:
            exempted, undecided, given_up = self._exemptions, self._undecided, self._given_up
            self._exemptions, self._undecided, self._given_up = {}, {}, set()
        return [
            *(_about(exemption, used, today) for exemption, used in sorted(exempted.items(), key=_order)),
            *(_open(rule, sorted(where)) for rule, where in sorted(undecided.items())),
            *(
                f"{rule}: undecided, since it cannot judge {what}. Write its properties as the provider's "
                "schema has them."
                for rule, what in sorted(given_up)
            ),
        ]


def _order(entry: tuple[Exemption, int]) -> tuple[str, str]:
    return entry[0].rule, entry[0].resource


def _about(exemption: Exemption, used: int, today: date) -> str:
    subject = f"{exemption.rule}: the exception for '{exemption.resource}' ({exemption.reason})"
    if not exemption.holds(today):
        return f"{subject} expired on {exemption.expires} and is ignored. Remove it."
    if used == 0:
        return f"{subject} is not needed: nothing violates the rule there. Remove it."
    return f"{subject} lets {used} violation{'s' if used > 1 else ''} pass until {exemption.expires}."


def _open(rule: str, where: list[str]) -> str:
    return f"{rule}: cannot be known before the update, or without the secret: {', '.join(where)}."
