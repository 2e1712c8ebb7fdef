"""The CloudWatch operations that this cloud answers itself: metric data, and alarms on it.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/. Dashboards and composite alarms stay
with MiniStack. Only the JSON protocol is spoken, which botocore takes by itself since 1.43.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rehearsal.cloud import alarms, metric_math
from rehearsal.cloud.alarms import Alarm
from rehearsal.cloud.metrics import Datum, key
from rehearsal.cloud.request import ServiceError, json_response

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from rehearsal.cloud.clock import Clock
    from rehearsal.cloud.events import Events
    from rehearsal.cloud.metrics import MetricStore
    from rehearsal.cloud.request import AwsRequest, AwsResponse
    from rehearsal.cloud.seams import Seams

EVALUATED_EVERY_S = 60.0
"""Cloud seconds between evaluations, for periods of a minute and longer."""

LAMBDA_ARN = ":lambda:"


class CloudWatch:
    """Metric data and metric alarms.

    Args:
        store: Where metric data is kept.
        clock: The cloud's clock.
        events: Where state changes are written down.
        seams: Mirrors alarms into MiniStack, for SNS, composite alarms and AppConfig monitors.
        invoke: Invokes a Lambda function by ARN with an event, asynchronously.
    """

    def __init__(
        self,
        store: MetricStore,
        clock: Clock,
        events: Events,
        seams: Seams,
        invoke: Callable[[str, dict[str, Any]], Awaitable[None]],
    ) -> None:
        self.alarms: dict[str, Alarm] = {}
        self._store = store
        self._clock = clock
        self._events = events
        self._seams = seams
        self._invoke = invoke
        self._history: list[dict[str, Any]] = []

    async def handle(self, request: AwsRequest) -> AwsResponse | None:
        """Answer an operation, or ``None`` for one that is MiniStack's."""
        if request.service != "monitoring":
            return None
        if not request.operation:
            raise ServiceError(
                "ValidationError",
                "This local CloudWatch speaks the JSON protocol only: use botocore 1.43 or later.",
            )
        answer = getattr(self, f"_{request.operation}", None)
        if answer is None:
            return None
        result = answer(request.json())
        return json_response(await result if hasattr(result, "__await__") else result)

    async def run(self) -> None:
        """Evaluate every alarm each cloud minute, for ever."""
        while True:
            await self._clock.sleep(EVALUATED_EVERY_S)
            for alarm in list(self.alarms.values()):
                state, reason = alarms.evaluate(alarm, self._store, self._clock, self._clock.now())
                if state != alarm.state:
                    await self._change(alarm, state, reason)

    async def _change(self, alarm: Alarm, state: alarms.State, reason: str) -> None:
        before = alarm.state
        alarm.state, alarm.reason, alarm.updated = state, reason, self._clock.now()
        self._events.record("alarm", alarm.name, {"from": before, "to": state, "reason": reason})
        self._history.append(_history_item(alarm, before))
        await self._seams.set_alarm_state(alarm.name, state, reason)
        if not alarm.definition.get("ActionsEnabled", True):
            return
        field = {"ALARM": "AlarmActions", "OK": "OKActions"}.get(state, "InsufficientDataActions")
        for action in alarm.definition.get(field) or []:
            if LAMBDA_ARN in action:
                await self._invoke(action, _action_event(alarm, before))

    def _PutMetricData(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - the API's own name
        for datum in params["MetricData"]:
            dimensions = tuple(sorted((d["Name"], d["Value"]) for d in datum.get("Dimensions", [])))
            at = float(datum.get("Timestamp", self._clock.now()))
            values = datum.get("Values") or [datum["Value"]]
            counts = datum.get("Counts") or [1] * len(values)
            for value, count in zip(values, counts, strict=True):
                self._store.put(
                    Datum(params["Namespace"], datum["MetricName"], dimensions, float(value), at, float(count))
                )
        return {}

    def _GetMetricData(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        start, end = float(params["StartTime"]), float(params["EndTime"])
        queries = params["MetricDataQueries"]
        values: dict[str, metric_math.Value] = {}
        for query in queries:
            if stat := query.get("MetricStat"):
                metric = _key(stat["Metric"])
                values[query["Id"]] = self._store.series(metric, start, end, stat["Period"], stat["Stat"])
        periods = sorted(set().union(*(series for series in values.values() if isinstance(series, dict))))
        for query in queries:
            if "Expression" in query:
                try:
                    node = metric_math.parse(query["Expression"])
                    values[query["Id"]] = metric_math.evaluate(node, values, periods)
                except metric_math.MathError as error:
                    raise ServiceError("ValidationError", f"Error in expression {query['Id']}: {error}") from error
        newest_first = params.get("ScanBy", "TimestampDescending") == "TimestampDescending"
        return {
            "MetricDataResults": [
                _result(query, values[query["Id"]], newest_first=newest_first)
                for query in queries
                if query.get("ReturnData", True)
            ],
            "Messages": [],
        }

    def _GetMetricStatistics(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        metric, period = _key(params), params["Period"]
        start, end = float(params["StartTime"]), float(params["EndTime"])
        points: dict[float, dict[str, Any]] = {}
        for statistic in params.get("Statistics", []):
            for at, value in self._store.series(metric, start, end, period, statistic).items():
                points.setdefault(at, {"Timestamp": at, "Unit": "None"})[statistic] = value
        for statistic in params.get("ExtendedStatistics", []):
            for at, value in self._store.series(metric, start, end, period, statistic).items():
                point = points.setdefault(at, {"Timestamp": at, "Unit": "None"})
                point.setdefault("ExtendedStatistics", {})[statistic] = value
        return {"Label": params["MetricName"], "Datapoints": list(points.values())}

    def _ListMetrics(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        found = [
            {
                "Namespace": namespace,
                "MetricName": name,
                "Dimensions": [{"Name": key_, "Value": value} for key_, value in dimensions],
            }
            for namespace, name, dimensions in self._store.names()
            if params.get("Namespace", namespace) == namespace and params.get("MetricName", name) == name
        ]
        return {"Metrics": found}

    async def _PutMetricAlarm(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        _validate(params)
        name = params["AlarmName"]
        tags = {tag["Key"]: tag["Value"] for tag in params.pop("Tags", [])}
        arn = await self._seams.put_alarm(name, params)
        old = self.alarms.get(name)
        alarm = old or Alarm(params, arn, updated=self._clock.now(), tags=tags)
        alarm.definition = params
        self.alarms[name] = alarm
        return {}

    def _DescribeAlarms(self, params: dict[str, Any]) -> dict[str, Any] | None:  # noqa: N802
        wanted, prefix = params.get("AlarmNames"), params.get("AlarmNamePrefix", "")
        chosen = [
            alarm
            for alarm in self.alarms.values()
            if (wanted is None or alarm.name in wanted)
            and alarm.name.startswith(prefix)
            and params.get("StateValue", alarm.state) == alarm.state
        ]
        return {"MetricAlarms": [_described(alarm) for alarm in chosen], "CompositeAlarms": []}

    def _DescribeAlarmHistory(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        wanted = params.get("AlarmName")
        items = [item for item in self._history if wanted in {None, item["AlarmName"]}]
        newest_first = params.get("ScanBy", "TimestampDescending") == "TimestampDescending"
        return {"AlarmHistoryItems": items[::-1] if newest_first else items}

    async def _DeleteAlarms(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        for name in params["AlarmNames"]:
            self.alarms.pop(name, None)
        await self._seams.delete_alarms(params["AlarmNames"])
        return {}

    async def _SetAlarmState(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        alarm = self._named(params["AlarmName"])
        if params["StateValue"] != alarm.state:
            await self._change(alarm, params["StateValue"], params["StateReason"])
        return {}

    def _EnableAlarmActions(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        return self._switch_actions(params, on=True)

    def _DisableAlarmActions(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        return self._switch_actions(params, on=False)

    def _switch_actions(self, params: dict[str, Any], *, on: bool) -> dict[str, Any]:
        for name in params["AlarmNames"]:
            self._named(name).definition["ActionsEnabled"] = on
        return {}

    def _ListTagsForResource(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        tags = next((a.tags for a in self.alarms.values() if a.arn == params["ResourceARN"]), {})
        return {"Tags": [{"Key": name, "Value": value} for name, value in tags.items()]}

    def _named(self, name: str) -> Alarm:
        if name not in self.alarms:
            raise ServiceError("ResourceNotFound", f"Alarm {name} does not exist", 404)
        return self.alarms[name]


def _validate(params: dict[str, Any]) -> None:
    if params.get("ComparisonOperator") not in alarms.COMPARISONS:
        raise ServiceError("ValidationError", f"ComparisonOperator {params.get('ComparisonOperator')} is not supported")
    if ("Metrics" in params) == ("MetricName" in params):
        raise ServiceError("ValidationError", "An alarm has either Metrics or MetricName")
    for query in params.get("Metrics", []):
        if "Expression" in query:
            try:
                metric_math.parse(query["Expression"])
            except metric_math.MathError as error:
                raise ServiceError("ValidationError", str(error)) from error
    if sum(query.get("ReturnData", True) for query in params.get("Metrics", [])) > 1:
        raise ServiceError("ValidationError", "Exactly one element of Metrics must return data")


def _key(metric: dict[str, Any]) -> Any:
    return key(
        metric["Namespace"], metric["MetricName"], [(d["Name"], d["Value"]) for d in metric.get("Dimensions", [])]
    )


def _result(query: dict[str, Any], value: metric_math.Value, *, newest_first: bool) -> dict[str, Any]:
    series = value if isinstance(value, dict) else {}
    ordered = sorted(series.items(), reverse=newest_first)
    return {
        "Id": query["Id"],
        "Label": query.get("Label", query["Id"]),
        "Timestamps": [at for at, _ in ordered],
        "Values": [point for _, point in ordered],
        "StatusCode": "Complete",
    }


def _described(alarm: Alarm) -> dict[str, Any]:
    defaults = {"ActionsEnabled": True, "OKActions": [], "AlarmActions": [], "InsufficientDataActions": []}
    return {
        **defaults,
        **alarm.definition,
        "AlarmArn": alarm.arn,
        "StateValue": alarm.state,
        "StateReason": alarm.reason,
        "StateUpdatedTimestamp": alarm.updated,
        "StateTransitionedTimestamp": alarm.updated,
    }


def _history_item(alarm: Alarm, before: str) -> dict[str, Any]:
    data = {
        "version": "1.0",
        "oldState": {"stateValue": before},
        "newState": {"stateValue": alarm.state, "stateReason": alarm.reason},
    }
    return {
        "AlarmName": alarm.name,
        "AlarmType": "MetricAlarm",
        "Timestamp": alarm.updated,
        "HistoryItemType": "StateUpdate",
        "HistorySummary": f"Alarm updated from {before} to {alarm.state}",
        "HistoryData": json.dumps(data),
    }


def _action_event(alarm: Alarm, before: str) -> dict[str, Any]:
    """What CloudWatch hands a Lambda function: User Guide, *Alarm actions: Lambda*."""
    state = {"value": alarm.state, "reason": alarm.reason, "timestamp": alarm.updated}
    return {
        "source": "aws.cloudwatch",
        "alarmArn": alarm.arn,
        "accountId": alarm.arn.split(":")[4],
        "time": alarm.updated,
        "region": alarm.arn.split(":")[3],
        "alarmData": {
            "alarmName": alarm.name,
            "state": state,
            "previousState": {"value": before},
            "configuration": {"metrics": alarm.definition.get("Metrics", [])},
        },
    }
