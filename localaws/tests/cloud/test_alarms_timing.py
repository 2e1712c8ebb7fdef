"""When alarms are evaluated, and what a rehearsal's load costs."""

from __future__ import annotations

import asyncio
import json
import time
import tracemalloc
from typing import Any

import pytest

from localaws.cloud.alarms.definition import Alarm
from localaws.cloud.alarms.evaluation import SETTLED_S, evaluate
from localaws.cloud.clock import Clock
from localaws.cloud.metrics.emf import extract
from localaws.cloud.metrics.metrics import Datum, MetricStore

START = 1_800_000_000.0


def alarm(**more: Any) -> Alarm:
    """An alarm on one metric's sum."""
    definition = {
        "AlarmName": "a",
        "Namespace": "N",
        "MetricName": "m",
        "Statistic": "Sum",
        "Period": 300,
        "EvaluationPeriods": 1,
        "ComparisonOperator": "GreaterThanThreshold",
        "Threshold": 0.0,
        **more,
    }
    return Alarm(definition, "arn", START, START, START, START)


@pytest.mark.parametrize(
    ("more", "seconds"),
    [
        ({}, 60),
        ({"Period": 60}, 60),
        ({"Period": 3600, "EvaluationPeriods": 24}, 60),
        ({"Period": 10}, 10),
        ({"Period": 30, "EvaluationPeriods": 3}, 10),
        ({"Period": 3600, "EvaluationPeriods": 25}, 3600),
    ],
)
def test_an_alarm_is_evaluated_as_often_as_its_period_says(more: dict[str, Any], seconds: int) -> None:
    """Every minute; every ten seconds for high resolution; every hour when it looks at more than a day."""
    assert alarm(**more).interval == seconds


@pytest.mark.parametrize("factor", [1.0, 60.0, 97.0])
def test_a_minute_is_judged_when_it_is_over_and_its_lines_have_come(factor: float) -> None:
    """GIVEN a value in a minute THEN it counts from shortly after that minute's end, at any clock factor."""
    store = MetricStore(Clock(factor, now=lambda: START))
    minute = store.cloud(START) - store.cloud(START) % 60
    store.put(Datum("N", "m", (), 1.0, store.wall(minute + 30)))
    for after, expected in ((60 + SETTLED_S - 1, "INSUFFICIENT_DATA"), (60 + SETTLED_S + 0.5, "ALARM")):
        found = evaluate(alarm(), store, store.wall(minute + after))
        assert found.state == expected


async def test_the_loop_evaluates_when_a_minute_has_settled(cloud: Any) -> None:
    """GIVEN the loop WHEN it has slept THEN it woke shortly after a minute's end and alarms are judged."""
    slept: list[float] = []

    async def sleep(cloud_seconds: float) -> None:
        slept.append(cloud_seconds)
        cloud.now += cloud_seconds / 60
        await asyncio.sleep(0)
        if len(slept) == 3:
            raise asyncio.CancelledError

    alarms: dict[str, Alarm] = cloud.cloudwatch._alarms.alarms
    alarms["a"] = alarm(TreatMissingData="notBreaching")
    cloud.now += 0.25
    cloud.cloudwatch._clock.sleep = sleep
    with pytest.raises(asyncio.CancelledError):
        await cloud.cloudwatch.run()
    assert slept == pytest.approx([60 - 15 + SETTLED_S, 60, 60], abs=1e-3)
    assert alarms["a"].state == "OK"


NAMES = [*(f"m{number}" for number in range(7)), "Duration"]


def record(number: int) -> str:
    """The log line of one of 100 requests a second: 8 metrics in 2 dimension sets."""
    metrics = [{"Name": name} for name in NAMES]
    directive = {"Namespace": "N", "Dimensions": [["F"], ["F", "P"]], "Metrics": metrics}
    meta = {"Timestamp": int((START + number / 100) * 1000), "CloudWatchMetrics": [directive]}
    values = {**dict.fromkeys(NAMES, 1), "Duration": number * 0.37}
    return json.dumps({"_aws": meta, "F": "f", "P": "prisma", **values})


def on_every_metric() -> Alarm:
    """An alarm whose expression needs a percentile of each metric."""
    dimensions = [{"Name": "F", "Value": "f"}, {"Name": "P", "Value": "prisma"}]
    stats = [
        {
            "Metric": {"Namespace": "N", "MetricName": name, "Dimensions": dimensions},
            "Period": 300,
            "Stat": "p95",
        }
        for name in NAMES
    ]
    metrics = [{"Id": f"q{at}", "MetricStat": stat, "ReturnData": False} for at, stat in enumerate(stats)]
    watched = alarm(Metrics=[*metrics, {"Id": "e", "Expression": "IF(q7 > 10000, q7 / q1, 0)"}])
    for name in ("Namespace", "MetricName", "Statistic", "Period"):
        del watched.definition[name]
    return watched


def test_three_minutes_of_a_rehearsals_records_are_cheap() -> None:
    """GIVEN 18,000 records and an evaluation each second THEN a tenth of the three minutes is far enough."""
    store, watched = MetricStore(Clock(60, now=lambda: START)), on_every_metric()
    lines = [record(number) for number in range(18_000)]
    begun = time.perf_counter()
    for number, line in enumerate(lines):
        for datum in extract(line):
            store.put(datum)
        if number % 100 == 99:
            evaluate(watched, store, START + number / 100)
    assert time.perf_counter() - begun < 18


def test_memory_is_that_of_distinct_values_by_the_minute() -> None:
    """GIVEN 6,000 records THEN 16 metrics take less than 20 MB: repeated values are counted, not kept."""
    store = MetricStore(Clock(60, now=lambda: START))
    data = [datum for number in range(6_000) for datum in extract(record(number))]
    tracemalloc.start()
    for datum in data:
        store.put(datum)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20e6
