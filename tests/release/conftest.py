"""Fixtures: a unit that releases, its names as an operator has them, and patience on the fake clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from canary.unit.patience import Patience
from tests.fakes.releases import ReleasingUnit, answered

if TYPE_CHECKING:
    from canary.cli.target import Target


@pytest.fixture
def unit(monkeypatch: pytest.MonkeyPatch) -> ReleasingUnit:
    """A unit with all aliases at version 1, all alarms OK, and nothing released yet."""
    made = ReleasingUnit()

    def waiting(seconds: float) -> Patience:
        return Patience(made.clock.now() + seconds, made.clock.now, made.clock.sleep)

    monkeypatch.setattr("canary.cli.release.release.waiting", waiting)
    monkeypatch.setattr("canary.cli.resume.waiting", waiting)
    made.lambda_.answers["guard:2"] = lambda _event: answered({"acts": [], "selfTest": {"ok": True}})
    return made


@pytest.fixture
def target() -> Target:
    """Names of the unit."""
    from tests.fakes.account import target as named  # noqa: PLC0415 - not every test needs names

    return named()
