"""Texts and events of an alarm: the reason of its state, and the event for a Lambda function.

The event: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html.
Reasons: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html.
"""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from localaws.cloud.alarms.definition import Alarm
    from localaws.cloud.alarms.evaluation import Evaluation
    from localaws.cloud.metrics.metrics import MetricStore

_COMPARED = {
    "GreaterThanThreshold": "greater than the threshold",
    "GreaterThanOrEqualToThreshold": "greater than or equal to the threshold",
    "LessThanThreshold": "less than the threshold",
    "LessThanOrEqualToThreshold": "less than or equal to the threshold",
}
_TREATED = {
    "breaching": "Breaching",
    "notBreaching": "NonBreaching",
    "ignore": "Ignored",
    "missing": "Missing",
}


def iso(wall: float) -> str:
    """Format a wall clock time as alarm events do: ``2023-08-04T12:36:15.490+0000``."""
    return datetime.fromtimestamp(wall, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000"


def reason(alarm: Alarm, found: Evaluation, store: MetricStore) -> str:
    """Return the sentence that explains a new state: StateReason.

    Args:
        alarm: The alarm, still in its old state.
        found: The evaluation that found the new state.
        store: Metric store, which converts cloud time to wall clock time.
    """
    known = found.known[-alarm.evaluated :]
    missing = alarm.evaluated - len(known)
    if found.state == "INSUFFICIENT_DATA":
        return f"Insufficient Data: {missing} datapoint{_s(missing)} {_were(missing)} unknown."
    if not known:
        treated = _TREATED[alarm.definition.get("TreatMissingData", "missing")]
        return (
            f"Threshold Crossed: no datapoints were received for {missing} period{_s(missing)} and "
            f"{missing} missing datapoint{_s(missing)} {_were(missing)} treated as [{treated}]."
        )
    shown = ", ".join(f"{value} ({_short(store.wall(at))})" for at, value in reversed(known))
    negated = "" if found.state == "ALARM" else "not "
    needed = alarm.wanted if found.state == "ALARM" else alarm.evaluated - alarm.wanted + 1
    return (
        f"Threshold Crossed: {len(known)} out of the last {alarm.evaluated} datapoints [{shown}] "
        f"{_were(len(known))} {negated}"
        f"{_COMPARED[alarm.definition['ComparisonOperator']]} ({float(alarm.definition['Threshold'])}) "
        f"(minimum {needed} datapoint{_s(needed)} for {alarm.state} -> {found.state} transition)."
    )


def reason_data(alarm: Alarm, found: Evaluation, store: MetricStore) -> str:
    """Return the reason of a new state for machines: StateReasonData, a JSON text.

    Args:
        alarm: The alarm.
        found: The evaluation that found the new state.
        store: Metric store, which converts cloud time to wall clock time.
    """
    known = found.known[-alarm.evaluated :]
    data: dict[str, Any] = {"version": "1.0", "queryDate": iso(store.wall(found.at))}
    if known:
        data["startDate"] = iso(store.wall(known[0][0]))
    if statistic := alarm.definition.get("Statistic") or alarm.definition.get("ExtendedStatistic"):
        data["statistic"] = statistic
    data["period"] = alarm.period
    data["recentDatapoints"] = [value for _, value in known]
    data["threshold"] = float(alarm.definition["Threshold"])
    data["evaluatedDatapoints"] = [
        {"timestamp": iso(store.wall(at)), **({} if value is None else {"value": value})}
        for at, value in reversed(found.points[-alarm.evaluated :])
    ]
    return json.dumps(data)


def action_event(alarm: Alarm, before: dict[str, Any]) -> dict[str, Any]:
    """Build the event that CloudWatch sends to a Lambda function when an alarm changes its state.

    Args:
        alarm: The alarm, in its new state.
        before: Result of `state_of` from before the change.
    """
    configuration: dict[str, Any] = {"metrics": _metrics(alarm.definition)}
    if description := alarm.definition.get("AlarmDescription"):
        configuration["description"] = description
    return {
        "source": "aws.cloudwatch",
        "alarmArn": alarm.arn,
        "accountId": alarm.arn.split(":")[4],
        "time": iso(alarm.updated),
        "region": alarm.arn.split(":")[3],
        "alarmData": {
            "alarmName": alarm.name,
            "state": state_of(alarm),
            "previousState": before,
            "configuration": configuration,
        },
    }


def state_of(alarm: Alarm) -> dict[str, Any]:
    """Return an alarm's state in the form that events have it."""
    state = {"value": alarm.state, "reason": alarm.reason, "timestamp": iso(alarm.updated)}
    return {**state, "reasonData": alarm.reason_data} if alarm.reason_data else state


def _metrics(definition: dict[str, Any]) -> list[dict[str, Any]]:
    if "Metrics" not in definition:
        statistic = definition.get("Statistic") or definition["ExtendedStatistic"]
        stat = {
            "Metric": definition,
            "Period": definition["Period"],
            "Stat": statistic,
            "Unit": definition.get("Unit"),
        }
        return [{"id": str(uuid.uuid4()), "metricStat": _metric_stat(stat), "returnData": True}]
    found = []
    for query in definition["Metrics"]:
        item: dict[str, Any] = {"id": query["Id"]}
        if "Expression" in query:
            item["expression"] = query["Expression"]
        else:
            item["metricStat"] = _metric_stat(query["MetricStat"])
        if "Label" in query:
            item["label"] = query["Label"]
        found.append({**item, "returnData": query.get("ReturnData", True)})
    return found


def _metric_stat(stat: dict[str, Any]) -> dict[str, Any]:
    metric = stat["Metric"]
    dimensions = {item["Name"]: item["Value"] for item in metric.get("Dimensions", [])}
    named = {"namespace": metric["Namespace"], "name": metric["MetricName"], "dimensions": dimensions}
    unit = {"unit": stat["Unit"]} if stat.get("Unit") else {}
    return {"metric": named, "period": stat["Period"], "stat": stat["Stat"], **unit}


def _short(wall: float) -> str:
    return datetime.fromtimestamp(wall, UTC).strftime("%d/%m/%y %H:%M:%S")


def _were(count: int) -> str:
    return "was" if count == 1 else "were"


def _s(count: int) -> str:
    return "" if count == 1 else "s"
