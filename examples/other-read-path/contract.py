# ruff: noqa: INP001 - it takes the place of a file of a package
"""Contract of another read path: one order's status, by its number. It replaces mock_read's contract."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from canary.read.compare.comparison import Rules
from canary.read.shape import many, record, text, whole

if TYPE_CHECKING:
    from collections.abc import Mapping

PROBED = "/orders/1"
"""A path that the mock and a migrated database both have."""
ABSENT = "/orders/999999999"
"""A valid path to something that does not exist."""
REFUSED = "/orders/none"
"""A path of this contract that neither side can answer."""

_PATH = re.compile(r"/orders/(?P<number>[^/]+)")
_NUMBER = r"[1-9][0-9]{0,8}"

RULES = Rules(
    names=frozenset({"number", "status", "total", "placedAt", "labels", "labels[]"}),
    unordered=frozenset({"labels"}),
    decimals=frozenset({"total"}),
    timestamps=frozenset({"placedAt"}),
)
"""Only these paths are named in a log. Labels are compared as a set, a total keeps its scale, and the time of
an order is an instant in UTC."""


class InvalidRequestError(ValueError):
    """A request that neither side can answer; its text is for the client."""


@dataclass(frozen=True)
class Query:
    """A valid request for one order."""

    number: int

    def payload(self) -> dict[str, Any]:
        """Return the payload with which the Prisma function is invoked."""
        return {"version": 1, "operation": "getOrder", "number": self.number}


def query(path: str, parameters: Mapping[str, str]) -> Query | None:
    """Parse a path into a query; ``None`` for a path outside the contract.

    Raises:
        InvalidRequestError: The path is ours, but its number or a parameter is not valid.
    """
    found = _PATH.fullmatch(path)
    if not found:
        return None
    if not re.fullmatch(_NUMBER, found["number"]):
        raise InvalidRequestError("The order's number is a whole number from 1 to 999999999.")
    if parameters:
        raise InvalidRequestError("An order takes no parameters.")
    return Query(int(found["number"]))


_ORDERS: dict[int, dict[str, Any]] = {
    1: {"status": "paid", "total": "12.50", "placedAt": "2026-01-05T08:30:00.000Z", "labels": ["gift", "eu"]},
    2: {"status": "sent", "total": "0.00", "placedAt": "2026-01-06T23:59:59.999Z", "labels": []},
}


def mock(asked: Query) -> dict[str, Any] | None:
    """Return the mock's answer; ``None`` for an order that it does not have."""
    found = _ORDERS.get(asked.number)
    return None if found is None else {"number": asked.number, **found}


_BODY = record(
    number=whole(),
    status=text(r"open|paid|sent"),
    total=text(r"\d{1,10}\.\d{2}"),
    placedAt=text(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"),
    labels=many(text()),
)


def fault(asked: Query, body: Any) -> str | None:
    """Describe what is wrong with an answer, or return ``None``. Another order's record is wrong too."""
    problem = _BODY(body)
    if problem is not None:
        return problem.lstrip(". ")
    return None if body["number"] == asked.number else "number is another order's"
