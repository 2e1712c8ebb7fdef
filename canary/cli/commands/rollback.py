"""`canary rollback`."""

from __future__ import annotations

import contextlib
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from canary.cli import errors
from canary.cli.audit import Entry
from canary.cli.commands.change import trail
from canary.cli.commands.options import LONGEST_WAIT_S, AsJson, Reason
from canary.cli.commands.speech import document, on_one_screen, say, write
from canary.cli.errors import OpsError
from canary.cli.interrupted import LAST_WORDS_S, within
from canary.cli.operating import heard, who
from canary.cli.rollback import rollback as run
from canary.unit.patience import FAULTS

if TYPE_CHECKING:
    from canary.cli.commands.session import Session
    from canary.unit.act.act import Report

Wait = Annotated[
    float,
    typer.Option(min=0, max=LONGEST_WAIT_S, help="Seconds to follow it; the guard finishes what is left."),
]


def rollback(context: typer.Context, reason: Reason, wait: Wait = 1200, *, as_json: AsJson = False) -> None:
    """Take users off Prisma at once and keep them off. Never asks, safe to repeat. 3: something is left."""
    session: Session = context.obj
    told: set[str] = set()

    def tell(text: str) -> None:
        say(text)
        told.add(text.strip())

    try:
        report = run(session.clients, session.target, reason=reason, wait_s=wait, say=tell)
    except KeyboardInterrupt:
        say(
            "Interrupted. The steps told above are taken; once the latch is set, the guard goes on. "
            "Look at `canary status`; to run it again is safe."
        )
        within(LAST_WORDS_S, lambda: _written(session, reason, "interrupted", {"error": "KeyboardInterrupt"}))
        raise
    except Exception as error:
        _written(session, reason, "interrupted", {"error": str(error) or type(error).__name__})
        raise
    written = _written(session, reason, "done" if report.finished else "unfinished", report.as_dict())
    # Nobody may be reading any more; how it ended is told by the exit code in any case.
    with contextlib.suppress(OSError, ValueError):
        if as_json:
            document(report.as_dict())
        else:
            lines = [
                f"{name}: {outcome.status} ({outcome.detail})" for name, outcome in report.outcomes.items()
            ]
            seen = told if on_one_screen() else set()
            write([*(line for line in lines if line not in seen), *_ended(report)])
    if not report.outcomes["kill-switch"].status.settled:
        heard(say)("The kill switch is not on, users may be on Prisma: see the playbook's break-glass lines.")
        raise typer.Exit(errors.REFUSED)
    if not report.kept:
        heard(say)("The latch could not be written, so the canary could be turned on again: run it again.")
    raise typer.Exit(errors.OK if report.finished and report.kept and written else errors.ATTENTION)


def _ended(report: Report) -> list[str]:
    """How it ended, in one line; what is wrong is said besides."""
    if report.finished and report.kept:
        return ["Rolled back: users are off Prisma, and stay off until `canary resume --reason …`."]
    return []


def _written(session: Session, reason: str, stage: str, report: dict[str, Any]) -> bool:
    """Write it down afterwards: users come first, and the latch has who and why from the start."""
    when = datetime.now(UTC).isoformat(timespec="seconds")
    entry = Entry(when, uuid.uuid4().hex[:12], stage, "rollback", who(session.clients), reason, {}, report)
    try:
        trail(session).write(entry)
    except (OpsError, *FAULTS, LookupError, UnicodeError) as error:
        heard(say)(f"{error} The rollback itself is {stage}.")
        return False
    return True
