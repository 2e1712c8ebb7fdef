"""What all the commands of the live tests called: SECURITY.md names every permission that they needed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.docs.commands import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.live.player import Player

pytestmark = pytest.mark.slow

IAM_SERVICES = {"appconfigdata": "appconfig", "apigatewayv2": "apigateway"}
"""Services whose permissions have another name."""
IAM_ACTIONS = {"lambda:Invoke": "lambda:InvokeFunction"}
READING = {
    "status",
    "monitor",
    "verdict",
    "logs",
    "traces",
    "queries",
    "audit",
    "finish",
    "preflight",
    "ready",
    "--dry-run",
}
NOT_PLAYED = {
    "appconfig:StopDeployment": "no rollback meets a deployment",
    "codedeploy:GetApplicationRevision": "every deployment here carries its AppSpec",
    "codedeploy:RegisterApplicationRevision": "AWS asks for it with CreateDeployment",
    "codedeploy:StopDeployment": "no rollback meets a release",
    "lambda:DeleteFunction": "there is no old version to prune",
    "lambda:UpdateAlias": "no rollback has to move the alias",
    "logs:StopQuery": "no query takes too long",
    "rds:ListTagsForResource": "the stack here has no database of its own",
}
"""Permissions that the document asks for and that no command here needed, with why."""


def documented() -> dict[str, set[str]]:
    """Actions of readers and operators."""
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8").partition("| Who | May | On |")[2]
    found: dict[str, set[str]] = {"reader": set(), "operator": set()}
    for line in text.partition("\n\n")[0].splitlines()[2:]:
        who, may, _ = line.strip("| ").split(" | ")
        found[who.partition(",")[0]].update(re.findall(r"`([a-z0-9]+:[A-Za-z]+)`", may))
    return found


def called(played: Player) -> Iterator[tuple[str, bool]]:
    """Permissions that the calls of all commands needed, and whether the command only read."""
    for line in played.unit.calls.read_text(encoding="utf-8").splitlines():
        service, operation, *words = line.split()
        action = f"{IAM_SERVICES.get(service, service)}:{operation}"
        needed = "apigateway:GET" if service == "apigatewayv2" else IAM_ACTIONS.get(action, action)
        yield needed, bool(READING & set(words))


def test_a_reader_needs_no_more_than_the_document_says(played: Player) -> None:
    """WHEN something was only looked at THEN every call is among the readers'."""
    assert {action for action, reading in called(played) if reading} - documented()["reader"] == set()


def test_an_operator_needs_no_more_than_the_document_says(played: Player) -> None:
    """WHEN anything was called THEN it is among the readers' or the operators'."""
    listed = documented()["reader"] | documented()["operator"]
    assert {action for action, _ in called(played)} - listed == set()


def test_no_permission_is_asked_for_that_nothing_needs(played: Player) -> None:
    """Every documented one was needed here, or it is said when it would be."""
    listed = documented()["reader"] | documented()["operator"]
    assert listed - {action for action, _ in called(played)} <= set(NOT_PLAYED)
