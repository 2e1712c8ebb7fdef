"""`queries`: the saved Logs Insights queries, run as they are deployed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from canary.cli.errors import OpsError, WrongUsageError
from canary.cli.log_query import ask
from canary.cli.pseudonym import pseudonym

if TYPE_CHECKING:
    from datetime import datetime

    from canary.cli.clients import Clients
    from canary.cli.target import Target
    from canary.unit.patience import Patience

PLACEHOLDER = "PSEUDONYM"
"""What a query about one user has in the place of a pseudonym."""


@dataclass(frozen=True)
class Saved:
    """A deployed query.

    Attributes:
        name: Without the unit's prefix: ``1-errors-per-minute``.
        groups: Log groups it is about.
    """

    name: str
    text: str
    groups: tuple[str, ...]


@dataclass(frozen=True)
class SavedReport:
    """All deployed queries."""

    saved: tuple[Saved, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {"queries": [{"name": one.name, "text": one.text} for one in self.saved]}

    def lines(self) -> list[str]:
        """Names, for a person."""
        return [one.name for one in self.saved]


@dataclass(frozen=True)
class QueryReport:
    """What a query found.

    Attributes:
        rows: Values by column, as texts.
        scanned: Log events that it read, ``None`` when AWS does not say.
    """

    name: str
    text: str
    since: datetime
    until: datetime
    rows: tuple[dict[str, str], ...]
    scanned: int | None

    @property
    def columns(self) -> list[str]:
        """All columns, in the order of their first appearance."""
        return list(dict.fromkeys(column for row in self.rows for column in row))

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "query": self.name,
            "text": self.text,
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "rows": list(self.rows),
            "scanned": self.scanned,
        }

    def lines(self) -> list[str]:
        """A table for a person."""
        columns = self.columns
        widths = {
            column: max(len(column), *(len(row.get(column, "")) for row in self.rows)) for column in columns
        }
        read = f", {self.scanned} events read" if self.scanned is not None else ""
        window = f"{self.since:%Y-%m-%d %H:%M:%S} to {self.until:%H:%M:%S} {self.until.tzname()}"
        return [
            f"{self.name}, {window}: {len(self.rows)} rows{read}",
            *(["  ".join(column.ljust(widths[column]) for column in columns).rstrip()] if columns else []),
            *(
                "  ".join(row.get(column, "").ljust(widths[column]) for column in columns).rstrip()
                for row in self.rows
            ),
        ]


def saved(clients: Clients, target: Target) -> SavedReport:
    """The unit's deployed queries.

    Raises:
        OpsError: There are none.
    """
    prefix = f"{target.prefix}/"
    found: list[Saved] = []
    asked: dict[str, Any] = {"queryDefinitionNamePrefix": prefix}
    while True:
        page = clients.logs.describe_query_definitions(**asked)
        for item in page["queryDefinitions"]:
            name = item["name"].removeprefix(prefix)
            found.append(Saved(name, item["queryString"], tuple(item.get("logGroupNames", []))))
        if not page.get("nextToken"):
            break
        asked["nextToken"] = page["nextToken"]
    if not found:
        raise OpsError(f"No query named {prefix}… is saved in {target.region}. Run `pulumi up` first.")
    return SavedReport(tuple(sorted(found, key=lambda one: one.name)))


def run(  # noqa: PLR0913 - a query, a window, and how long to wait
    clients: Clients,
    target: Target,
    name: str,
    since: datetime,
    until: datetime,
    *,
    patience: Patience,
    user: str | None = None,
) -> QueryReport:
    """Run a deployed query.

    Args:
        clients: Of the account.
        target: The unit.
        name: Its name, its number, or a part of the name that no other has.
        since: Start, with a time zone.
        until: End.
        patience: How long to wait for the result; the query is stopped when it is over.
        user: A user's pseudonym, for a query about one user.

    Raises:
        WrongUsageError: No such query, or no pseudonym where one is needed.
        OpsError: An empty window, a query that failed or took too long.
    """
    query = _named(saved(clients, target), name)
    if since >= until:
        raise OpsError(f"The window from {since} to {until} is empty.")
    text = _about(query, user)
    groups = query.groups or (target.log_group(target.mock_function),)
    answer = ask(clients, groups, text, (since, until), query.name, patience)
    rows = tuple(
        {cell["field"]: cell["value"] for cell in row if cell["field"] != "@ptr"} for row in answer["results"]
    )
    scanned = answer.get("statistics", {}).get("recordsScanned")
    return QueryReport(query.name, text, since, until, rows, None if scanned is None else round(scanned))


def _named(report: SavedReport, name: str) -> Saved:
    exact = [one for one in report.saved if name in (one.name, one.name.partition("-")[0])]
    found = exact or [one for one in report.saved if name in one.name]
    if len(found) == 1:
        return found[0]
    names = ", ".join(one.name for one in (found or report.saved))
    what = "is one of several" if found else "is no saved query"
    raise WrongUsageError(f"{name} {what}: {names}.")


def _about(query: Saved, user: str | None) -> str:
    needed = PLACEHOLDER in query.text
    if needed and user is None:
        raise WrongUsageError(
            f"{query.name} is about one user: give --user and a pseudonym, the log's userId."
        )
    if not needed and user is not None:
        raise WrongUsageError(f"{query.name} is not about one user: leave --user out.")
    return query.text if user is None else query.text.replace(PLACEHOLDER, pseudonym(user))
