"""What can be known of workflows that were never run: their form, their commands, and what they may do."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import typer

from canary.cli.__main__ import app
from canary.cli.errors import BY_DECISION
from tests.gate import workflows
from tests.gate.workflows import ACTIONS, ROOT, WORKFLOWS, assumes_role, commands, jobs, of, steps

if TYPE_CHECKING:
    from pathlib import Path

EXACT = re.compile(r"@([0-9a-f]{40}|v\d+\.\d+\.\d+)$")
JOBS = [(path, name) for path in WORKFLOWS for name in jobs(path)]
UP = re.compile(r"command: up\b")


def validate(kind: str, path: Path) -> subprocess.CompletedProcess[str]:
    """Hold a file against the published schema, from the copy that check-jsonschema bundles."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{kind}", str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_has_the_published_form(path: Path) -> None:
    """https://json.schemastore.org/github-workflow.json."""
    done = validate("github-workflows", path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", ACTIONS, ids=lambda path: path.parent.name)
def test_an_action_has_the_published_form(path: Path) -> None:
    """https://json.schemastore.org/github-action.json."""
    done = validate("github-actions", path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_workflow_of_another_form_would_be_refused(tmp_path: Path) -> None:
    """GIVEN a misspelt key THEN the schema's answer names it."""
    broken = tmp_path / "deploy.yml"
    broken.write_text(of("deploy").read_text().replace("timeout-minutes", "timeout-minute"))

    done = validate("github-workflows", broken)

    assert done.returncode == 1
    assert "timeout-minute" in done.stdout


@pytest.mark.parametrize("path", [*WORKFLOWS, *ACTIONS], ids=str)
def test_it_says_that_it_was_never_run(path: Path) -> None:
    """Nobody takes it for proven."""
    head = path.read_text().split("name:", 1)[0]
    assert re.search("has not been executed|not executed here", head, re.IGNORECASE)


@pytest.mark.parametrize("step", [step for step in steps() if "uses" in step.content], ids=str)
def test_an_action_is_pinned_exactly_or_is_our_own(step: workflows.Step) -> None:
    """No moving tag, such as v6, and no branch."""
    used = step.content["uses"]
    if used.startswith("./"):
        assert (ROOT / used / "action.yml").is_file()
    else:
        assert EXACT.search(used)


@pytest.mark.parametrize(
    "name", ["actions/checkout", "pulumi/actions", "aws-actions/configure-aws-credentials"]
)
def test_an_action_has_one_version_everywhere(name: str) -> None:
    """An upgrade cannot be done by half."""
    used = {step.content["uses"] for step in steps() if step.content.get("uses", "").startswith(f"{name}@")}
    assert len(used) == 1


@pytest.mark.parametrize(("path", "name"), JOBS, ids=str)
def test_a_job_has_what_it_needs_and_no_more(path: Path, name: str) -> None:
    """Nothing by default; a token for AWS only where a role is assumed; pull requests only to comment."""
    job = jobs(path)[name]
    wanted = {"contents": "read"}
    if assumes_role(job):
        wanted["id-token"] = "write"
    if any(step.get("with", {}).get("comment-on-pr") for step in job["steps"]):
        wanted["pull-requests"] = "write"
    assert workflows.document(path)["permissions"] == {}
    assert job["permissions"] == wanted
    assert job["timeout-minutes"] <= 360


def test_a_fork_gets_no_role_and_no_secret() -> None:
    """Its pull request is checked and planned; what has a role runs for this repository's branches alone."""
    text = of("pull-request").read_text()
    assert "pull_request_target" not in text
    for name, job in jobs(of("pull-request")).items():
        condition = job.get("if", "")
        own = "github.event.pull_request.head.repo.full_name == github.repository" in condition
        assert own == assumes_role(job), name
    assert not any("secrets." in path.read_text() for path in [*WORKFLOWS, *ACTIONS])


@pytest.mark.parametrize(("path", "name"), JOBS, ids=str)
def test_a_job_with_a_role_waits_for_others_on_the_same_stack(path: Path, name: str) -> None:
    """And is never cut off by a later one."""
    job = jobs(path)[name]
    if assumes_role(job):
        stack = job.get("environment", "${{ matrix.stack }}")
        assert job["concurrency"]["group"].endswith(f"-{stack}")
        assert job["concurrency"]["cancel-in-progress"] is False


def test_no_text_of_a_pull_request_reaches_a_shell() -> None:
    """A title or a branch's name is whatever its writer wants it to be."""
    for step in steps():
        expressions = re.findall(r"\$\{\{\s*(.*?)\s*\}\}", step.content.get("run", ""))
        assert set(expressions) <= {"matrix.stack", "github.sha"}, step


@pytest.mark.parametrize(("where", "words"), commands(), ids=str)
def test_a_shell_runs_what_a_person_would(where: str, words: tuple[str, ...]) -> None:
    """The Makefile's targets, the operator's CLI or the engine's, as they are."""
    program = words[0].rpartition("/")[2]
    if program == "make":
        _is_made(words)
    elif program == "canary":
        _is_understood(words)
    else:
        assert program == "pulumi", where
        _is_known_to_the_engine(words)


def _is_made(words: tuple[str, ...]) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert words[1] in targets
    assert all(re.fullmatch("STACK=(beta|prod)", word) for word in words[2:])


def _is_understood(words: tuple[str, ...]) -> None:
    """By the real application, which parses them and runs nothing."""
    group: Any = typer.main.get_command(app)
    context = group.make_context("canary", list(words[1:]))
    name, command, rest = group.resolve_command(context, [*context._protected_args, *context.args])
    command.make_context(name, rest, parent=context)


def _is_known_to_the_engine(words: tuple[str, ...]) -> None:
    pulumi = str(ROOT / "build" / "bin" / "pulumi")
    said = subprocess.run([pulumi, words[1], "--help"], capture_output=True, text=True, check=True).stdout
    for option in words[2:]:
        if option.startswith("--"):
            assert re.search(rf"{option}\b", said), option
        elif option.endswith(".json"):
            assert (ROOT / option).is_file()


@pytest.mark.parametrize(
    "step", [step for step in steps() if "command" in step.content.get("with", {})], ids=str
)
def test_the_engine_is_given_the_pack_and_a_refresh(step: workflows.Step) -> None:
    """Every plan and every update, with the levels of its own stack."""
    given = step.content["with"]
    stack = given["stack-name"]
    assert (ROOT / given["policyPacks"] / "PulumiPolicy.yaml").is_file()
    assert given["policyPackConfigs"] == f"policy-config.{stack}.json"
    assert given["refresh"] is True


def test_the_engine_is_the_one_that_is_tested() -> None:
    """The version that CI installs is the one that is built where none is."""
    installed = {
        step.content["with"]["pulumi-version"]
        for step in steps()
        if "pulumi-version" in step.content.get("with", {})
    }
    pinned = re.search(r"pulumi/pkg/v3 v(\S+)", (ROOT / "tools" / "pulumi-cli" / "go.mod").read_text())
    assert pinned
    assert installed == {pinned[1]}


def test_prod_comes_after_betas_verdict_and_its_reviewers() -> None:
    """A job that fails skips those that need it, and a verdict that is not GO fails its job."""
    found = jobs(of("deploy"))
    runs = {name: [step.get("run", "") for step in job["steps"]] for name, job in found.items()}
    assert found["verdict"]["needs"] == "beta"
    assert found["prod"]["needs"] == "verdict"
    assert found["prod"]["environment"] == "prod"
    assert any(run.endswith("--stack beta verdict") for run in runs["verdict"])
    assert any(" --stack beta release " in run for run in runs["beta"])
    assert not any("if" in job or job.get("continue-on-error") for job in found.values())
    assert [decision for decision, code in BY_DECISION.items() if code == 0] == ["GO"]


@pytest.mark.parametrize("stack", ["beta", "prod"])
def test_tables_come_before_the_functions_that_read_them(stack: str) -> None:
    """A stack is brought up, migrated, released; one that drifted is not released to."""
    steps_of = jobs(of("deploy"))[stack]["steps"]
    said = [str(step.get("with", {}).get("command", "")) or str(step.get("run", "")) for step in steps_of]
    up = said.index("up")
    (migrates,) = [n for n, one in enumerate(said) if f" --stack {stack} migrate " in one]
    (releases,) = [n for n, one in enumerate(said) if f" --stack {stack} release " in one]
    assert up < migrates < releases


def test_only_a_merge_updates() -> None:
    """Pull requests and the nightly job change nothing in an account."""
    assert [path.stem for path in WORKFLOWS if UP.search(path.read_text())] == ["deploy"]
    assert workflows.document(of("deploy"))["on"] == {"push": {"branches": ["main"]}}
