"""CloudWatch for clients that still speak the query protocol: botocore's own, told to use it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from rehearsal.cloud.clock import Clock
from rehearsal.cloud.cloudwatch import CloudWatch
from rehearsal.cloud.events import Events
from rehearsal.cloud.metrics import MetricStore
from rehearsal.cloud.request import AwsRequest

if TYPE_CHECKING:
    from collections.abc import Callable

START = 1_800_000_000.0
METRIC = {"Namespace": "N", "MetricName": "m", "Dimensions": [{"Name": "F", "Value": "f & g"}]}


class NoMirror:
    """Keeps nothing."""

    def arn(self, name: str) -> str:
        return f"arn:aws:cloudwatch:us-east-1:000000000000:alarm:{name}"

    async def put(self, definition: dict[str, Any]) -> None:
        pass

    async def composites(self, params: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        return []


@pytest.fixture
def cloudwatch() -> CloudWatch:
    """A CloudWatch of which only the requests matter."""
    clock = Clock(60, now=lambda: START)

    async def invoke(arn: str, event: dict[str, Any]) -> None:
        pass

    return CloudWatch(MetricStore(clock), clock, Events(clock.now), NoMirror(), invoke)  # type: ignore[arg-type]


@pytest.fixture
def client(cloudwatch: CloudWatch, client_of: Callable[..., Any]) -> Any:
    """A client that sends forms."""
    client = client_of("cloudwatch", cloudwatch.handle, protocol="query")
    assert client.meta.service_model.resolved_protocol == "query"
    return client


def test_data_is_put_and_read_in_forms_and_xml(client: Any) -> None:
    """GIVEN counted values put as a form WHEN read THEN numbers, maps and timestamps come back as such."""
    at = datetime.fromtimestamp(START, UTC)
    datum = {key: value for key, value in METRIC.items() if key != "Namespace"}
    client.put_metric_data(
        Namespace="N", MetricData=[{**datum, "Values": [1.5, 2.0], "Counts": [3.0, 1.0], "Timestamp": at}]
    )
    answer = client.get_metric_statistics(
        **METRIC,
        StartTime=at,
        EndTime=datetime.fromtimestamp(START + 9, UTC),
        Period=60,
        Statistics=["Sum"],
        ExtendedStatistics=["p50"],
    )
    assert answer["Datapoints"] == [
        {"Timestamp": at, "Unit": "None", "Sum": 6.5, "ExtendedStatistics": {"p50": 1.5}}
    ]
    assert client.list_metrics()["Metrics"] == [METRIC]


def test_alarms_with_expressions_survive_the_form(client: Any) -> None:
    """GIVEN a math alarm put as a form THEN it is described as it was put."""
    metrics = [
        {"Id": "m", "MetricStat": {"Metric": METRIC, "Period": 300, "Stat": "Sum"}, "ReturnData": False},
        {"Id": "e", "Expression": "IF(m > 0, m / 2)", "ReturnData": True},
    ]
    client.put_metric_alarm(
        AlarmName="a",
        ComparisonOperator="GreaterThanThreshold",
        Threshold=1.5,
        EvaluationPeriods=1,
        ActionsEnabled=False,
        Metrics=metrics,
    )
    alarm = client.describe_alarms()["MetricAlarms"][0]
    assert (alarm["Metrics"], alarm["Threshold"], alarm["ActionsEnabled"]) == (metrics, 1.5, False)


def test_a_refusal_has_its_code_and_message(client: Any) -> None:
    """GIVEN an alarm that is not there THEN ResourceNotFound."""
    with pytest.raises(ClientError, match="Alarm none does not exist") as caught:
        client.set_alarm_state(AlarmName="none", StateValue="OK", StateReason="test")
    assert caught.value.response["Error"]["Code"] == "ResourceNotFound"


def test_a_dashboard_asked_for_in_a_form_is_left_to_ministack(cloudwatch: CloudWatch) -> None:
    """Operations that are not ours are not ours in any protocol."""
    request = AwsRequest("POST", "/", {}, {}, b"Action=ListDashboards&Version=2010-08-01", "monitoring")
    assert asyncio.run(cloudwatch.handle(request)) is None


def test_cbor_is_refused_and_not_answered_from_nothing(cloudwatch: CloudWatch) -> None:
    """GIVEN a request in CBOR for our data THEN an error, since MiniStack would find none."""
    path = "/service/GraniteServiceVersion20100801/operation/GetMetricData"
    answer = asyncio.run(cloudwatch.handle(AwsRequest("POST", path, {}, {}, b"\xa0", "monitoring")))
    assert answer is not None
    assert (answer.status, b"not CBOR" in answer.body) == (400, True)
