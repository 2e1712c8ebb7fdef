"""`canary preflight`: what is there already under a stack's names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from canary.cli.__main__ import app
from canary.cli.commands.session import Session
from canary.cli.preflight.looks import LOOKS, Place, find
from canary.cli.preflight.names import Named, physical
from canary.cli.preflight.preflight import PROJECT
from canary.unit.names import Names
from canary.unit.thresholds import SHEET
from tests.fakes.taken import ACCOUNT, KINDS, Taken

ROOT = Path(__file__).resolve().parents[2]
CAPTURED = ROOT / "tests" / "policy" / "captured"
KEYS = ("name", "dashboardName", "deploymentConfigName", "identifier")
INSIDE = {
    "aws:apigatewayv2/authorizer:Authorizer": "of a new API",
    "aws:apigatewayv2/stage:Stage": "of a new API",
    "aws:appconfig/configurationProfile:ConfigurationProfile": "of a new application",
    "aws:appconfig/environment:Environment": "of a new application",
    "aws:codedeploy/deploymentGroup:DeploymentGroup": "of a new application",
    "aws:iam/rolePolicy:RolePolicy": "of a new role",
    "aws:lambda/alias:Alias": "of a new function",
}
"""Names that are taken only within something whose own name is looked for."""
ALL = physical(Named("huntaze"))


def captured(stack: str) -> list[dict[str, Any]]:
    """What the program asks the engine for."""
    found: list[dict[str, Any]] = json.loads((CAPTURED / f"{stack}.json").read_text())
    return found


@pytest.mark.parametrize("stack", ["beta", "prod"])
def test_the_list_is_what_the_program_names_resource_by_resource(stack: str) -> None:
    """Each resource with a name of ours is looked for, and nothing that the program does not make."""
    named = {
        (resource["type"], resource["inputs"][key])
        for resource in captured(stack)
        for key in KEYS
        if isinstance(resource["inputs"].get(key), str) and resource["type"] not in INSIDE
        if "huntaze" in resource["inputs"][key]
    }
    listed = {(one.token, one.name) for one in physical(Named("huntaze")) if one.token}
    assert listed == named


@pytest.mark.parametrize("stack", ["beta", "prod"])
def test_whatever_else_has_a_name_is_inside_of_what_is_looked_for(stack: str) -> None:
    """A resource of a new kind with a name of any spelling fails here until it is looked for or explained."""
    listed = {one.name for one in ALL}
    for resource in captured(stack):
        name = resource["inputs"].get("name")
        if resource["type"].startswith("aws:") and isinstance(name, str):
            assert name in listed or resource["type"] in INSIDE, resource["type"]


def test_names_are_those_of_the_components_whatever_the_configuration() -> None:
    """Alarms say the limits that are in force, and the latch is the guard's."""
    limits = {**SHEET, "error_rate_pct": 2.5, "p95_investigate_pct": 200}
    unit, names = Named("other-unit", 2.5, 200), Names("other-unit")
    found = {one.name for one in physical(unit)}
    assert set(names.alarms(limits).values()) <= found  # type: ignore[arg-type]
    assert {names.latch, f"{names.latch}-told", names.dashboard, names.topic, names.migration} <= found
    assert {names.mock, names.prisma, names.shadow, names.migrate, names.guard, names.check} <= found


def test_every_kind_can_be_looked_for() -> None:
    """Each look is of a kind that is listed, and each of AWS's operations is held against its model."""
    assert {one.token for one in ALL} == set(LOOKS)
    account = Taken()
    run(account, "--json")
    assert set(account.calls) - {"get_caller_identity", "list_tags_for_resource"} == {
        name for _, name in KINDS
    }


def run(account: Taken, *words: str, stack: str | None = "prod") -> Any:
    """The command on that account, in this project's folder."""
    session = Session(
        lambda: pytest.fail("no outputs are needed"),
        lambda _region: account,  # type: ignore[arg-type, return-value]
        stack=stack,
        prefix=None if stack else "huntaze",
    )
    return CliRunner().invoke(app, ["preflight", "--project", str(ROOT), *words], obj=session)


