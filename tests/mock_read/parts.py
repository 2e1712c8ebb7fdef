"""The read path with small stand-ins for AWS, a controllable clock and captured lines."""

# ruff: noqa: N803 - parameters have the names that AWS gives them
from __future__ import annotations

import io
import json
import random
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from mock_read.backend.breaker import Breaker
from mock_read.backend.canary import Canary
from mock_read.backend.prisma import Prisma
from mock_read.backend.sides import Sides
from mock_read.flags.choice import ByFlags
from mock_read.flags.flag_watch import FlagWatch
from mock_read.http.identity import Identity
from mock_read.observe.observing import Lines, Observer
from mock_read.observe.pseudonym import Key
from mock_read.service import Service
from mock_read.settings import read
from mock_read.shadow.judgement import Judgement
from mock_read.shadow.shadow import Shadow

from canary.read import contract
from tests.mock_read.lambda_host import settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from canary.read.compare.comparison import Rules

USER = "user-1"
CREATOR = "c-0001"
OFF = {"enabled": False}
CANARY = {"prismaAdapter": {"enabled": True, "percentage": 100}, "prismaShadow": OFF}
SHADOW = {"prismaAdapter": OFF, "prismaShadow": {"enabled": True, "percentage": 100}}
ALL_OFF = {"prismaAdapter": OFF, "prismaShadow": OFF}
KILL_OFF = {"prismaKill": {"enabled": False}}
KILL_ON = {"prismaKill": {"enabled": True}}


def refusal(code: str) -> ClientError:
    """Return what botocore raises when AWS refuses a call."""
    return ClientError({"Error": {"Code": code, "Message": "refused"}}, "Operation")


@dataclass
class Clock:
    """A wall clock that moves only when it is told to."""

    at: float = field(default_factory=time.time)

    def __call__(self) -> float:
        return self.at


class Captured(Lines):
    """Keeps the written lines and parses them as JSON."""

    def __init__(self) -> None:
        self.text = io.StringIO()

    def write(self, text: str) -> None:
        self.text.write(text)

    def flush(self) -> None:
        """Do nothing; nothing is buffered."""

    @property
    def all(self) -> list[dict[str, Any]]:
        """Everything written so far."""
        return [json.loads(line) for line in self.text.getvalue().splitlines()]

    def messages(self, *wanted: str) -> list[dict[str, Any]]:
        """Return the log lines with these messages."""
        return [line for line in self.all if line.get("message") in wanted]

    def metric(self, name: str, path: str | None = None) -> float:
        """Return the sum of a metric, for one path if it is given."""
        records = [line for line in self.all if "_aws" in line and name in line]
        return sum(float(one[name][0]) for one in records if path is None or one.get("Path") == path)


@dataclass
class AppConfig:
    """AppConfig's data API for two profiles.

    Attributes:
        documents: Served content by profile; bytes are served unchanged.
        fault: Raised by every call while it is set.
    """

    documents: dict[str, Any]
    fault: Exception | None = None
    calls: list[str] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    served: dict[str, Any] = field(default_factory=dict)
    token: int = 0

    def start_configuration_session(self, *, ConfigurationProfileIdentifier: str, **_: str) -> dict[str, Any]:
        """Return a session's first token, and forget what was served before."""
        self._called("start")
        self.served.pop(ConfigurationProfileIdentifier, None)
        return {"InitialConfigurationToken": self._next(ConfigurationProfileIdentifier)}

    def get_latest_configuration(self, *, ConfigurationToken: str) -> dict[str, Any]:
        """Return the document, empty if this session has already received it. A token is good once."""
        self._called("get")
        if ConfigurationToken in self.used:
            raise refusal("BadRequestException")
        self.used.add(ConfigurationToken)
        profile = ConfigurationToken.partition("#")[0]
        document = self.documents[profile]
        content = document if isinstance(document, bytes) else json.dumps(document).encode()
        fresh = self.served.get(profile) != content
        self.served[profile] = content
        return {
            "Configuration": io.BytesIO(content if fresh else b""),
            "NextPollConfigurationToken": self._next(profile),
            "NextPollIntervalInSeconds": 15,
        }

    def _called(self, name: str) -> None:
        self.calls.append(name)
        if self.fault is not None:
            raise self.fault

    def _next(self, profile: str) -> str:
        self.token += 1
        return f"{profile}#{self.token}"


@dataclass
class Lambda:
    """Lambda's Invoke. What `answer` returns is the payload; what it raises is the refusal."""

    answer: Callable[[dict[str, Any]], Any]
    error: str | None = None
    asked: list[dict[str, Any]] = field(default_factory=list)

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:
        """Run one synchronous invocation."""
        query = json.loads(Payload)
        self.asked.append(query)
        answer = self.answer(query)
        content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        failed = {"FunctionError": self.error} if self.error else {}
        return {"StatusCode": 200, "Payload": io.BytesIO(content), **failed}


