"""The documents leave out no verb and no option that changes what is decided or done."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import typer

from canary.cli.__main__ import app
from canary.cli.verdict import LEGEND
from tests.docs.commands import ROOT, documents

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXT = "\n".join(path.read_text(encoding="utf-8") for path in documents())
PLAYBOOK = (ROOT / "docs" / "BETA_PLAYBOOK.md").read_text(encoding="utf-8")
CONVENIENCES = {
    "--wait": "how long to follow something",
    "--interval": "how often to look",
    "--most": "how many to show",
    "--path": "what test traffic reads",
    "--user-header": "how test traffic names its users",
    "--token": "how test traffic is let in",
    "--project": "where the project's files are",
    "--prices": "another file of prices",
    "--held-hours": "how long 100 % must have been held",
    "--override-minutes": "how long an override holds",
}
"""Options that `--help` explains well enough, and what they are for."""


def verbs() -> Iterator[tuple[str, Any]]:
    """Every verb with its command, those of `queries` as well."""
    group: Any = typer.main.get_command(app)
    for name, command in group.commands.items():
        inner = getattr(command, "commands", None)
        if inner is None:
            yield name, command
        else:
            yield from ((f"{name} {verb}", one) for verb, one in inner.items())


OPTIONS = sorted(
    {
        option
        for _, command in verbs()
        for parameter in command.params
        for option in parameter.opts
        if option.startswith("--") and option not in CONVENIENCES
    }
)


@pytest.mark.parametrize("verb", [name for name, _ in verbs()])
def test_every_verb_stands_in_a_document(verb: str) -> None:
    """As it is typed, which unit it is about left out."""
    assert re.search(rf"canary (--stack \w+ )?{verb}\b", TEXT)


@pytest.mark.parametrize("option", OPTIONS)
def test_every_option_that_decides_stands_in_a_document(option: str) -> None:
    """What only says how long, how much or where is left to --help."""
    assert re.search(rf"{option}\b", TEXT)


def test_who_a_go_counts_is_said_where_it_is_decided() -> None:
    """In the playbook at the ramp: requests unless asked for, users with the option, and why that matters."""
    ramp = PLAYBOOK.partition("## The ramp")[2].partition("\n## ")[0]
    said = " ".join(ramp.split())
    assert "`--count-users` makes GO count users instead of requests" in said
    assert "with a handful of canary users no number of their requests speaks for all the others" in said
    assert "Without it each row says that users were not counted" in said


def test_exit_codes_are_those_of_the_command() -> None:
    """The playbook has the same codes as `canary --help`, each with its meaning."""
    found = re.search(r"Exit codes: (.+?)\.\n\n", PLAYBOOK, re.DOTALL)
    assert found is not None
    group: Any = typer.main.get_command(app)
    codes = re.findall(r"\b\d+\b", group.help.partition("Exit codes:")[2])
    assert re.findall(r"\b\d+\b", found[1]) == codes


def test_evidence_is_explained_as_the_command_explains_it() -> None:
    """The playbook's sentence on the brackets says what the line below a verdict says."""
    said = " ".join(PLAYBOOK.partition("ends in its evidence")[2].partition("\n\n")[0].split())
    for part in ("limit is broken", "kept", "the number behind it"):
        assert part in said
        assert part in LEGEND
