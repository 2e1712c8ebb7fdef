"""An alarm that is deleted while it is about to change: the cloud goes on, and it stays gone."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from localaws.cloud.alarms.evaluation import SETTLED_S
from localaws.cloud.request import ServiceError
from localaws.tests.cloud.conftest import FakeMirror

if TYPE_CHECKING:
    from localaws.tests.cloud.conftest import Metrics


class SlowMirror(FakeMirror):
    """A counterpart that knows what was deleted, and takes its time for everything.

    Attributes:
        looked: Set when a change has begun.
    """

    def __init__(self) -> None:
        super().__init__()
        self.looked = asyncio.Event()

    async def put(self, definition: dict[str, Any]) -> None:
        await asyncio.sleep(0)
        await super().put(definition)

    async def composites(self, params: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        self.looked.set()
        for _ in range(5):
            await asyncio.sleep(0)
        return []

    async def move(self, name: str, state: str, reason: str) -> None:
        if name not in self.definitions:
            raise ServiceError("ResourceNotFound", f"{name} does not exist", 404)
        await super().move(name, state, reason)

    async def delete(self, names: list[str]) -> None:
        for name in names:
            self.definitions.pop(name, None)
        await asyncio.sleep(0)


def definition(name: str) -> dict[str, Any]:
    """An alarm on errors."""
    return {
        "AlarmName": name,
        "Namespace": "Huntaze",
        "MetricName": "Errors",
        "Dimensions": [{"Name": "FunctionName", "Value": "mock"}, {"Name": "Path", "Value": "prisma"}],
        "Statistic": "Sum",
        "Period": 60,
        "EvaluationPeriods": 1,
        "Threshold": 0,
        "ComparisonOperator": "GreaterThanThreshold",
    }


async def _deleted_meanwhile(cloud: Metrics, mirror: SlowMirror, *, second: str) -> list[str]:
    alarms = cloud.cloudwatch._alarms
    for name in ("first", "second"):
        await alarms.put_metric_alarm(definition(name))
    mirror.looked.clear()
    evaluating = asyncio.create_task(cloud.cloudwatch.evaluate_due())
    await mirror.looked.wait()
    await alarms.delete_alarms({"AlarmNames": [second]})
    await evaluating
    return [name for name, state in mirror.moves if state == "ALARM"]


def _both_fail(cloud: Metrics, mirror: SlowMirror) -> None:
    cloud.cloudwatch._mirror = cloud.cloudwatch._alarms._mirror = mirror  # type: ignore[assignment]
    cloud.put("Errors", 1.0)
    cloud.now += 1 + SETTLED_S / 60


def test_an_alarm_that_is_deleted_before_its_turn_is_not_moved(cloud: Metrics) -> None:
    """GIVEN two alarms that go off WHEN the second is deleted during the first's change THEN one moves."""
    mirror = SlowMirror()
    _both_fail(cloud, mirror)
    assert asyncio.run(_deleted_meanwhile(cloud, mirror, second="second")) == ["first"]


def test_an_alarm_that_is_deleted_during_its_change_changes_first(cloud: Metrics) -> None:
    """GIVEN an alarm that goes off WHEN it is deleted meanwhile THEN it changes, then goes, and no error."""
    mirror = SlowMirror()
    _both_fail(cloud, mirror)
    assert asyncio.run(_deleted_meanwhile(cloud, mirror, second="first")) == ["first", "second"]
    assert list(cloud.cloudwatch._alarms.alarms) == ["second"]
