"""`canary teardown`: what deployments left outside the stack's state goes, what the stack made stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from canary.cli.errors import OpsError
from canary.cli.teardown import teardown
from canary.unit.act.act import Trigger, act
from canary.unit.flags import documents
from canary.unit.patience import Patience
from tests.fakes.aws import refusal

if TYPE_CHECKING:
    from canary.cli.target import Target
    from tests.fakes.releases import ReleasingUnit


@pytest.fixture(autouse=True)
def _patient(unit: ReleasingUnit, monkeypatch: pytest.MonkeyPatch) -> None:
    def waiting(seconds: float) -> Patience:
        return Patience(unit.clock.now() + seconds, unit.clock.now, unit.clock.sleep)

    monkeypatch.setattr("canary.cli.teardown.waiting", waiting)


def test_only_the_baselines_are_left(unit: ReleasingUnit, target: Target) -> None:
    """GIVEN a beta and a rollback WHEN torn down THEN the stack's own versions are left, and no latch."""
    unit.canary(1)
    act(unit.world(), Trigger("alarm canary-alarm", "it fails", {}))
    report = teardown(unit, target)  # type: ignore[arg-type]
    assert {name: sorted(held) for name, held in unit.appconfig.versions.items()} == {
        "ramp": [1],
        "kill": [1],
    }
    assert report.latch
    assert unit.ssm.parameters == {}


def test_a_baking_deployment_is_ended_first(unit: ReleasingUnit, target: Target) -> None:
    """GIVEN a ramp that bakes WHEN torn down THEN it is stopped and waited out first."""
    unit.canary(5, "bakes")
    report = teardown(unit, target)  # type: ignore[arg-type]
    assert report.stopped == [2]
    assert unit.deployments("ramp")[-1] == "ROLLED_BACK"


def test_it_may_be_repeated_and_runs_on_half_a_unit(unit: ReleasingUnit, target: Target) -> None:
    """GIVEN a unit torn down, or partly destroyed WHEN torn down again THEN there is nothing left to do."""
    teardown(unit, target)  # type: ignore[arg-type]
    unit.script.will("list_deployments", refusal("ResourceNotFoundException", status=404))
    report = teardown(unit, target)  # type: ignore[arg-type]
    assert not any(report.versions.values())


def test_a_deployment_that_does_not_end_is_named(unit: ReleasingUnit, target: Target) -> None:
    """GIVEN a deployment that hangs WHEN time is over THEN it is named; nothing was deleted."""
    unit.deploy("ramp", documents.off(None))
    unit.appconfig.environments["ramp"].deployments[-1].state = "VALIDATING"
    with pytest.raises(OpsError, match=r"Deployment 2 is still VALIDATING"):
        teardown(unit, target)  # type: ignore[arg-type]
    assert unit.script.calls["delete_hosted_configuration_version"] == 0
