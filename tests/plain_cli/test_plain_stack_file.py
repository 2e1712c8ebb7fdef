"""What the CLI writes into a stack's file by the documents' commands: its readers see no difference."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from canary.cli.cost.configuration import read
from rehearsal.engine import OF_SECRETS_PROVIDERS, stack_settings
from settings.reading import RENAMED, parse
from tests.docs.commands import Command, commands, of
from tests.program.configured import texts

if TYPE_CHECKING:
    from rehearsal.plain_cli import PlainCli
    from settings import Settings

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
PROJECT = "huntaze-read-migration"
EXAMPLES = [command for path in ROOT.glob("examples/*/README.md") for command in of(path)]
SET = [
    command
    for command in [*commands(), *EXAMPLES]
    if command.words[1:3] == ("config", "set") and command.words[3:]
]


@pytest.fixture(scope="module")
def initialised(cli: PlainCli) -> PlainCli:
    """GIVEN beta and prod as `pulumi stack init` leaves them."""
    for stack in ("beta", "prod"):
        cli.run("pulumi", "stack", "init", stack)
    return cli


def content(folder: Path, stack: str) -> dict[str, Any]:
    """A stack's file."""
    return dict(yaml.safe_load((folder / f"Pulumi.{stack}.yaml").read_text()))


def settings(folder: Path, stack: str) -> Settings:
    """What the program reads in it."""
    config = content(folder, stack)["config"]
    return parse(stack, config["aws:region"], texts(config))


@pytest.mark.parametrize("stack", ["beta", "prod"])
def test_a_stack_that_was_initialised_is_configured_as_before(initialised: PlainCli, stack: str) -> None:
    """It gets a salt, and numbers become texts: program, `canary cost`, `make preview` see no difference."""
    checkout = initialised.checkout
    assert "encryptionsalt" in content(checkout, stack)
    assert content(checkout, stack)["config"] != content(ROOT, stack)["config"]
    assert settings(checkout, stack) == settings(ROOT, stack)
    assert read(checkout, stack) == read(ROOT, stack)
    own = stack_settings(content(checkout, stack), {})
    assert not OF_SECRETS_PROVIDERS & set(own)


@pytest.mark.parametrize("command", SET, ids=str)
def test_a_documented_configuration_is_taken(initialised: PlainCli, command: Command) -> None:
    """WHEN `pulumi config set` is typed as it stands THEN the CLI takes it, and the program reads it."""
    folder = (
        initialised.checkout / Path(command.file).parent
        if "examples" in command.file
        else initialised.checkout
    )
    if folder != initialised.checkout:
        initialised.run("pulumi", "stack", "init", "beta", "--cwd", str(folder))
    initialised.run(*command.words, "--cwd", str(folder))
    words = [word for word in command.words[3:] if not word.startswith("--")]
    assert words[0].partition("[")[0] in content(folder, "beta")["config"]


@pytest.mark.parametrize("old", RENAMED)
def test_the_cli_refuses_a_keys_old_name_and_takes_todays(initialised: PlainCli, old: str) -> None:
    """Why they were renamed: what the CLI does, and not what we read of it."""
    set_to = "arn:aws:secretsmanager:us-east-1:123456789012:secret:reader-AbCdEf"
    refused = initialised.run(
        "pulumi", "config", "set", f"{PROJECT}:{old}", set_to, "--stack", "prod", code=1
    )
    assert "looks like a secret" in refused.err
    initialised.run("pulumi", "config", "set", f"{PROJECT}:{RENAMED[old]}", set_to, "--stack", "prod")
