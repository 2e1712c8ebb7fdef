"""The documents' `pulumi` commands by the plain CLI: nothing of the program runs inside this process."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from rehearsal import stack
from rehearsal.plain_cli import REGION
from rehearsal.provider.cloud import Cloud

if TYPE_CHECKING:
    from rehearsal.local_cloud import LocalCloud
    from rehearsal.plain_cli import PlainCli, Ran

pytestmark = pytest.mark.slow

PACK = ("--policy-pack", "policy", "--policy-pack-config", f"policy-config.{stack.NAME}.json")
PROJECT = "huntaze-read-migration"
EXISTING = {
    "existingDatabaseHost": "127.0.0.1",
    "existingDatabaseName": "huntaze",
    "existingDatabaseUser": "huntaze",
}


def pulumi(cli: PlainCli, *words: str) -> Ran:
    """Run `pulumi` on the rehearsal's stack; it must succeed."""
    return cli.run("pulumi", *words, "--stack", stack.NAME, "--non-interactive")


@pytest.fixture(scope="module")
def configured(cli: PlainCli, cloud: LocalCloud) -> PlainCli:
    """GIVEN a stack that `pulumi stack init` has just made, configured by hand."""
    secrets = Cloud(cloud.endpoint, REGION).client("secretsmanager")
    arn = secrets.create_secret(Name="plain", SecretString='{"username": "u", "password": "p"}')["ARN"]
    cli.run("pulumi", "stack", "init", stack.NAME)
    for key, value in {**EXISTING, "existingDatabaseCredentialsArn": arn}.items():
        pulumi(cli, "config", "set", f"{PROJECT}:{key}", value)
    return cli


def test_a_stack_goes_up_stays_as_it_is_and_goes_down(configured: PlainCli) -> None:
    """WHEN it is updated thrice under the pack THEN only the first changes anything, and nothing stays."""
    first = pulumi(configured, "up", "--yes", *PACK)
    assert "canary-rollback" in first.out, str(first)
    assert " created" in first.out.rpartition("Resources:")[2], str(first)
    for again in ((), ("--refresh",)):
        ran = pulumi(configured, "up", "--yes", *again, *PACK)
        counted = ran.out.rpartition("Resources:")[2].partition("Duration")[0].split()
        assert counted[1:] == ["unchanged"], str(ran)
    outputs = json.loads(pulumi(configured, "stack", "output", "canary", "--json").out)
    assert outputs["stack"] == stack.NAME
    pulumi(configured, "destroy", "--yes")
    assert "urn:pulumi" not in pulumi(configured, "stack", "--show-urns").out
    configured.run("pulumi", "stack", "rm", stack.NAME, "--yes")
