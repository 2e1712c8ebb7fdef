"""Beta's life on the local cloud, its database included: made, left as it is, looked at, taken down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.engine.lives import living

if TYPE_CHECKING:
    from pathlib import Path

    from localaws.provider.cloud import Cloud

pytestmark = pytest.mark.slow

LEFT_BY_RDS = "/aws/rds/instance/huntaze-database/postgresql"


def test_beta_is_made_stays_as_it_is_and_is_destroyed(tmp_path: Path) -> None:
    """GIVEN an account with a network WHEN beta comes up THEN no later `up` and no refresh changes anything.

    And `destroy` leaves nothing but the log group that RDS made itself.
    """
    with living(tmp_path, "beta") as (engine, account):
        made = engine.up()
        assert list(made.packs) == ["canary-rollback"]
        assert made.mandatory == []
        assert set(made.changes) == {"create"}
        for again in (engine.up(), engine.up(refresh=True), engine.drift()):
            assert again.planned == []
        assert [one["DBInstanceStatus"] for one in _instances(account)] == ["available"]
        engine.destroy()
        assert engine.remaining() == []
        assert _instances(account) == []
        groups = account.client("logs").describe_log_groups()["logGroups"]
        assert [group["logGroupName"] for group in groups] == [LEFT_BY_RDS]


def _instances(account: Cloud) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = account.client("rds").describe_db_instances()["DBInstances"]
    return found
