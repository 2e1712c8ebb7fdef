"""Options that several verbs share."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from canary.cli.commands.entered import LONGEST_REASON, EnteredError, reason
from canary.cli.errors import WrongUsageError

LONGEST_WAIT_S = 86_400
"""Nothing is waited for longer than a day."""


def reasoned(text: str | None) -> str | None:
    """A reason that says something, or a sentence about why it does not."""
    try:
        return None if text is None else reason(text)
    except EnteredError as error:
        raise typer.BadParameter(str(error)) from error


AsJson = Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")]
Reason = Annotated[
    str,
    typer.Option(
        callback=reasoned, help=f"Why; kept in the audit trail. At most {LONGEST_REASON} characters."
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask; for machines.")]
Percent = Annotated[
    float | None, typer.Option(min=0, max=100, help="In percent, 0 for off. Unchanged unless given.")
]
CountUsers = Annotated[
    bool,
    typer.Option("--count-users", help="GO counts users, not requests: stricter. Reads the window's log."),
]
COUNTING_S = 120.0
"""How long two Logs Insights queries may take."""
Since = Annotated[
    str | None,
    typer.Option(
        help="Start: a moment in ISO 8601 (UTC unless it says so), or how long ago: 90s, 30m, 3h, 2d."
    ),
]
Until = Annotated[str | None, typer.Option(help="End, in the same forms; now by default.")]

EARLIEST = datetime(2006, 1, 1, tzinfo=UTC)
"""No service of AWS is older."""
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def moment(text: str | None, now: datetime) -> datetime | None:
    """A moment given as ISO 8601 or as how long ago.

    Raises:
        WrongUsageError: It is neither, before there was an AWS, or more than a day ahead.
    """
    if text is None:
        return None
    given = _read(text, now)
    if given is None:
        raise WrongUsageError(
            f"{text!r} is no moment: give ISO 8601, such as 2026-11-25T14:00:00Z, or how long ago, as in 30m."
        )
    if given < EARLIEST:
        raise WrongUsageError(f"{text!r} is before {EARLIEST.year}, when AWS began: give a later moment.")
    if given > now + timedelta(days=1):
        raise WrongUsageError(f"{text!r} is in the future: it is {_shown(now)} now.")
    return given


def window(
    since: str | None, until: str | None, now: datetime, *, until_comes: bool = False
) -> tuple[datetime | None, datetime | None]:
    """Both ends of a window as typed; what was not given is ``None``.

    Args:
        since: Start.
        until: End; now where it is not given.
        now: Wall clock.
        until_comes: Whether the window is followed as time goes on, so that it may begin now.

    Raises:
        WrongUsageError: An end is no moment, or the window is empty.
    """
    start, end = moment(since, now), moment(until, now)
    if start is None:
        return start, end
    if start > now:
        raise WrongUsageError(f"--since {since} is in the future: it is {_shown(now)} now.")
    if start >= (end or now) and not until_comes:
        raise WrongUsageError(
            f"The window from {_shown(start)} to {_shown(end or now)} is empty: "
            "--since must be earlier than --until, which is now unless it is given."
        )
    return start, end


def _read(text: str, now: datetime) -> datetime | None:
    number, unit = text[:-1], text[-1:]
    try:
        if unit in _UNITS and number.isascii() and number.replace(".", "", 1).isdigit():
            given = now - timedelta(**{_UNITS[unit]: float(number)})
        else:
            given = datetime.fromisoformat(text)
        given = given if given.tzinfo else given.replace(tzinfo=UTC)
        given.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    return given


def _shown(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
