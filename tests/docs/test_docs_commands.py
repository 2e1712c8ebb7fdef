"""Every command in the documents is one that exists; the break-glass lines do what they say."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
import typer
import yaml

from canary.cli.__main__ import app
from canary.cli.commands.options import moment
from canary.cli.ramp import steps_of
from canary.unit.latch.latch import Latches
from components.looking.saved_queries import QUERIES
from tests.docs import break_glass, commands
from tests.fakes.account import NOW, Account

if TYPE_CHECKING:
    from tests.docs.commands import Command

ALL = commands.commands()
NUMBERS = {name.partition("-")[0]: name for name in QUERIES}


def named(program: str) -> list[Command]:
    """Commands of one program, each once."""
    return list({command.words: command for command in ALL if command.program == program}.values())


@cache
def application() -> Any:
    """The real application."""
    return typer.main.get_command(app)


def parsed(words: tuple[str, ...]) -> dict[str, Any]:
    """What the real application makes of a command, without running it."""
    group = application()
    context = group.make_context("canary", list(words), resilient_parsing="--help" in words)
    while isinstance(context.command, type(group)) or hasattr(context.command, "commands"):
        rest = [*context._protected_args, *context.args]
        if not rest:
            break
        name, command, rest = context.command.resolve_command(context, rest)
        context = command.make_context(name, rest, parent=context)
    return dict(context.params)


@pytest.mark.parametrize("command", named("canary"), ids=str)
def test_canary_commands_are_understood(command: Command) -> None:
    """By the real application: verbs, options and values. A verb that is only named exists."""
    if len(command.words) == 2:
        assert command.words[1] in application().commands or command.words[1] == "--help"
        return
    params = parsed(command.words[1:])
    for option in ("since", "until"):
        moment(params.get(option), NOW)
    if params.get("at"):
        steps_of(params["at"])
    if command.words[1:3] == ("queries", "run"):
        asked = params["name"]
        assert asked in NUMBERS or any(asked in name for name in QUERIES)


@pytest.mark.parametrize(
    "words", [("statsu",), ("enable",), ("verdict", "--form", "x"), ("ramp", "--reason"), ("queries", "walk")]
)
def test_what_is_no_command_is_found(words: tuple[str, ...]) -> None:
    """The check above can fail: a verb, an option, a value that is missing."""
    with pytest.raises(Exception, match=r"."):
        parsed(words)


@pytest.mark.parametrize("command", named("make"), ids=str)
def test_make_targets_exist(command: Command) -> None:
    """Each target that a document names is in the Makefile."""
    targets = set(re.findall(r"^([a-z][a-z-]*):", (commands.ROOT / "Makefile").read_text(), re.MULTILINE))
    wanted = {word for word in command.words[1:] if re.fullmatch("[a-z][a-z-]*", word)}
    assert wanted <= targets


@pytest.mark.parametrize("command", [each for each in named("aws") if "sso" not in each.words], ids=str)
def test_aws_commands_are_ones_that_aws_has(command: Command) -> None:
    """Service, operation and options are those of AWS's own models; what a shell would fill in is a text."""
    words = tuple("1" if word.startswith("$") else word for word in command.words)
    break_glass.request(words, dict.fromkeys(("kill-on.json", "off.json"), ""))


VERBS_OF_TWO_WORDS = {"stack", "state", "config", "package"}
"""Verbs of `pulumi` that have verbs of their own."""


