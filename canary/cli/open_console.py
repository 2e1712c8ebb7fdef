"""`open`: where in the AWS console to look. Links only; a browser is opened where a person sits at it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from canary.cli.errors import WrongUsageError

if TYPE_CHECKING:
    from canary.cli.target import Target

PLACES = ("dashboard", "traces", "logs")


def link(target: Target, place: str) -> str:
    """The console's address of a place.

    Args:
        target: The unit.
        place: ``dashboard``, ``traces`` (of canary requests that failed, hidden or not) or ``logs``.

    Raises:
        WrongUsageError: There is no such place.
    """
    console = f"https://{target.region}.console.aws.amazon.com/cloudwatch/home?region={target.region}"
    match place:
        case "dashboard":
            return f"{console}#dashboards/dashboard/{quote(target.dashboard_name, safe='')}"
        case "traces":
            return f"{console}#xray:traces/query?~(query~'{_rison('annotation[canary] = true')})"
        case "logs":
            group = quote(quote(target.log_group(target.mock_function), safe=""), safe="").replace("%", "$")
            return f"{console}#logsV2:log-groups/log-group/{group}"
    raise WrongUsageError(f"{place}: must be one of {', '.join(PLACES)}.")


def _rison(text: str) -> str:
    """A text as the console's addresses have it: other bytes than letters and digits as ``*`` and hex."""
    return "".join(
        each if each.isalnum() and each.isascii() else "".join(f"*{byte:02x}" for byte in each.encode())
        for each in text
    )
