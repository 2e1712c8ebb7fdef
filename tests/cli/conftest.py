"""Fixtures: a unit in memory for each test, and the command as a person types it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pytest
from typer.testing import CliRunner

from canary.cli.__main__ import app
from canary.cli.commands.session import Session
from tests.fakes.account import Account, target
from tests.fakes.unit import Unit

if TYPE_CHECKING:
    from typer.testing import Result


class Canary(Protocol):
    """Types a command. `stack` is the stack's name, `keys` is what is typed at prompts."""

    def __call__(self, *words: str, stack: str = "beta", keys: str = "") -> Result: ...


@pytest.fixture
def unit() -> Unit:
    """A unit as the guard sees it, with safe baselines deployed; alarms are OK and flags are off."""
    return Unit()


@pytest.fixture
def account() -> Account:
    """A unit with safe baselines deployed; alarms are OK and flags are off."""
    return Account()


WAITING = (
    *("canary.cli.enable", "canary.cli.resume", "canary.cli.rollback", "canary.cli.teardown"),
    *(
        "canary.cli.commands.ready",
        "canary.cli.commands.verdict",
        "canary.cli.commands.ramp",
        "canary.cli.commands.queries",
    ),
)


@pytest.fixture
def canary(account: Account, monkeypatch: pytest.MonkeyPatch) -> Canary:
    """The real application on that unit. Waiting takes the fake clock's time."""
    for module in WAITING:
        monkeypatch.setattr(f"{module}.waiting", account.patience)

    def typed(*words: str, stack: str = "beta", keys: str = "") -> Result:
        session = Session(lambda: target(stack), lambda _region: account)  # type: ignore[arg-type, return-value]
        return CliRunner().invoke(app, list(words), input=keys, obj=session)

    return typed
