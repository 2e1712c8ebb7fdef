"""Ways to spoil good evidence, each of which changes one thing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rehearsal.claims.moments import window
from rehearsal.ledger import Entry
from tests.rehearsal.handmade import at, read, went_off

if TYPE_CHECKING:
    from collections.abc import Callable

    from rehearsal.claims.claim import Claim
    from rehearsal.evidence import Evidence
    from rehearsal.ledger import Outcome
    from rehearsal.log_lines import Read

    Spoil = Callable[[Evidence], object]
    Spoiling = tuple[Callable[[Evidence], Claim], str, Spoil]


def sets(name: str, value: Any) -> Spoil:
    """Set another value of a field; ``engine.created`` names a field within one."""
    part, _, within = name.rpartition(".")
    return lambda seen: setattr(getattr(seen, part) if part else seen, within, value)


def notes(step: str, **changes: Any) -> Spoil:
    """Change what a step noted."""
    return lambda seen: setattr(seen, "noted", {**seen.noted, step: {**seen.noted[step], **changes}})


def leads_to(step: str, version: str) -> Spoil:
    """Move the alias elsewhere after a step."""
    return lambda seen: setattr(seen, "aliases", {**seen.aliases, step: version})


def adds_read(*arguments: Any, **options: Any) -> Spoil:
    """Add a line to the log."""
    return lambda seen: seen.lines.reads.append(read(*arguments, **options))


def adds_alarm(alarm: str, cloud_s: float) -> Spoil:
    """Add an alarm."""
    return lambda seen: seen.transitions.append(went_off(alarm, cloud_s))


def answers(outcome: Outcome, cloud_s: float) -> Spoil:
    """Add a user with such an answer."""

    def spoil(seen: Evidence) -> None:
        status = {"error": 503, "unanswered": 0}.get(outcome, 200)
        seen.ledger.add(Entry(at(cloud_s), "u-x", status, 0.1, outcome))
        seen.ledger.sent += 1

    return spoil


def canary_reads(**changes: Any) -> Spoil:
    """Change all canary lines."""

    def spoil(seen: Evidence) -> None:
        seen.lines.reads = [replace(one, **changes) if one.canary else one for one in seen.lines.reads]

    return spoil


def without(kept: Callable[[Read], bool]) -> Spoil:
    """Remove the lines that are not kept."""
    return lambda seen: setattr(seen.lines, "reads", [one for one in seen.lines.reads if kept(one)])


def deployment(number: int, **changes: Any) -> Spoil:
    """Change a ramp deployment."""

    def spoil(seen: Evidence) -> None:
        seen.ramp = [replace(one, **changes) if one.number == number else one for one in seen.ramp]

    return spoil


def nothing_was_sent(seen: Evidence) -> None:
    """Remove all traffic of the client."""
    seen.ledger.entries, seen.ledger.sent = [], 0


def no_kill_switch(seen: Evidence) -> None:
    """Remove every deployment that turned the kill switch on."""
    seen.kill = [one for one in seen.kill if not one.content["prismaKill"]["enabled"]]


def flag_stayed_on(seen: Evidence) -> None:
    """Keep the flag on from the failure onward: no one turned it off, and AppConfig rolled nothing back."""
    start, _ = window(seen)
    seen.ramp = [
        replace(one, state="COMPLETE", content={"prismaAdapter": {"enabled": True}})
        if one.started >= start or one.state == "ROLLED_BACK"
        else one
        for one in seen.ramp
    ]
