"""Situations in which a canary begins to fail, each brought about as operators and AWS would."""

from __future__ import annotations

from typing import TYPE_CHECKING

from canary.unit.flags import documents
from tests.fakes.aws import EPOCH

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.unit import Unit


def complete(unit: Unit) -> None:
    """The canary is on, long after its bake."""
    unit.canary(1)


def baking(unit: Unit) -> None:
    """5 % bakes over 1 %. StopDeployment would restore 1 %."""
    unit.canary(1)
    unit.canary(5, "bakes")


def deploying(unit: Unit) -> None:
    """5 % is going out over 1 %."""
    unit.appconfig.stay["deploys"] = "DEPLOYING"
    unit.canary(1)
    unit.canary(5, "deploys")


def rolling_back(unit: Unit) -> None:
    """The monitor is already rolling 5 % back to 1 %."""
    baking(unit)
    unit.appconfig.environments["ramp"].deployments[-1].state = "ROLLING_BACK"


def red_for_a_while(unit: Unit) -> None:
    """The alarm that fired stays red for three more minutes, and monitors every deployment of the ramp."""
    unit.canary(1)
    until = unit.clock.now() + 180
    unit.cloudwatch.alarms["canary-alarm"] = "ALARM"

    def cool() -> None:
        if unit.clock.now() >= until:
            unit.cloudwatch.alarms["canary-alarm"] = "OK"

    unit.clock.each.insert(0, cool)


def first_ever(unit: Unit) -> None:
    """Someone turned the canary on by hand, in the first deployment that this environment ever had."""
    unit.appconfig.environments["ramp"].deployments.clear()
    unit.appconfig.environments["kill"].deployments.clear()
    unit.deploy("ramp", documents.ramp(None, percentage=1, shadow=100))


def bad_release(unit: Unit) -> None:
    """The canary is on, and a release of the entry function that fails by itself is half-way through."""
    unit.canary(1)
    releasing(unit)
    fails_by_itself(unit)


def releasing(unit: Unit) -> None:
    """CodeDeploy shifts from version 1 to version 2; a stop makes it shift back."""
    unit.codedeploy.add("d-1", EPOCH, "1", "2", status="InProgress")
    unit.lambda_.alias = {
        "FunctionVersion": "1",
        "RevisionId": "r1",
        "RoutingConfig": {"AdditionalVersionWeights": {"2": 0.3}},
    }

    def stop(_identifier: str) -> None:
        info = unit.codedeploy.deployments["d-1"]
        if info["status"] != "InProgress":
            return
        info.update(status="Stopped", completeTime=unit.clock.moment)
        info["rollbackInfo"] = {"rollbackDeploymentId": "d-2"}
        unit.codedeploy.add(
            "d-2", unit.clock.moment, "2", "1", status="InProgress", creator="codeDeployRollback"
        )

    def roll_back() -> None:
        rollback = unit.codedeploy.deployments.get("d-2")
        if rollback is not None and rollback["status"] == "InProgress":
            rollback["status"] = "Succeeded"
            unit.lambda_.alias = {"FunctionVersion": "1", "RevisionId": "r9", "RoutingConfig": {}}

    unit.codedeploy.on_stop = stop
    unit.clock.each.append(roll_back)


def fails_by_itself(unit: Unit) -> None:
    """The mock path fails, and no database can cause that."""
    unit.cloudwatch.values |= {("Requests", None, "Sum"): 1000, ("Errors", None, "Sum"): 300}


def fails_on_prisma(unit: Unit) -> None:
    """Every canary request fails, and no other request does."""
    unit.cloudwatch.values |= {
        ("Requests", None, "Sum"): 1000,
        ("Errors", None, "Sum"): 10,
        ("Requests", "prisma", "Sum"): 10,
        ("Errors", "prisma", "Sum"): 10,
    }


SITUATIONS: tuple[Callable[[Unit], None], ...] = (
    complete,
    baking,
    deploying,
    rolling_back,
    red_for_a_while,
    first_ever,
    bad_release,
)
