"""Users reach the entry function: the API, its route and its permission to invoke the alias."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from canary.cli.checks.finding import Check, failed, ok

if TYPE_CHECKING:
    from canary.cli.checks.finding import Finding, Look

HEALTH = "/health"
"""Needs no token."""


def _run(look: Look) -> Finding:
    url = look.target.api_url.rstrip("/") + HEALTH
    try:
        status = look.get(url)
    except OSError as error:
        return failed(
            f"{url}: {error}", "Is the stack up? `pulumi up`, then look at the API's stage and DNS."
        )
    if status == HTTPStatus.OK:
        return ok(f"{url} answered 200")
    return failed(
        f"{url} answered {status}",
        "403 or 404: the route or the stage is missing. 500: the API may not invoke the alias. "
        "`pulumi up --refresh` restores both.",
    )


CHECKS = (Check("the API answers", 1, "GET /health through the API", _run),)
