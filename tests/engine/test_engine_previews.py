"""Beta and prod as the real engine plans them on an empty account, asked as `make preview` asks."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from typing import Any

import pytest

from rehearsal.capture import capture
from rehearsal.toolchain import ROOT

pytestmark = pytest.mark.slow
STACKS = ("beta", "prod")


@cache
def asked(stack: str, *options: str) -> subprocess.CompletedProcess[str]:
    """The gate's own command; the same question is asked once."""
    command = [sys.executable, "-m", "rehearsal.preview", stack, *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def planned(stack: str) -> dict[str, Any]:
    """The plan as a machine reads it."""
    document: dict[str, Any] = json.loads(asked(stack, "--json").stdout)
    return document


@pytest.mark.parametrize("stack", STACKS)
def test_the_plan_stands_with_the_pack_enforced(stack: str) -> None:
    """Everything is created, nothing mandatory is violated, and the pack was there to say so."""
    plan = planned(stack)
    assert asked(stack, "--json").returncode == 0
    assert not plan["refused"]
    assert plan["errors"] == []
    assert list(plan["packs"]) == ["canary-rollback"]
    assert [one for one in plan["violations"] if one["level"] == "mandatory"] == []
    assert plan["changes"] == {"create": len(plan["plan"])}


@pytest.mark.parametrize("stack", STACKS)
def test_the_plan_holds_every_part_of_the_rollback_chain(stack: str) -> None:
    """Alarm, guard, both environments, deployment group: a plan without one would be no canary."""
    kinds = [one["type"] for one in planned(stack)["plan"]]
    for token in (
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        "aws:appconfig/environment:Environment",
        "aws:codedeploy/deploymentGroup:DeploymentGroup",
        "aws:lambda/alias:Alias",
        "aws:rds/proxy:Proxy",
    ):
        assert token in kinds


def test_beta_and_prod_are_the_same_program() -> None:
    """They differ in numbers, not in what there is: what prod will have has been rehearsed in beta."""
    parts = [{(one["type"], one["name"]) for one in planned(stack)["plan"]} for stack in STACKS]
    only_in_one = {token for token, _ in parts[0] ^ parts[1]}
    assert only_in_one == {"pulumi:pulumi:Stack"}


def test_a_reviewer_reads_the_same_in_words() -> None:
    """On stdout; talk is on stderr."""
    done = asked("prod")
    assert done.returncode == 0
    assert done.stdout.startswith(f"Plan for prod: {len(planned('prod')['plan'])} to create\n")
    assert "Policies: canary-rollback" in done.stdout
    assert done.stdout.endswith("The plan stands: every mandatory policy holds.\n")
    assert "Previewing prod" in done.stderr


def test_what_must_not_vanish_is_protected_in_prod() -> None:
    """Database, flags with their safe baselines, and the key that pseudonyms are made with; nothing else."""
    assert {
        resource["type"] for resource in capture("prod") if resource.get("options", {}).get("protect")
    } == {
        "aws:appconfig/configurationProfile:ConfigurationProfile",
        "aws:appconfig/deployment:Deployment",
        "aws:appconfig/hostedConfigurationVersion:HostedConfigurationVersion",
        "aws:kms/key:Key",
        "aws:rds/instance:Instance",
    }


def test_values_that_cannot_be_are_refused_before_anything_is_planned() -> None:
    """All of them at once, each with key, value and what is allowed; a misspelt key with what was meant."""
    wrong = {"bakeMinutes": "9", "errorRatePct": "two", "bakeMinuts": "20"}
    done = asked("prod", "--json", *(f"--config={key}={value}" for key, value in wrong.items()))
    plan = json.loads(done.stdout)
    said = "\n".join(plan["errors"])
    assert done.returncode == 1
    assert "huntaze-read-migration:bakeMinutes = '9': must be a whole number from 10 to 1440." in said
    assert "huntaze-read-migration:errorRatePct = 'two': must be a number from 0.01 to 50." in said
    assert "huntaze-read-migration:bakeMinuts: there is no such key. Did you mean bakeMinutes?" in said
    assert plan["plan"] == []
    assert "Traceback" not in done.stdout + done.stderr


def test_what_a_policy_refuses_stops_the_gate() -> None:
    """GIVEN a step that no policy lets pass THEN the command fails, naming rule and resource."""
    done = asked("beta", "--json", "--config", "shiftPercentage=50")
    plan = json.loads(done.stdout)
    assert done.returncode == 1
    assert plan["refused"]
    stopped = [one for one in plan["violations"] if one["level"] == "mandatory"]
    assert {one["rule"] for one in stopped} == {"canary-shift-gradual"}
    assert "huntaze-migration-release-group" in stopped[0]["message"]
