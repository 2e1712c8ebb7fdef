"""Small in-memory AWS services that refuse what AWS refuses, with faults and events on demand."""

# ruff: noqa: N803 - parameters have the names that AWS gives them
from __future__ import annotations

import io
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import zip_longest
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from canary.unit.app_spec import AppSpec
from tests.fakes.models import action, check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EPOCH = datetime(2026, 11, 1, tzinfo=UTC)


class Killed(BaseException):
    """The process ended in the middle of a run."""


def refusal(code: str, message: str = "", status: int = 400) -> ClientError:
    """Return an AWS error."""
    response: Any = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(response, "Operation")


@dataclass
class Clock:
    """A clock that only sleeping moves. `each` runs after every sleep, as the world goes on meanwhile."""

    seconds: float = EPOCH.timestamp()
    each: list[Callable[[], None]] = field(default_factory=list)

    def now(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds
        for happen in self.each:
            happen()

    @property
    def moment(self) -> datetime:
        return EPOCH + timedelta(seconds=self.seconds - EPOCH.timestamp())


class Script:
    """Planned faults and events, by operation. Counts every call.

    Attributes:
        actions: IAM actions of the calls so far, such as ``appconfig:StartDeployment``.
        before: Runs before each call takes effect. It may raise, like a call that failed.
        after: Runs after each call took effect. It may raise, like an answer that came too late.
    """

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.actions: set[str] = set()
        self._next: dict[str, list[BaseException | Callable[[], object]]] = defaultdict(list)
        self.before: Callable[[str], None] = lambda _operation: None
        self.after: Callable[[str], None] = lambda _operation: None

    def will(self, operation: str, *happenings: BaseException | Callable[[], object]) -> None:
        """Plan what the next calls of an operation meet before they take effect."""
        self._next[operation].extend(happenings)

    def meet(self, operation: str) -> None:
        self.calls[operation] += 1
        self.before(operation)
        if self._next[operation]:
            happening = self._next[operation].pop(0)
            if isinstance(happening, BaseException):
                raise happening
            happening()


class Service:
    """A client whose public operations are checked against AWS's model and go through the script.

    Attributes:
        services: boto3's names of the services that it stands for. If empty, nothing is checked.
    """

    services: tuple[str, ...] = ()

    def __init__(self, script: Script) -> None:
        self._script = script

    def __getattr__(self, operation: str) -> Any:
        method = getattr(self, f"op_{operation}", None) if not operation.startswith("op_") else None
        if method is None:
            raise AttributeError(operation)

        def call(**params: Any) -> Any:
            if self.services:
                check(self.services, operation, params)
                self._script.actions.add(action(self.services, operation))
            self._script.meet(operation)
            answer = method(**params)
            self._script.after(operation)
            return answer

        return call

    def get_paginator(self, operation: str) -> Any:
        def pages(**params: Any) -> Iterator[Any]:
            yield getattr(self, operation)(**params)

        return SimpleNamespace(paginate=pages)


class Ssm(Service):
    services = ("ssm",)

    """Parameters. One that a test puts directly into `parameters` counts as written at `EPOCH`."""

    def __init__(self, script: Script, clock: Clock | None = None) -> None:
        super().__init__(script)
        self._clock = clock or Clock()
        self.parameters: dict[str, str] = {}
        self.written: dict[str, datetime] = {}

    def op_put_parameter(self, *, Name: str, Value: str, Type: str, Overwrite: bool) -> None:
        if Name in self.parameters and not Overwrite:
            raise refusal("ParameterAlreadyExists")
        if len(Value.encode()) > 4096:
            raise refusal("ValidationException", "longer than 4096")
        self.parameters[Name] = Value
        self.written[Name] = self._clock.moment

    def op_get_parameter(self, *, Name: str) -> dict[str, Any]:
        if Name not in self.parameters:
            raise refusal("ParameterNotFound")
        written = self.written.get(Name, EPOCH)
        parameter = {"Value": self.parameters[Name], "LastModifiedDate": written}
        return {"Parameter": parameter, **answered_at(self._clock)}

    def op_delete_parameter(self, *, Name: str) -> None:
        if self.parameters.pop(Name, None) is None:
            raise refusal("ParameterNotFound")


class Sns(Service):
    """A topic, which accepts text only."""

    services = ("sns",)

    def __init__(self, script: Script) -> None:
        super().__init__(script)
        self.published: list[dict[str, Any]] = []

    def op_publish(self, **message: Any) -> None:
        message["Message"].encode()
        self.published.append(message)


class CloudWatch(Service):
    """Alarm states, the entry function's metrics by (metric, path, statistic), and Lambda's own by minute.

    Attributes:
        since: Time at which an alarm entered its state; default `EPOCH`.
        values: One value for the whole window, or one for each of its minutes. Values of a request's record
            that a test leaves out follow from the others, because the entry function writes the record at
            once: the mock's part of the totals, and one duration for each request.
        lost: Metrics that never arrived, whatever `values` says.
        minutes: Metrics of AWS/Lambda by (function, metric): values of the window's minutes, oldest first.
        marked: Canary requests by minute, as the Prisma function counts them.
        status: StatusCode of every answer.
    """

    services = ("cloudwatch",)

    def __init__(self, script: Script) -> None:
        super().__init__(script)
        self.alarms: dict[str, str] = {}
        self.since: dict[str, datetime] = {}
        self.values: dict[tuple[str, str | None, str], float | Sequence[float]] = {}
        self.minutes: dict[tuple[str, str], list[float]] = {}
        self.lost: set[tuple[str, str | None, str]] = set()
        self.marked: list[float] = []
        self.status = "Complete"
        self.asked: list[dict[str, Any]] = []

    def op_describe_alarms(self, *, AlarmNames: list[str], **_: Any) -> dict[str, Any]:
        found = [
            {"AlarmName": name, "StateValue": state, "StateUpdatedTimestamp": self.since.get(name, EPOCH)}
            for name, state in self.alarms.items()
            if name in AlarmNames
        ]
        return {"MetricAlarms": found, "CompositeAlarms": []}

    def op_get_metric_data(
        self, *, MetricDataQueries: list[Any], StartTime: datetime, EndTime: datetime, **_: Any
    ) -> Any:
        if StartTime >= EndTime:
            raise refusal("ValidationError", "StartTime must be less than EndTime.")
        results = []
        for query in MetricDataQueries:
            self.asked.append(query)
            values = self._values(query["MetricStat"])
            times = [StartTime + timedelta(minutes=minute) for minute in range(len(values))]
            results.append(
                {"Id": query["Id"], "Timestamps": times, "Values": values, "StatusCode": self.status}
            )
        return {"MetricDataResults": results}

    def _values(self, stat: dict[str, Any]) -> list[float]:
        metric = stat["Metric"]["MetricName"]
        dimensions = {pair["Name"]: pair["Value"] for pair in stat["Metric"]["Dimensions"]}
        if stat["Metric"]["Namespace"] == "AWS/Lambda":
            return self.minutes.get((dimensions["FunctionName"], metric), [])
        if metric == "CanaryInvoked":
            return self.marked
        key = (metric, dimensions.get("Path"), stat["Stat"])
        return [] if key in self.lost else self._recorded(*key)

    def _recorded(self, metric: str, path: str | None, stat: str) -> list[float]:
        value = self.values.get((metric, path, stat))
        if isinstance(value, Sequence):
            return list(value)
        if value is not None:
            return [value]
        if (metric, stat) == ("Duration", "SampleCount"):
            return self._recorded("Requests", path, "Sum")
        if path == "mock" and metric in {"Requests", "Errors"}:
            every, canary = (self._recorded(metric, whose, stat) for whose in (None, "prisma"))
            return [all_ - own for all_, own in zip_longest(every, canary, fillvalue=0.0)]
        return []


class Lambda(Service):
    services = ("lambda",)

    def __init__(self, script: Script) -> None:
        super().__init__(script)
        self.alias: dict[str, Any] = {"FunctionVersion": "1", "RevisionId": "r1", "RoutingConfig": {}}

    def op_get_alias(self, **_: Any) -> dict[str, Any]:
        return dict(self.alias)

    def op_update_alias(self, *, FunctionVersion: str, RoutingConfig: Any, RevisionId: str, **_: Any) -> None:
        if RevisionId != self.alias["RevisionId"]:
            raise refusal("PreconditionFailedException")
        self.alias = {"FunctionVersion": FunctionVersion, "RoutingConfig": RoutingConfig, "RevisionId": "r2"}


class CodeDeploy(Service):
    """Deployments, newest first, each as GetDeployment shows it.

    Attributes:
        on_stop: Called when a deployment is stopped.
        clock: Clock for the date of its answers. If None, the answers have no date.
    """

    services = ("codedeploy",)

    def __init__(self, script: Script) -> None:
        super().__init__(script)
        self.deployments: dict[str, dict[str, Any]] = {}
        self.revisions: dict[str, dict[str, Any]] = {}
        self.on_stop: Callable[[str], None] = lambda _identifier: None
        self.clock: Clock | None = None

    def op_list_deployments(self, **_: Any) -> dict[str, Any]:
        return {"deployments": list(self.deployments)}

    def op_get_deployment(self, *, deploymentId: str) -> dict[str, Any]:
        dated = {} if self.clock is None else answered_at(self.clock)
        return {"deploymentInfo": dict(self.deployments[deploymentId]), **dated}

    def op_stop_deployment(self, *, deploymentId: str, autoRollbackEnabled: bool) -> None:
        if not autoRollbackEnabled:
            raise refusal("ValidationException", "a stop without a rollback leaves the alias split")
        self.on_stop(deploymentId)

    def op_get_application_revision(self, *, revision: Any, **_: Any) -> dict[str, Any]:
        return {"revision": self.revisions[revision["appSpecContent"]["sha256"]]}

    def add(self, identifier: str, began: datetime, before: str, after: str, **more: Any) -> None:
        revision = AppSpec("mock-read", "live", before, after).revision()
        self.revisions[revision["appSpecContent"]["sha256"]] = revision
        self.deployments[identifier] = {
            "deploymentId": identifier,
            "applicationName": "app",
            "createTime": began,
            "revision": revision,
            **more,
        }


class Sts(Service):
    services = ("sts",)

    def op_get_caller_identity(self) -> dict[str, str]:
        return {"Arn": "arn:aws:iam::1:user/jo"}


def answered_at(clock: Clock) -> dict[str, Any]:
    """Return the metadata that boto3 adds to every answer, with the time of the answer."""
    return {"ResponseMetadata": {"HTTPHeaders": {"date": format_datetime(clock.moment, usegmt=True)}}}


def body(content: bytes) -> io.BytesIO:
    """Return a streaming body."""
    return io.BytesIO(content)
