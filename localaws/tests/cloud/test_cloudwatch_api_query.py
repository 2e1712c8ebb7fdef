"""CloudWatch asked in another protocol than JSON, which no client of this project does."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from localaws.cloud.api_model import ApiModel
from localaws.cloud.clock import Clock
from localaws.cloud.events import Events
from localaws.cloud.metrics.cloudwatch import CloudWatch
from localaws.cloud.metrics.metrics import MetricStore
from localaws.cloud.request import AwsRequest

START = 1_800_000_000.0


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


def test_a_dashboard_asked_for_in_a_form_is_left_to_ministack(cloudwatch: CloudWatch) -> None:
    """Operations that are not ours are not ours in any protocol."""
    request = AwsRequest("POST", "/", {}, {}, b"Action=ListDashboards&Version=2010-08-01", "monitoring")
    assert asyncio.run(cloudwatch.handle(request)) is None


@pytest.mark.parametrize(
    ("path", "body", "protocol"),
    [
        ("/service/GraniteServiceVersion20100801/operation/GetMetricData", b"\xa0", b"not cbor"),
        ("/", b"Action=GetMetricData&Version=2010-08-01", b"not query"),
    ],
)
def test_another_protocol_is_refused_and_not_answered_from_nothing(
    cloudwatch: CloudWatch, path: str, body: bytes, protocol: bytes
) -> None:
    """GIVEN a request for our data that is not JSON THEN an error, since MiniStack would find none."""
    answer = asyncio.run(cloudwatch.handle(AwsRequest("POST", path, {}, {}, body, "monitoring")))
    assert answer is not None
    assert (answer.status, protocol in answer.body) == (400, True)


@pytest.mark.parametrize(
    ("service", "protocol"), [("cloudwatch", "json"), ("codedeploy", "json"), ("rds", "query")]
)
def test_a_service_is_spoken_to_as_the_pinned_clients_speak(service: str, protocol: str) -> None:
    """The local cloud's botocore chooses as the program's and the functions' do."""
    assert ApiModel(service, "ValidationError").protocol == protocol