@pytest.fixture(autouse=True)
def pulumi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `pulumi` with a state to export: empty, as before the first `up`."""
    program = tmp_path / "pulumi"
    program.write_text(f'#!/bin/sh\nwhile read -r line; do echo "$line"; done < {tmp_path}/state\n')
    program.chmod(0o755)
    (tmp_path / "state").write_text(json.dumps({"deployment": {}}) + "\n")
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    return tmp_path / "state"


def test_an_empty_account_is_clear() -> None:
    """Exit code 0, how much was looked for, where; and nothing but reads."""
    result = run(Taken())
    assert result.exit_code == 0, result.output
    looked = f"{len(ALL)} names of huntaze in us-east-1, account {ACCOUNT}"
    assert result.stdout == f"{looked}: nothing is in the way of `pulumi up`.\n"


def test_every_name_that_is_taken_is_found() -> None:
    """Each with its kind and with what would come of it; exit code 3."""
    result = run(Taken(*(one.name for one in ALL)), "--json")
    assert result.exit_code == 3, result.output
    found = [(one["name"], one["how"]) for one in json.loads(result.stdout)["found"]]
    assert {(one.name, one.then.value) for one in ALL} <= set(found)


@pytest.mark.parametrize("token", LOOKS)
def test_a_look_finds_its_own_name_and_no_other(token: str) -> None:
    """One that begins alike is another thing."""
    name = next(one.name for one in ALL if one.token == token)
    place = Place(Taken(name), "us-east-1", ACCOUNT)  # type: ignore[arg-type]
    assert len(find(place, token, name)) == 1
    assert find(place, token, f"{name}-more") == []
    assert find(place, token, name[:-1]) == []


def test_a_strangers_alarm_is_said_to_be_overwritten() -> None:
    """What today is silent."""
    result = run(Taken("huntaze-shadow-loss"))
    assert (
        "cloudwatch MetricAlarm huntaze-shadow-loss: a stranger's; `pulumi up` overwrites it" in result.stdout
    )
    assert result.stdout.splitlines()[-1].endswith(
        "1 in the way. Remove or rename them, or take another prefix."
    )


def test_what_bears_this_stacks_tags_or_is_in_its_state_is_its_own(pulumi: Path) -> None:
    """GIVEN all of it THEN the exit code is 0; another stack's is named; what has no tags, by the state."""
    own = {"Project": PROJECT, "Stack": "prod"}
    mine = Taken("huntaze-mock-read", tags=own)
    assert run(mine).exit_code == 0
    other = run(Taken("huntaze-mock-read", tags={**own, "Stack": "beta"}))
    assert (other.exit_code, "stack beta's" in other.stdout) == (3, True)
    dashboard = Taken("huntaze-prisma-migration")
    assert "cannot be told" in run(dashboard).stdout
    kept = {
        "type": "aws:cloudwatch/dashboard:Dashboard",
        "inputs": {"dashboardName": "huntaze-prisma-migration"},
    }
    pulumi.write_text(json.dumps({"deployment": {"resources": [kept, None, {"inputs": 1}]}}) + "\n")
    assert run(dashboard).exit_code == 0


def test_without_pulumi_it_says_what_cannot_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """And goes on."""
    monkeypatch.setenv("PATH", "/nowhere")
    result = run(Taken())
    assert result.exit_code == 0
    assert "cannot be told to be this stack's" in result.stderr


def test_a_prefix_alone_is_enough() -> None:
    """Then everything that is there is in the way, whoever made it."""
    result = run(Taken("huntaze-mock-read", tags={"Project": PROJECT, "Stack": "prod"}), stack=None)
    assert result.exit_code == 3
    assert "stack prod's" in result.stdout


def test_beta_leaves_no_snapshot_and_is_asked_for_none() -> None:
    """Its configuration is read from its own file."""
    account = Taken()
    assert run(account, stack="beta").exit_code == 0
    assert account.calls["describe_db_snapshots"] == 0


def test_a_folder_that_is_no_project_is_said() -> None:
    """One sentence, exit code 1."""
    result = run(Taken(), "--project", "/nowhere")
    assert result.exit_code == 1
    assert "give --project" in result.stderr
