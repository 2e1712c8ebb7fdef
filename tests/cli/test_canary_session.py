"""Which unit: a stack, saved outputs, or names alone; and the command as a whole."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from canary.cli.__main__ import VERBS, app
from canary.cli.commands.options import moment
from canary.cli.discovery import from_names
from canary.cli.errors import OpsError
from canary.cli.target import Target
from tests.fakes.account import NOW, Account, target
from tests.fakes.aws import refusal

if TYPE_CHECKING:
    from pathlib import Path

NONE = {"CANARY_STACK": "", "CANARY_OUTPUTS": "", "AWS_ENDPOINT_URL": ""}


def outputs(stack: str = "beta") -> dict[str, Any]:
    """The stack's output, in its own spelling."""
    return {
        re.sub("_(.)", lambda found: found[1].upper(), name): value
        for name, value in asdict(target(stack)).items()
    }


def run(*words: str) -> Any:
    """Type a command where no unit is named by the environment."""
    return CliRunner().invoke(app, list(words), env=NONE)


def test_saved_outputs_name_the_unit(tmp_path: Path) -> None:
    """GIVEN `pulumi stack output canary --json` in a file THEN it is found, with no AWS asked."""
    path = tmp_path / "outputs.json"
    path.write_text(json.dumps(outputs()))
    assert Target.from_file(path) == target()
    result = run("--outputs", str(path), "open", "dashboard")
    assert result.exit_code == 0, result.output
    assert "huntaze-prisma-migration" in result.stdout


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "is not JSON"),
        ("[]", "holds no JSON object"),
        ("{}", "lacks region, prefix"),
        (None, "cannot be read"),
    ],
)
def test_outputs_that_are_none_say_why(tmp_path: Path, content: str | None, says: str) -> None:
    """Exit code 1, one sentence."""
    path = tmp_path / "outputs.json"
    if content is not None:
        path.write_text(content)
    result = run("--outputs", str(path), "open", "dashboard")
    assert result.exit_code == 1
    assert says in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("echo 'no stack named x' >&2; exit 255", "no stack named x"),
        ("echo hello", "is not JSON"),
        ("echo '[]'", "holds no JSON object"),
        (None, "could not be run"),
    ],
)
def test_a_stack_that_pulumi_does_not_know_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str | None, says: str
) -> None:
    """GIVEN a `pulumi` that fails, says something else, or is not there THEN one sentence, exit code 1."""
    if script:
        (tmp_path / "pulumi").write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / "pulumi").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    result = run("--stack", "x", "open", "dashboard")
    assert result.exit_code == 1
    assert says in result.stderr


def test_a_stack_is_asked_of_pulumi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """GIVEN a `pulumi` that prints the output THEN that is the unit."""
    (tmp_path / "outputs").write_text(json.dumps(outputs("prod")))
    (tmp_path / "pulumi").write_text(
        f'#!/bin/sh\nwhile read -r line; do echo "$line"; done < {tmp_path}/outputs\necho\n'
    )
    (tmp_path / "outputs").write_text(json.dumps(outputs("prod")) + "\n")
    (tmp_path / "pulumi").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    assert Target.from_stack("prod") == target("prod")


@pytest.mark.parametrize("words", [(), ("--stack", "a", "--prefix", "b"), ("--stack", "a", "--outputs", "b")])
def test_none_or_two_units_is_wrong_usage(words: tuple[str, ...]) -> None:
    """Exit code 2, with the ways there are."""
    result = run(*words, "status")
    assert result.exit_code == 2
    assert "--prefix" in result.stderr


def names(account: Account) -> None:
    """The unit's functions and API under names made from the prefix, as on AWS."""
    account.functions.environment = {
        "APPCONFIG_APPLICATION": "app",
        "RAMP_ENVIRONMENT": "ramp-name",
        "FLAG_PROFILE": "ramp-profile",
        "KILL_ENVIRONMENT": "kill-name",
        "KILL_PROFILE": "kill-profile",
        "RAMP_STRATEGY": "bakes",
        "KILL_STRATEGY": "at-once",
        "LATCH_PARAMETER": "/latch",
        "TOPIC_ARN": "arn:topic",
        "CODEDEPLOY_APPLICATION": "app",
        "CODEDEPLOY_GROUP": "group",
        "FUNCTION_NAME": "huntaze-mock-read",
        "PRISMA_FUNCTION": "huntaze-prisma-read",
        "ALIAS_NAME": "live",
        "METRICS_NAMESPACE": "N",
        "ALARM_NAMES": json.dumps({"canaryErrorRate": "canary-alarm"}),
        "THRESHOLDS": json.dumps({"errorRatePct": 2}),
    }


