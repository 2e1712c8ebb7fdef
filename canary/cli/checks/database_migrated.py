"""The database has the tables of the deployed package: nothing is pending, and the histories agree.

The function only looks: it reads one table and takes no lock that a reader would notice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from canary.cli.checks.finding import Check, failed, ok, warning
from canary.cli.errors import OpsError
from canary.cli.migrate import look as ask

if TYPE_CHECKING:
    from canary.cli.checks.finding import Finding, Look


def _migrated(look: Look) -> Finding:
    if look.target.migrate_function is None:
        return warning(
            "the stack has no function that migrates, so it was not looked at",
            "`pulumi up` with this version of the program makes it.",
        )
    try:
        found = ask(look.clients.lambda_, look.target)
    except OpsError as error:
        return failed(f"could not be asked: {error}", "Mend that first: migrations go the same way.")
    if found.status != "ok":
        return failed(f"{found.status}: {found.message}", "The message says how; nothing was changed.")
    if found.pending:
        return failed(
            f"pending: {', '.join(found.pending)}",
            "`canary migrate` applies them. Tables that others made: prisma migrate resolve --applied.",
        )
    return ok(f"{len(found.before)} migrations are applied, none is pending")


CHECKS = (
    Check(
        "the database is migrated",
        3,
        "the history that the migrations' function reads from inside the network",
        _migrated,
    ),
)
