"""The documents' `pulumi` commands by the plain CLI: nothing of the program runs inside this process."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from localaws.provider.cloud import Cloud
from rehearsal import stack
from rehearsal.plain_cli import REGION

if TYPE_CHECKING:
    from localaws.local_cloud import LocalCloud
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
    secrets = Cloud(cloud.endpoint, REGION, keys=cloud.keys).client("secretsmanager")
    arn = secrets.create_secret(Name="plain", SecretString='{"username": "u", "password": "p"}')["ARN"]
    cli.run("pulumi", "stack", "init", stack.NAME)
    for key, value in {**EXISTING, "existingDatabaseCredentialsArn": arn}.items():
        pulumi(cli, "config", "set", f"{PROJECT}:{key}", value)
    return cli


def test_beta_is_previewed_under_the_pack(cli: PlainCli) -> None:
    """WHEN it is previewed right after `pulumi stack init` THEN the plan stands, and every rule was asked."""
    beta = ("--policy-pack", "policy", "--policy-pack-config", "policy-config.beta.json")
    cli.run("pulumi", "stack", "init", "beta")
    ran = cli.run("pulumi", "preview", "--stack", "beta", "--non-interactive", *beta)
    assert "canary-rollback" in ran.out, str(ran)
    counted = ran.out.rpartition("Resources:")[2].split()
    assert counted[2:4] == ["to", "create"], str(ran)
    cli.run("pulumi", "stack", "rm", "beta", "--yes")


def test_an_environment_without_pip_is_refused_in_the_real_hosts_words(cli: PlainCli) -> None:
    """Its sources: toolchain/pip.go lists packages by pip alone, and the engine needs that list first."""
    environments = cli.checkout / ".venvs"
    real = environments.readlink()
    environments.unlink()
    python = environments / "program" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\n[ "$2" != pip ] || exit 1\nexec {real}/program/bin/python "$@"\n')
    python.chmod(0o755)
    try:
        cli.run("pulumi", "stack", "init", "prod")
        ran = cli.run("pulumi", "preview", "--stack", "prod", "--non-interactive", code=1)
    finally:
        shutil.rmtree(environments)
        environments.symlink_to(real)
    asked = f"{python} -m pip list --format json"
    assert f"failed to discover package requirements: calling `{asked}`: exit status 1" in ran.err
    cli.run("pulumi", "stack", "rm", "prod", "--yes")


def test_a_stack_goes_up_stays_as_it_is_and_goes_down(configured: PlainCli) -> None:
    """WHEN it is updated thrice under the pack THEN only the first changes anything, and nothing stays."""
    first = pulumi(configured, "up", "--yes", "--skip-preview", *PACK)
    assert "canary-rollback" in first.out, str(first)
    assert " created" in first.out.rpartition("Resources:")[2], str(first)
    for again in ((), ("--refresh",)):
        ran = pulumi(configured, "up", "--yes", "--skip-preview", *again, *PACK)
        counted = ran.out.rpartition("Resources:")[2].partition("Duration")[0].split()
        assert counted[1:] == ["unchanged"], str(ran)
    outputs = json.loads(pulumi(configured, "stack", "output", "canary", "--json").out)
    assert outputs["stack"] == stack.NAME
    pulumi(configured, "destroy", "--yes")
    assert "urn:pulumi" not in pulumi(configured, "stack", "--show-urns").out
    configured.run("pulumi", "stack", "rm", stack.NAME, "--yes")
