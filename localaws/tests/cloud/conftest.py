"""boto3 clients whose requests end in a handler of ours, and a CloudWatch whose minutes pass when told to."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config

from localaws.cloud import request as aws
from localaws.cloud.alarms.evaluation import SETTLED_S
from localaws.cloud.clock import Clock
from localaws.cloud.events import Events
from localaws.cloud.metrics.cloudwatch import CloudWatch
from localaws.cloud.metrics.metrics import Datum, MetricStore
from localaws.cloud.request import ServiceError
from localaws.local_cloud import running
from localaws.tests.cloud.functions import NODE, RUNTIME_PYTHON
from localaws.tests.cloud.live import Live

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    Handler = Callable[[aws.AwsRequest], Awaitable[aws.AwsResponse | None]]


START = 1_800_000_000.0


class _Body:
    """What botocore reads an answer's body from."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, **_: Any) -> Any:
        yield self._content


async def _asked(handler: Handler, request: aws.AwsRequest) -> aws.AwsResponse | None:
    return await handler(request)


def _speaking(protocol: str, service: str) -> Any:
    """A session that knows one protocol of a service only, as older ones do."""
    session = boto3.Session()
    loader = session._session.get_component("data_loader")
    loader.load_service_model(service, "service-2")["metadata"]["protocols"] = [protocol]
    return session


@pytest.fixture
def client_of() -> Callable[[str, Handler], Any]:
    """Make a client of a service; a handler that declines is a failed test."""

    def make(service: str, handler: Handler, protocol: str | None = None, **config: Any) -> Any:
        client = (_speaking(protocol, service) if protocol else boto3).client(
            service,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": 1}, **config),
        )

        def send(request: Any, **_: Any) -> AWSResponse:
            parts = urlsplit(request.url)
            body = request.body if isinstance(request.body, bytes) else str(request.body or "").encode()
            headers = [
                (name.lower().encode(), value if isinstance(value, bytes) else str(value).encode())
                for name, value in request.headers.items()
            ]
            read = aws.parse(request.method, parts.path, parts.query.encode(), headers, body)
            answer: aws.AwsResponse | None = asyncio.run(_asked(handler, read))
            assert answer is not None, f"{read.operation} was left to MiniStack"
            headers_sent = HTTPHeaders()
            for name, value in answer.headers.items():
                headers_sent[name] = value
            return AWSResponse(request.url, answer.status, headers_sent, _Body(answer.body))

        client.meta.events.register("before-send", send)
        return client

    return make


class FakeMirror:
    """MiniStack's side, remembered."""

    def __init__(self) -> None:
        self.definitions: dict[str, dict[str, Any]] = {}
        self.moves: list[tuple[str, str]] = []
        self.composite: list[dict[str, Any]] = []
        self.protected: set[str] = set()

    def arn(self, name: str) -> str:
        return f"arn:aws:cloudwatch:us-east-1:000000000000:alarm:{name}"

    async def put(self, definition: dict[str, Any]) -> None:
        self.definitions[definition["AlarmName"]] = definition

    async def move(self, name: str, state: str, reason: str) -> None:
        self.moves.append((name, state))
        for alarm in self.composite:
            alarm["StateValue"] = state

    async def delete(self, names: list[str]) -> None:
        if self.protected & set(names):
            raise ServiceError("ValidationError", "there are composite alarm(s) depending on it")

    async def switch_actions(self, names: list[str], *, on: bool) -> None:
        pass

    async def composites(self, params: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        return [dict(alarm) for alarm in self.composite]

    async def composite_history(self, params: dict[str, Any]) -> list[dict[str, Any]]:
        return []


class Metrics:
    """A CloudWatch at a time of our own, one real second a cloud minute."""

    def __init__(self, client_of: Callable[..., Any]) -> None:
        self.now = START
        clock = Clock(60, now=lambda: self.now)
        self.store = MetricStore(clock)
        self.events = Events(clock.now)
        self.mirror = FakeMirror()
        self.invoked: list[tuple[str, dict[str, Any]]] = []
        self.cloudwatch = CloudWatch(self.store, clock, self.events, self.mirror, self._invoke)  # type: ignore[arg-type]
        self.client = client_of("cloudwatch", self.cloudwatch.handle)

    async def _invoke(self, arn: str, event: dict[str, Any]) -> None:
        if "absent" in arn:
            raise ServiceError("ResourceNotFoundException", "Function not found", 404)
        self.invoked.append((arn, event))

    def minute(self) -> None:
        """Let a cloud minute pass, and its evaluation."""
        self.now += 1
        boundary, self.now = self.now, self.now + SETTLED_S / 60
        asyncio.run(self.cloudwatch.evaluate_due())
        self.now = boundary

    def state(self, name: str) -> str:
        return str(self.client.describe_alarms(AlarmNames=[name])["MetricAlarms"][0]["StateValue"])

    def put(self, metric: str, value: float, path: str = "prisma") -> None:
        dimensions = (("FunctionName", "mock"), ("Path", path))
        self.store.put(Datum("Huntaze", metric, dimensions, value, self.now))


@pytest.fixture
def cloud(client_of: Callable[..., Any]) -> Metrics:
    """A CloudWatch with a client of its own."""
    return Metrics(client_of)


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A whole local cloud as a process of its own, one cloud minute a second."""
    with running(tmp_path_factory.mktemp("live"), 60.0, RUNTIME_PYTHON, NODE) as cloud:
        yield Live(cloud.endpoint, cloud.keys)
