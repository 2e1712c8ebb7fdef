"""SECURITY.md: its permissions are those of the program's policies, its way to report is a real one."""

from __future__ import annotations

import re
from functools import cache

import pytest

from tests.docs.commands import ROOT
from tests.program.stacks import POLICY, ROLE, default, listed, statements

TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
ACTION = re.compile(r"`([a-z0-9-]+:[A-Za-z]+)`")
ALL = "every function"
ASSUMED_BY_LAMBDA = "lambda.amazonaws.com"


@cache
def documented() -> dict[str, set[str]]:
    """Actions by role, as the table has them; a row without a name goes on with the role above it."""
    table = TEXT.partition("| Role | May | On |")[2].partition("\n\n")[0]
    found: dict[str, set[str]] = {}
    names: list[str] = []
    for line in table.splitlines()[2:]:
        who, may, _ = (cell.strip() for cell in line.strip().strip("|").split("|"))
        names = re.findall(r"`([^`]+)`", who) or ([who] if who else names)
        for name in names:
            found.setdefault(name, set()).update(ACTION.findall(may))
    return found


@cache
def granted() -> dict[str, set[str]]:
    """Actions by role, as the program's policies have them."""
    found: dict[str, set[str]] = {}
    for resource, statement in statements(default()):
        if resource.token == POLICY:
            found.setdefault(resource.inputs["role"], set()).update(listed(statement["Action"]))
    return found


def functions() -> set[str]:
    """Roles that Lambda assumes: those of functions."""
    return {
        resource.inputs["name"]
        for resource, statement in statements(default())
        if resource.token == ROLE and statement["Principal"]["Service"] == ASSUMED_BY_LAMBDA
    }


def test_every_role_of_the_program_is_listed_and_no_other() -> None:
    """A role that comes, goes or is renamed changes the document."""
    assert set(documented()) - {ALL} == set(granted())


@pytest.mark.parametrize("role", sorted(granted()))
def test_a_role_may_do_what_the_document_says(role: str) -> None:
    """Action by action; what every function may do is said once."""
    of_all = documented()[ALL] if role in functions() else set()
    assert documented()[role] | of_all == granted()[role]


def test_actions_without_a_resource_are_those_the_document_names() -> None:
    """GIVEN the statements whose resource is everything THEN the document names exactly their actions."""
    said = set(
        ACTION.findall(TEXT.partition("stands only where AWS takes nothing else")[2].partition(". A ")[0])
    )
    everywhere = {
        action
        for resource, statement in statements(default())
        if resource.token == POLICY and listed(statement["Resource"]) == ["*"]
        for action in listed(statement["Action"])
    }
    assert said == everywhere


def test_a_vulnerability_is_reported_where_somebody_reads_it() -> None:
    """The hosting platform's private report; no address that nobody owns."""
    assert "Report a vulnerability" in TEXT
    assert not re.search(r"\b[\w.]+@[\w.]+\b", TEXT)
