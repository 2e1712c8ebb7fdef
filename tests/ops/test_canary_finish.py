"""`canary finish`: what must hold first, and what to remove in which order."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.fakes.account import Account
    from tests.ops.conftest import Canary


def done(account: Account) -> None:
    """100 % for three days, and well."""
    account.ago(timedelta(days=3))
    account.canary(100)
    account.count(50_000, 50_000)
    account.alarms.earlier = {("Duration", "mock", "p95"): 10, ("Duration", "mock", "SampleCount"): 900}


def test_what_can_be_removed_is_printed_in_order(canary: Canary, account: Account) -> None:
    """GIVEN 100 % for three days and GO THEN the steps name this unit's own parts; nothing was changed."""
    done(account)
    calls = len(account.flags.versions["ramp"])
    result = canary("finish")
    assert result.exit_code == 0, result.output
    for part in ("prisma-read-shadow", "canary teardown", "canary-alarm", "functions/mock_read/seed.py"):
        assert part in result.stdout
    assert result.stdout.index("functions/mock_read/service.py") < result.stdout.index("canary teardown")
    assert result.stdout.index("canary teardown") < result.stdout.index("Alarms last")
    assert len(account.flags.versions["ramp"]) == calls


def test_held_too_short_is_said_and_nothing_to_remove(canary: Canary, account: Account) -> None:
    """GIVEN 100 % for half an hour THEN not yet: exit code 3, no step is printed; --held-hours decides."""
    account.ago(timedelta(hours=2))
    account.canary(100)
    account.count(50_000, 50_000)
    account.alarms.earlier = {("Duration", "mock", "p95"): 10, ("Duration", "mock", "SampleCount"): 900}
    result = canary("finish")
    assert result.exit_code == 3
    assert "NO  100 % has been held for 48 hours: 2.0 hours" in result.stdout
    assert "nothing may be removed" in result.stdout
    assert json.loads(canary("finish", "--json").stdout)["steps"] == []
    assert canary("finish", "--held-hours", "1.9").exit_code == 0


def test_every_other_condition_keeps_it_from_being_done(canary: Canary, account: Account) -> None:
    """25 %, a latch, a bad verdict: each is named."""
    account.ago(timedelta(days=3))
    account.canary(25)
    assert "NO  everybody reads from Prisma: canary 25 %" in canary("finish").stdout
    done(account)
    account.count(50_000, 50_000, errors=5000)
    assert "NO  the verdict at 100 % is GO: NO-GO" in canary("finish").stdout
    done(account)
    account.latch()
    assert "NO  nobody has rolled back" in canary("finish").stdout


def test_without_a_mock_to_compare_with_the_one_before_is_taken(canary: Canary, account: Account) -> None:
    """GIVEN a fifth of the requests slower than the mock of the day before THEN found; no P95: undecided."""
    done(account)
    account.counted["Duration", "prisma", "TC(50.000:)"] = 10_000
    result = canary("finish")
    assert result.exit_code == 3
    assert "the verdict at 100 % is GO: INVESTIGATE" in result.stdout
    account.alarms.earlier = {("Requests", None, "Sum"): 900}
    assert "the verdict at 100 % is GO: INCONCLUSIVE" in canary("finish").stdout
