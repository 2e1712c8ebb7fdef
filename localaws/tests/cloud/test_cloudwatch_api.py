"""CloudWatch's metric data over the wire: real boto3 requests, answers as boto3 parses them."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from localaws.cloud.request import AwsRequest

if TYPE_CHECKING:
    from localaws.tests.cloud.conftest import Metrics

START = 1_800_000_000.0


def at(second: float) -> datetime:
    """A time after the start, in real seconds."""
    return datetime.fromtimestamp(START + second, UTC)


def stat(metric: str, statistic: str = "Sum", period: int = 300) -> dict[str, Any]:
    """A statistic of one of the canary path's metrics."""
    dimensions = [{"Name": "Path", "Value": "prisma"}, {"Name": "FunctionName", "Value": "mock"}]
    named = {"Namespace": "Huntaze", "MetricName": metric, "Dimensions": dimensions}
    return {"Metric": named, "Period": period, "Stat": statistic}


def test_put_and_get_with_values_counts_and_sets(cloud: Metrics) -> None:
    """GIVEN a value, counted values and a statistic set in one minute THEN their statistics are joint."""
    cloud.client.put_metric_data(
        Namespace="N",
        MetricData=[
            {"MetricName": "m", "Value": 4.0, "Timestamp": at(0), "Unit": "Count"},
            {
                "MetricName": "m",
                "Values": [1.0, 2.0],
                "Counts": [3.0, 1.0],
                "Timestamp": at(0),
                "Unit": "Count",
            },
            {
                "MetricName": "m",
                "StatisticValues": {"SampleCount": 2, "Sum": 20, "Minimum": 8, "Maximum": 12},
                "Timestamp": at(1),
                "Unit": "Count",
            },
        ],
    )
    answer = cloud.client.get_metric_statistics(
        Namespace="N",
        MetricName="m",
        StartTime=at(0),
        EndTime=at(5),
        Period=60,
        Statistics=["Sum", "SampleCount"],
        ExtendedStatistics=["p50"],
    )
    assert answer["Datapoints"] == [
        {
            "Timestamp": at(0),
            "Unit": "Count",
            "Sum": 9.0,
            "SampleCount": 5.0,
            "ExtendedStatistics": {"p50": 1.0},
        },
        {"Timestamp": at(1), "Unit": "Count", "Sum": 20.0, "SampleCount": 2.0},
    ]


def test_get_metric_data_computes_expressions_in_the_order_asked_for(cloud: Metrics) -> None:
    """GIVEN errors and requests WHEN their rate is asked for THEN only it comes, newest first unless told."""
    for errors in (1, 2, 3):
        cloud.put("Errors", errors)
        cloud.put("Requests", 10)
        cloud.now += 1
    queries: list[dict[str, Any]] = [
        {"Id": "rate", "Expression": "100 * e / n", "Label": "percent"},
        {"Id": "e", "MetricStat": stat("Errors", period=60), "ReturnData": False},
        {"Id": "n", "MetricStat": stat("Requests", period=60), "ReturnData": False},
    ]
    asked = {"MetricDataQueries": queries, "StartTime": at(0), "EndTime": at(10)}
    results = cloud.client.get_metric_data(**asked)["MetricDataResults"]
    assert [(result["Id"], result["Label"], result["Values"]) for result in results] == [
        ("rate", "percent", [30, 20, 10])
    ]
    oldest_first = cloud.client.get_metric_data(**asked, ScanBy="TimestampAscending")["MetricDataResults"][0]
    assert oldest_first["Timestamps"] == [at(0), at(1), at(2)]


def test_an_expression_may_give_several_series(cloud: Metrics) -> None:
    """GIVEN METRICS()/10 THEN each metric has a result under the expression's id."""
    cloud.put("Errors", 1)
    cloud.put("Requests", 10)
    queries = [
        {"Id": "e", "MetricStat": stat("Errors"), "ReturnData": False},
        {"Id": "n", "MetricStat": stat("Requests"), "ReturnData": False},
        {"Id": "all", "Expression": "METRICS() / 10"},
    ]
    results = cloud.client.get_metric_data(MetricDataQueries=queries, StartTime=at(0), EndTime=at(10))
    assert [(result["Label"], result["Values"]) for result in results["MetricDataResults"]] == [
        ("all Errors", [0.1]),
        ("all Requests", [1.0]),
    ]


def test_a_metric_without_data_is_an_empty_result(cloud: Metrics) -> None:
    """No data is no error."""
    queries = [{"Id": "e", "MetricStat": stat("Errors")}]
    result = cloud.client.get_metric_data(MetricDataQueries=queries, StartTime=at(0), EndTime=at(10))
    assert result["MetricDataResults"][0]["Values"] == []


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"Id": "e", "Expression": "SUM(m)"}, "must give a time series"),
        ({"Id": "e", "Expression": "nothing"}, "nothing is no id"),
        ({"Id": "e", "MetricStat": stat("Errors", "median")}, "'median' is no statistic"),
        ({"Id": "e", "MetricStat": stat("Errors", period=7)}, "Period must be"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(
    cloud: Metrics, query: dict[str, Any], message: str
) -> None:
    """With the reason, and not as an empty result."""
    queries = [{"Id": "m", "MetricStat": stat("Requests")}, query]
    with pytest.raises(ClientError, match=message):
        cloud.client.get_metric_data(MetricDataQueries=queries, StartTime=at(0), EndTime=at(10))


def test_metrics_are_listed_by_namespace_name_and_dimensions(cloud: Metrics) -> None:
    """A dimension filter may leave the value out."""
    cloud.put("Errors", 1, "prisma")
    cloud.put("Errors", 1, "mock")
    cloud.put("Requests", 1, "mock")
    found = cloud.client.list_metrics(
        Namespace="Huntaze", MetricName="Errors", Dimensions=[{"Name": "Path", "Value": "mock"}]
    )["Metrics"]
    assert [metric["MetricName"] for metric in found] == ["Errors"]
    assert len(cloud.client.list_metrics(Dimensions=[{"Name": "Path"}])["Metrics"]) == 3
    assert cloud.client.list_metrics(Namespace="other")["Metrics"] == []


def test_other_services_and_operations_are_left_to_ministack(cloud: Metrics) -> None:
    """Dashboards, composite alarms and everything that is not CloudWatch."""
    target = {"x-amz-target": "GraniteServiceVersion20100801.PutDashboard"}
    for service, headers in (("monitoring", target), ("lambda", {})):
        request = AwsRequest("POST", "/", headers, {}, b"{}", service)
        assert asyncio.run(cloud.cloudwatch.handle(request)) is None
