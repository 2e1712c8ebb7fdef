"""Users who read all the while, few enough for two cores to carry everything else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mock_read import contract, seed

from rehearsal.traffic import Pace, Request, Traffic, steady

if TYPE_CHECKING:
    from tests.live.unit import Unit

RATE = 10.0
"""Requests a second."""
USERS, BETA_USERS = 2000, 50
SEED = 11


def readers(unit: Unit) -> Traffic:
    """Requests at a steady rate until they are stopped; what was answered is in the ledger."""
    requests = steady(SEED, USERS, BETA_USERS, Pace(RATE), seed.creator_ids())
    return Traffic(unit.api_url, _expected, requests, "x-user-id")


def _expected(request: Request) -> Any:
    answer = contract.mock(contract.Query(request.record, request.limit))
    return json.loads(json.dumps(answer))
