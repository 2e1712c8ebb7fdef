"""The stack's alarm on a guard that does not run: through a first `up`, a silence and its end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from localaws.cloud.metrics.metrics import Datum

if TYPE_CHECKING:
    from localaws.tests.cloud.conftest import Metrics

CAPTURED = Path(__file__).parents[3] / "tests" / "policy" / "captured" / "beta.json"
PEOPLE = "arn:aws:lambda:us-east-1:000000000000:function:people"
"""Stands for the topic: topics are told by the other side of this cloud, functions where they can be seen."""
SILENT = "huntaze-guard-silent"
LONGEST_WARM_UP = 30
SILENCE = 20
"""Minutes after which no datapoint is left in the range that an evaluation looks at."""


def as_made(**more: Any) -> dict[str, Any]:
    """The stack's own alarm, as PutMetricAlarm takes it."""
    (inputs,) = [
        one["inputs"]
        for one in json.loads(CAPTURED.read_text(encoding="utf-8"))
        if one["inputs"].get("name") == SILENT
    ]
    told = {
        "AlarmActions": [PEOPLE] * len(inputs["alarmActions"]),
        "OKActions": [PEOPLE] * len(inputs["okActions"]),
        "Dimensions": [{"Name": name, "Value": value} for name, value in inputs["dimensions"].items()],
        "WarmUpConfiguration": {
            "WarmUpPeriodDurationInMinutes": int(
                inputs["warmUpConfiguration"]["warmUpPeriodDurationInMinutes"]
            )
        },
    }
    whole = {name: int(inputs[name]) for name in ("datapointsToAlarm", "evaluationPeriods", "period")}
    same = ("comparisonOperator", "metricName", "namespace", "statistic", "threshold", "treatMissingData")
    plain = {name: inputs[name] for name in same} | whole
    pascal = {name[:1].upper() + name[1:]: value for name, value in plain.items()}
    return {"AlarmName": SILENT, **pascal, **told, **more}


def minutes(cloud: Metrics, count: int, *, ticking: bool) -> None:
    """Let minutes pass in which the guard runs, or does not."""
    for _ in range(count):
        if ticking:
            dimensions = (("FunctionName", "huntaze-rollback-guard"),)
            cloud.store.put(Datum("Huntaze/ReadMigration", "GuardTicks", dimensions, 1.0, cloud.now))
        cloud.minute()


def heard(cloud: Metrics) -> list[str]:
    """The states that people were told of, in order."""
    return [event["alarmData"]["state"]["value"] for _, event in cloud.invoked]


def test_a_first_up_sends_no_page_and_a_silence_later_is_told_from_its_start_to_its_end(
    cloud: Metrics,
) -> None:
    """GIVEN a new stack whose guard first runs after ten minutes THEN silence pages only once it has run."""
    cloud.client.put_metric_alarm(**as_made())
    minutes(cloud, 10, ticking=False)
    assert (cloud.state(SILENT), heard(cloud)) == ("INSUFFICIENT_DATA", [])
    minutes(cloud, 10, ticking=True)
    assert heard(cloud) == ["OK"]
    minutes(cloud, SILENCE, ticking=False)
    assert heard(cloud) == ["OK", "ALARM"]
    minutes(cloud, 2, ticking=True)
    assert heard(cloud) == ["OK", "ALARM", "OK"]


def test_a_guard_that_never_runs_is_told_when_the_warm_up_is_over(cloud: Metrics) -> None:
    """WHEN nothing ever comes THEN people hear of it after the longest warm-up, and not before."""
    cloud.client.put_metric_alarm(**as_made())
    minutes(cloud, LONGEST_WARM_UP - 1, ticking=False)
    assert heard(cloud) == []
    minutes(cloud, 1, ticking=False)
    assert heard(cloud) == ["ALARM"]


def test_an_alarm_warms_up_once_in_its_life(cloud: Metrics) -> None:
    """GIVEN one that has warmed up WHEN it is put again and the guard falls silent THEN it pages at once."""
    cloud.client.put_metric_alarm(**as_made())
    minutes(cloud, 2, ticking=True)
    cloud.client.put_metric_alarm(**as_made(AlarmDescription="changed"))
    minutes(cloud, SILENCE, ticking=False)
    assert heard(cloud)[-1] == "ALARM"


def test_an_alarm_may_wait_its_whole_warm_up(cloud: Metrics) -> None:
    """GIVEN OnlyStartEvaluatingAfterWarmUpPeriodEnds THEN data does not end the warm-up sooner."""
    whole = {"WarmUpPeriodDurationInMinutes": 5, "OnlyStartEvaluatingAfterWarmUpPeriodEnds": True}
    cloud.client.put_metric_alarm(**as_made(WarmUpConfiguration=whole))
    minutes(cloud, 4, ticking=True)
    assert cloud.state(SILENT) == "INSUFFICIENT_DATA"
    minutes(cloud, 1, ticking=True)
    assert cloud.state(SILENT) == "OK"


def test_a_warm_up_longer_than_two_days_is_refused(cloud: Metrics) -> None:
    """As PutMetricAlarm does."""
    length = {"WarmUpPeriodDurationInMinutes": 2881}
    with pytest.raises(cloud.client.exceptions.ClientError, match="from 1 to 2880"):
        cloud.client.put_metric_alarm(**as_made(WarmUpConfiguration=length))
