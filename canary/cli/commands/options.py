"""Options that several verbs share."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from canary.cli.commands.entered import LONGEST_REASON, EnteredError, reason
from canary.cli.errors import OpsError

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
        OpsError: It is neither.
    """
    if text is None:
        return None
    number, unit = text[:-1], text[-1:]
    with contextlib.suppress(OverflowError, ValueError):
        if unit in _UNITS and number.isascii() and number.replace(".", "", 1).isdigit():
            given = now - timedelta(**{_UNITS[unit]: float(number)})
        else:
            given = datetime.fromisoformat(text)
        given = given if given.tzinfo else given.replace(tzinfo=UTC)
        if EARLIEST <= given <= now + timedelta(days=1):
            return given
    raise OpsError(
        f"{text!r} is no moment since {EARLIEST.year}: give ISO 8601, such as 2026-11-25T14:00:00Z, or how "
        "long ago, as in 30m."
    )
