"""One thing otherwise in evidence that was right: the ways to spoil it."""

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
    """Another value of a field, ``engine.created`` for one within."""
    part, _, within = name.rpartition(".")
    return lambda seen: setattr(getattr(seen, part) if part else seen, within, value)


def notes(step: str, **changes: Any) -> Spoil:
    """A step has something else to say."""
    return lambda seen: setattr(seen, "noted", {**seen.noted, step: {**seen.noted[step], **changes}})


def leads_to(step: str, version: str) -> Spoil:
    """The alias was elsewhere after a step."""
    return lambda seen: setattr(seen, "aliases", {**seen.aliases, step: version})


def adds_read(*arguments: Any, **options: Any) -> Spoil:
    """One more line in the log."""
    return lambda seen: seen.lines.reads.append(read(*arguments, **options))


def adds_alarm(alarm: str, cloud_s: float) -> Spoil:
    """One more alarm."""
    return lambda seen: seen.transitions.append(went_off(alarm, cloud_s))


def answers(outcome: Outcome, cloud_s: float) -> Spoil:
    """One more user with such an answer."""

    def spoil(seen: Evidence) -> None:
        status = {"error": 503, "unanswered": 0}.get(outcome, 200)
        seen.ledger.add(Entry(at(cloud_s), "u-x", status, 0.1, outcome))
        seen.ledger.sent += 1

    return spoil


def canary_reads(**changes: Any) -> Spoil:
    """All canary lines otherwise."""

    def spoil(seen: Evidence) -> None:
        seen.lines.reads = [replace(one, **changes) if one.canary else one for one in seen.lines.reads]

    return spoil


def without(kept: Callable[[Read], bool]) -> Spoil:
    """Lines that are not there."""
    return lambda seen: setattr(seen.lines, "reads", [one for one in seen.lines.reads if kept(one)])


def deployment(number: int, **changes: Any) -> Spoil:
    """A ramp deployment otherwise."""

    def spoil(seen: Evidence) -> None:
        seen.ramp = [replace(one, **changes) if one.number == number else one for one in seen.ramp]

    return spoil


def nothing_was_sent(seen: Evidence) -> None:
    """No traffic at all."""
    seen.ledger.entries, seen.ledger.sent = [], 0


def no_kill_switch(seen: Evidence) -> None:
    """Nobody turned it on."""
    seen.kill = [one for one in seen.kill if not one.content["prismaKill"]["enabled"]]


def flag_stayed_on(seen: Evidence) -> None:
    """From the failure on nobody turned the flag off, nor did AppConfig; whatever was deployed is on."""
    start, _ = window(seen)
    seen.ramp = [
        replace(one, state="COMPLETE", content={"prismaAdapter": {"enabled": True}})
        if one.started >= start or one.state == "ROLLED_BACK"
        else one
        for one in seen.ramp
    ]