def test_names_alone_are_enough(account: Account) -> None:
    """GIVEN no Pulumi, only a prefix THEN the guard's settings and AppConfig's names make the whole unit."""
    names(account)
    found = from_names(account, "huntaze", "us-east-1")  # type: ignore[arg-type]
    assert (found.ramp_environment_id, found.kill_profile_id) == ("ramp", "kill")
    assert found.api_url == "https://a1.execute-api.us-east-1.amazonaws.com"
    assert found.guard_alias_arn.endswith("huntaze-rollback-guard:live")
    assert found.production
    assert found.migrate_function == "huntaze-prisma-migrate"


@pytest.mark.parametrize(
    ("told", "name"), [({}, "huntaze-prisma-migration"), ({"DASHBOARD_NAME": "reads"}, "reads")]
)
def test_a_dashboard_of_another_name_is_found(account: Account, told: dict[str, str], name: str) -> None:
    """GIVEN a dashboard name in the guard's environment THEN that one is meant, else the prefix's own."""
    names(account)
    account.functions.environment.update(told)
    found = from_names(account, "huntaze", "us-east-1")  # type: ignore[arg-type]
    assert found.dashboard_name == name


def test_a_unit_of_before_migrations_had_a_function_is_found_without_one(account: Account) -> None:
    """GIVEN no function by that name THEN the unit is whole, and only migrating is not there."""
    names(account)
    account.script.will("get_alias", refusal("ResourceNotFoundException", status=404))
    found = from_names(account, "huntaze", "us-east-1")  # type: ignore[arg-type]
    assert found.migrate_function is None


def test_a_prefix_that_nothing_has_is_named(account: Account) -> None:
    """No such function, or one that is another program's."""
    with pytest.raises(OpsError, match="no function other-rollback-guard in us-east-1"):
        from_names(account, "other", "us-east-1")  # type: ignore[arg-type]
    with pytest.raises(OpsError, match="not set up as this version does it"):
        from_names(account, "huntaze", "us-east-1")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("operation", "says"),
    [
        (
            "list_environments",
            "There is no AppConfig application app, which huntaze-rollback-guard was given",
        ),
        ("list_configuration_profiles", "There is no AppConfig application app"),
    ],
)
def test_a_unit_whose_appconfig_is_gone_is_named(account: Account, operation: str, says: str) -> None:
    """GIVEN a guard that names an application that is not there THEN a sentence, not AWS's own words."""
    names(account)
    account.script.will(operation, refusal("ResourceNotFoundException", "Application not found", 404))
    with pytest.raises(OpsError, match=says):
        from_names(account, "huntaze", "us-east-1")  # type: ignore[arg-type]


def test_a_unit_without_one_of_its_functions_is_named(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GIVEN a Prisma function that is not there THEN its name, and that the unit is not whole."""
    names(account)
    found = account.functions.op_get_alias

    def get_alias(*, FunctionName: str, Name: str) -> Any:  # noqa: N803 - AWS's own names
        if FunctionName == "huntaze-prisma-read":
            raise refusal("ResourceNotFoundException", status=404)
        return found(FunctionName=FunctionName, Name=Name)

    monkeypatch.setattr(account.functions, "op_get_alias", get_alias)
    with pytest.raises(OpsError, match="no function huntaze-prisma-read with an alias live: the unit is not"):
        from_names(account, "huntaze", "us-east-1")  # type: ignore[arg-type]


def test_help_documents_the_exit_codes() -> None:
    """All of them, where a person looks first."""
    text = " ".join(run("--help").stdout.split())
    for part in (
        "0 done",
        "1 refused",
        "2 wrong usage",
        "3 something needs attention",
        "4 NO-GO",
        "130 interrupted",
    ):
        assert part in text


@pytest.mark.parametrize("verb", [verb for verbs in VERBS.values() for verb in verbs])
def test_every_verb_has_help_and_json(verb: str) -> None:
    """--help needs no unit; --json is everywhere."""
    result = run(verb, "--help")
    assert result.exit_code == 0
    assert "--json" in result.stdout


def test_a_verb_that_is_none_is_wrong_usage() -> None:
    """With the nearest one."""
    result = run("statsu")
    assert result.exit_code == 2
    assert "status" in result.stderr


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("90s", "2026-11-25T11:58:30+00:00"),
        ("1.5h", "2026-11-25T10:30:00+00:00"),
        ("2d", "2026-11-23T12:00:00+00:00"),
        ("2026-11-25T10:00:00", "2026-11-25T10:00:00+00:00"),
        ("2026-11-25T10:00:00+02:00", "2026-11-25T10:00:00+02:00"),
    ],
)
def test_moments(text: str, iso: str) -> None:
    """How long ago, or ISO 8601 in UTC unless it says so."""
    found = moment(text, NOW)
    assert found is not None
    assert found.isoformat() == iso


@pytest.mark.parametrize("text", ["", "m", "5", "5y", "-5m", "1e9d", "99999999999d"])
def test_moments_that_are_none(text: str) -> None:
    """One sentence, whatever is typed."""
    with pytest.raises(OpsError, match="is no moment"):
        moment(text, NOW)
