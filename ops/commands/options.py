"""Options that several verbs share."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from ops.errors import OpsError

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")]
Reason = Annotated[str, typer.Option(help="Why; kept in the audit trail.")]
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

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def moment(text: str | None, now: datetime) -> datetime | None:
    """A moment given as ISO 8601 or as how long ago.

    Raises:
        OpsError: It is neither.
    """
    if text is None:
        return None
    number, unit = text[:-1], text[-1:]
    if unit in _UNITS and number.replace(".", "", 1).isdigit():
        with contextlib.suppress(OverflowError):
            return now - timedelta(**{_UNITS[unit]: float(number)})
    try:
        given = datetime.fromisoformat(text)
    except ValueError as error:
        raise OpsError(
            f"{text!r} is no moment: give ISO 8601, such as 2026-11-25T14:00:00Z, or how long ago, as in 30m."
        ) from error
    return given if given.tzinfo else given.replace(tzinfo=UTC)
