"""A unit that releases, its names as an operator has them, and patience that only a fake clock spends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from canary.unit.patience import Patience
from tests.fakes.releases import ReleasingUnit, answered

if TYPE_CHECKING:
    from canary.cli.target import Target


@pytest.fixture
def unit(monkeypatch: pytest.MonkeyPatch) -> ReleasingUnit:
    """All aliases at version 1, all alarms OK, nothing ever released."""
    made = ReleasingUnit()

    def waiting(seconds: float) -> Patience:
        return Patience(made.clock.now() + seconds, made.clock.now, made.clock.sleep)

    monkeypatch.setattr("canary.cli.release.release.waiting", waiting)
    monkeypatch.setattr("canary.cli.resume.waiting", waiting)
    made.lambda_.answers["guard:2"] = lambda _event: answered({"acts": [], "selfTest": {"ok": True}})
    return made


@pytest.fixture
def target() -> Target:
    """The unit's names."""
    from tests.fakes.account import target as named  # noqa: PLC0415 - not every test needs names

    return named()
