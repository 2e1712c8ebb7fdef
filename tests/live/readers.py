"""Users who read all the time, few enough that two cores can carry everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rehearsal import read_path
from rehearsal.traffic import Pace, Request, Traffic, steady

if TYPE_CHECKING:
    from tests.live.unit import Unit

RATE = 10.0
"""Requests per second."""
USERS, BETA_USERS = 2000, 50
SEED = 11


def readers(unit: Unit) -> Traffic:
    """Send requests at a steady rate until stopped; the ledger has the answers."""
    requests = steady(SEED, USERS, BETA_USERS, Pace(RATE), read_path.RECORDS)
    return Traffic(unit.api_url, _expected, requests, "x-user-id")


def _expected(request: Request) -> Any:
    return read_path.expected(request.record, request.limit)