@cache
def helped(*verb: str) -> str:
    """What `pulumi` says of a verb."""
    pulumi = str(commands.ROOT / "build" / "bin" / "pulumi")
    return subprocess.run([pulumi, *verb, "--help"], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("command", named("pulumi"), ids=str)
def test_pulumi_commands_are_ones_that_pulumi_has(command: Command) -> None:
    """Verb and options are those of the CLI's own help, files are there, and settings are the program's."""
    words = command.words[1:]
    length = 2 if words[0] in VERBS_OF_TWO_WORDS and not words[1].startswith("-") else 1
    said = helped(*words[:length])
    names = said.partition("Usage:")[2].partition("Flags:")[0]
    assert re.search(rf"\b{words[length - 1]}\b", names), "neither a verb nor its other name"
    for word in words[length:]:
        if word.startswith("--"):
            assert re.search(rf"{word}\b", said), word
        elif word.endswith(".json"):
            assert (commands.ROOT / word).is_file()
        elif ":" in word and word.startswith("huntaze-"):
            assert (
                word.partition("[")[0]
                in yaml.safe_load((commands.ROOT / "Pulumi.yaml").read_text())["config"]
            )


class Named(Account):
    """A unit whose parts have the names that the stack gives them."""

    def __init__(self) -> None:
        super().__init__()
        inner = self.environments._inner
        inner.op_list_applications = lambda: {"Items": [{"Id": "app", "Name": "huntaze-read-migration"}]}
        inner.op_list_environments = lambda **_: {
            "Items": [{"Id": name, "Name": name} for name in ("ramp", "kill")]
        }
        profiles = [{"Id": "ramp", "Name": "read-flags"}, {"Id": "kill", "Name": "kill-switch"}]
        inner.op_list_configuration_profiles = lambda **_: {"Items": profiles}
        strategies = [{"Id": "bakes", "Name": "huntaze-ramp"}, {"Id": "at-once", "Name": "huntaze-kill"}]
        inner.op_list_deployment_strategies = lambda: {"Items": strategies}
        self.alarms.op_describe_alarms = lambda **_: {"MetricAlarms": []}  # type: ignore[method-assign]

    @property
    def clients(self) -> dict[str, Any]:
        """By boto3's names."""
        return {
            "appconfig": self.appconfig,
            "appconfigdata": self.appconfigdata,
            "ssm": self.ssm,
            "cloudwatch": self.cloudwatch,
        }


def test_break_glass_takes_users_off_and_keeps_them_off() -> None:
    """GIVEN a canary at 5 % WHEN the playbook's lines are run THEN killed, off, and latched for everybody."""
    account = Named()
    account.canary(5)
    (block,) = commands.blocks(break_glass.playbook(), "break-glass")
    called = break_glass.run(block, account.clients)
    assert (account.killed, account.off) == (True, True)
    latch = Latches(account.ssm, "/huntaze/read-migration/rollback-latch").read()
    assert latch is not None
    assert latch.reason == "break glass, by hand"
    assert called.index("start_deployment") < called.index("put_parameter")


def test_the_first_part_alone_is_enough() -> None:
    """GIVEN only the kill switch's lines were run THEN nobody reads from Prisma, whatever the ramp says."""
    account = Named()
    account.canary(5)
    (block,) = commands.blocks(break_glass.playbook(), "break-glass")
    break_glass.run(block.partition("# 2.")[0], account.clients)
    assert account.killed
    assert not account.off


def test_commands_are_found_in_blocks_and_in_text(tmp_path: Any) -> None:
    """Assignments, comments and pipes are the shell's; what is no command is left out."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "README.md").write_text(
        "See `canary status` and\n`canary enable\n--shadow 100`, phase `canary 1 %`.\n\n"
        "```sh\nAWS_PROFILE=x canary verdict --json | jq .\nx=$(aws s3api list-buckets --query 'a[0]')\n"
        "# canary not\ncanary logs --follow # on\n```\n```json\ncanary no\n```\n"
    )
    found = commands.commands(tmp_path)
    assert [command.words for command in found] == [
        ("canary", "verdict", "--json"),
        ("aws", "s3api", "list-buckets", "--query", "a[0]"),
        ("canary", "logs", "--follow"),
        ("canary", "status"),
        ("canary", "enable", "--shadow", "100"),
    ]
    assert [command.line for command in found] == [6, 7, 9, 1, 2]
    assert [command.runnable for command in found] == [True, True, False, True, True]
