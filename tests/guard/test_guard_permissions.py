"""What the guard's role may do is what the guard calls: no action more, and none less."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from canary.unit.ids import resolved
from tests.fakes.unit import SETTINGS, Unit
from tests.guard.minutes import ALARM, Watch
from tests.guard.situations import SITUATIONS, bad_release, fails_by_itself, releasing
from tests.program.stacks import own_actions

if TYPE_CHECKING:
    from collections.abc import Callable

    from canary.unit.clients import Clients

ROLE = "huntaze-rollback-guard-role"


def released_long_ago(unit: Unit) -> None:
    """A release that succeeded minutes ago fails by itself, and its revision is not in the listing."""
    unit.canary(1)
    releasing(unit)
    info = unit.codedeploy.deployments["d-1"]
    info.update(status="Succeeded", completeTime=unit.clock.moment)
    info["revision"] = {"revisionType": "AppSpecContent", "appSpecContent": {"sha256": _sha(info)}}
    unit.lambda_.alias = {"FunctionVersion": "2", "RevisionId": "r1", "RoutingConfig": {}}
    fails_by_itself(unit)


def _sha(info: dict[str, object]) -> str:
    revision = info["revision"]
    assert isinstance(revision, dict)
    return str(revision["appSpecContent"]["sha256"])


def called(situation: Callable[[Unit], None]) -> set[str]:
    """Actions of the calls that a situation leads to: a start, a self-test, minutes with an alarm."""
    unit = Unit()
    situation(unit)
    unit.script.actions.clear()
    resolved(SETTINGS, cast("Clients", unit))
    watch = Watch(unit)
    watch.run({"selfTest": True})
    watch.tick()
    watch.run(ALARM)
    for _ in range(8):
        watch.tick()
    return unit.script.actions


EVERY = (*SITUATIONS, released_long_ago)


@pytest.mark.parametrize("situation", EVERY, ids=lambda situation: situation.__name__)
def test_nothing_is_called_that_is_not_granted(situation: Callable[[Unit], None]) -> None:
    """In each situation: a call more would be refused in the incident."""
    assert called(situation) <= own_actions(ROLE)


def test_nothing_is_granted_that_is_never_called() -> None:
    """All situations together need everything: what none of them needs is taken away."""
    assert set().union(*map(called, EVERY)) == own_actions(ROLE)


def test_a_bad_release_needs_what_no_other_situation_does() -> None:
    """Which keeps this file from passing on situations that do nothing."""
    assert {"codedeploy:StopDeployment"} <= called(bad_release)
