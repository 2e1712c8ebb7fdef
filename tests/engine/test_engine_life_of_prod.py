"""Prod's life on the local cloud: made, left as it is, and its data not to be destroyed by accident."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from rehearsal.engine import EngineError
from tests.engine.lives import living

if TYPE_CHECKING:
    from pathlib import Path

    from localaws.provider.cloud import Cloud
    from rehearsal.engine import Engine

pytestmark = pytest.mark.slow


PROTECTED = (
    "aws:appconfig/configurationProfile:ConfigurationProfile",
    "aws:appconfig/deployment:Deployment",
    "aws:appconfig/hostedConfigurationVersion:HostedConfigurationVersion",
    "aws:kms/key:Key",
    "aws:rds/instance:Instance",
)


def test_prod_is_made_stays_as_it_is_and_keeps_what_is_protected(tmp_path: Path) -> None:
    """GIVEN an account with a network WHEN prod comes up THEN no later `up` and no refresh changes anything.

    And `destroy` fails, naming what is protected, which stays with all that it needs; the engine removes the
    rest on the way. Nor does RDS delete the instance, until both protections are taken off.
    """
    with living(tmp_path, "prod") as (engine, account):
        made = engine.up()
        assert made.mandatory == []
        assert set(made.changes) == {"create"}
        for again in (engine.up(), engine.up(), engine.drift()):
            assert again.planned == []
        with pytest.raises(EngineError) as refused:
            engine.destroy()
        assert "huntaze-database-instance" in str(refused.value)
        assert "protected" in str(refused.value)
        left = engine.remaining()
        assert [token for token in PROTECTED if not any(token in urn for urn in left)] == []
        rds = account.client("rds")
        with pytest.raises(rds.exceptions.ClientError) as protected:
            rds.delete_db_instance(DBInstanceIdentifier="huntaze-database", SkipFinalSnapshot=True)
        assert "disable deletion protection" in str(protected.value)
        uninstall(engine, account, tmp_path / "prod")
        assert engine.remaining() == []
        (snapshot,) = rds.describe_db_snapshots()["DBSnapshots"]
        assert snapshot["DBSnapshotIdentifier"].startswith("huntaze-database-final-")
        groups = [one["logGroupName"] for one in account.client("logs").describe_log_groups()["logGroups"]]
        assert "/aws/lambda/huntaze-mock-read" in groups
        assert "/aws/rds/instance/huntaze-database/postgresql" in groups


def uninstall(engine: Engine, account: Cloud, folder: Path) -> None:
    """What `docs/uninstalling.md` has of prod beyond a beta: both protections off, then the destroy."""
    subprocess.run(
        ["pulumi", "state", "unprotect", "--all", "--stack", "prod", "--yes"],
        env={**os.environ, **engine.environment},
        cwd=folder,
        check=True,
        capture_output=True,
        timeout=60,
    )
    account.client("rds").modify_db_instance(
        DBInstanceIdentifier="huntaze-database", DeletionProtection=False, ApplyImmediately=True
    )
    engine.destroy()