def prisma(query: dict[str, Any]) -> Any:
    """Answer as a Prisma side that agrees with the mock."""
    body = contract.mock(contract.Query(query["creatorId"], query["limit"], query["cursor"]))
    return {"status": "not-found"} if body is None else {"status": "ok", "body": body}


@dataclass
class ReadPath:
    """A whole read path in one process."""

    service: Service
    lines: Captured
    appconfig: AppConfig
    canary: Lambda
    shadow: Lambda
    clock: Clock
    breaker: Breaker

    def get(self, event: Any = None, *, remaining_s: float = 15.0) -> dict[str, Any]:
        """Answer one event, without the work after the response."""
        return self.service.handle(http_api() if event is None else event, "r-1", remaining_s)

    def body(self, event: Any = None, *, remaining_s: float = 15.0) -> Any:
        """Return the body of the answer, which must be a 200."""
        answer = self.get(event, remaining_s=remaining_s)
        assert answer["statusCode"] == 200, answer
        return json.loads(answer["body"])


def read_path(  # noqa: PLR0913 - keyword arguments, each with a healthy default
    flags: Any = None,
    *,
    kill: Any = None,
    canary: Callable[[dict[str, Any]], Any] = prisma,
    shadow: Callable[[dict[str, Any]], Any] = prisma,
    mock: Callable[[contract.Query], dict[str, Any] | None] = contract.mock,
    rules: Rules = contract.RULES,
    deadline_s: float = 1.5,
    noise_percent: float = 0.0,
    refreshed: bool = True,
) -> ReadPath:
    """Put a read path together.

    Args:
        flags: Served ramp document; default everything off.
        kill: Served kill switch; default off.
        canary: Answers the canary's invocations; agrees with the mock by default.
        shadow: Answers the shadow's invocations; agrees with the mock by default.
        mock: Answers as the mock.
        rules: What the comparison treats as equal.
        deadline_s: How long a canary user and a shadow call wait, in seconds; default 1.5.
        noise_percent: Percentage of compared requests that are read once more from each side; default 0.
        refreshed: Whether the flags have been read once; default true.
    """
    clock, lines = Clock(), Captured()
    observer = Observer("mock-read", "Huntaze/ReadMigration", clock, lines)
    appconfig = AppConfig({"read-flags": flags or ALL_OFF, "kill-switch": kill or KILL_OFF})
    asked, shadowed, breaker = Lambda(canary), Lambda(shadow), Breaker(clock, observer.say)
    draw, key = random.Random(7), Key(b"k" * 32)  # noqa: S311 - a sample, nothing secret
    judgement = Judgement(rules, key.secret, observer, clock, noise_percent, draw)
    watch = FlagWatch(appconfig, read(settings()), clock, draw, observer)
    service = Service(
        flags=watch,
        choice=ByFlags(watch, "salt"),
        identity=Identity("x-user-id", ""),
        sides=Sides(Canary(Prisma(asked, "arn:prisma:live", counted=True), breaker, deadline_s, clock), mock),
        shadow=Shadow(Prisma(shadowed, "arn:shadow:live"), deadline_s, judgement, observer, clock),
        observer=observer,
        key=key,
        now=clock,
        clock=time.perf_counter,
    )
    if refreshed:
        service.flags.refresh()
    return ReadPath(service, lines, appconfig, asked, shadowed, clock, breaker)


def http_api(
    path: str = f"/creators/{CREATOR}", user: str | None = USER, method: str = "GET"
) -> dict[str, Any]:
    """Return an HTTP API v2 event."""
    return {
        "version": "2.0",
        "rawPath": path,
        "headers": {} if user is None else {"x-user-id": user},
        "requestContext": {"stage": "$default", "http": {"method": method, "path": path}},
    }


def rest(path: str = f"/creators/{CREATOR}", **more: Any) -> dict[str, Any]:
    """Return a REST API v1 event."""
    headers = {"X-User-Id": USER}
    return {
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": "GET",
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "requestContext": {"stage": "prod"},
        "isBase64Encoded": False,
        **more,
    }


def alb(path: str = f"/creators/{CREATOR}", *, multi: bool = False, **more: Any) -> dict[str, Any]:
    """Return a load balancer's event, for a target group with or without multi-value headers."""
    shaped: dict[str, Any] = {"headers": {"x-user-id": USER}, "queryStringParameters": {}}
    if multi:
        shaped = {"multiValueHeaders": {"x-user-id": [USER]}, "multiValueQueryStringParameters": {}}
    context = {"elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:us-east-1:1:targetgroup/t/1"}}
    return {"httpMethod": "GET", "path": path, "body": "", "requestContext": context, **shaped, **more}


def expected(creator: str = CREATOR, limit: int = contract.DEFAULT_LIMIT) -> Any:
    """Return the mock's answer as a client reads it."""
    return json.loads(json.dumps(contract.mock(contract.Query(creator, limit))))


def until(true: Callable[[], bool], limit_s: float = 5.0) -> None:
    """Wait until something is true; a test that reaches the limit, in seconds, has failed."""
    end = time.monotonic() + limit_s
    while not true():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.002)
