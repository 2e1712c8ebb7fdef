"""CloudWatch's operations on metric alarms.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html and related pages.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from localaws.cloud.alarms.definition import Alarm, validate
from localaws.cloud.alarms.listing import described, page, watches
from localaws.cloud.request import ServiceError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from localaws.cloud.alarms.history import AlarmHistory
    from localaws.cloud.clock import Clock
    from localaws.cloud.seams.cloudwatch import AlarmMirror

    Change = Callable[[Alarm, Any, str, str], Awaitable[None]]


class AlarmOperations:
    """Keeps metric alarms and implements the operations on them.

    An operation that returns ``None`` leaves the answer to MiniStack.

    Args:
        clock: The cloud's clock, for timestamps.
        mirror: The alarms' counterparts in MiniStack.
        history: Records the changes of alarms.
        change: Moves an alarm to another state.

    Attributes:
        alarms: Metric alarms by name.
        changing: Lock that is held while an alarm is created, moved or deleted, until its counterpart in
            MiniStack has followed.
    """

    def __init__(self, clock: Clock, mirror: AlarmMirror, history: AlarmHistory, change: Change) -> None:
        self.alarms: dict[str, Alarm] = {}
        self.changing = asyncio.Lock()
        self._clock = clock
        self._mirror = mirror
        self._change = change
        self._history = history

    async def put_metric_alarm(self, params: dict[str, Any]) -> dict[str, Any]:
        """Create an alarm, or replace its definition and keep its state.

        Tags are only used on creation.
        """
        definition = {name: value for name, value in params.items() if name != "Tags"}
        validate(definition)
        async with self.changing:
            return await self._put(definition, params.get("Tags", []))

    async def _put(self, definition: dict[str, Any], tags: list[dict[str, str]]) -> dict[str, Any]:
        name, now = definition["AlarmName"], self._clock.now()
        await self._mirror.put(definition)
        if name in self.alarms:
            self.alarms[name].definition, self.alarms[name].configured = definition, now
            self._history.remember(name, "ConfigurationUpdate", f'Alarm "{name}" updated', {"type": "Update"})
            return {}
        alarm = Alarm(definition, self._mirror.arn(name), now, now, now, now)
        alarm.tags = {tag["Key"]: tag["Value"] for tag in tags}
        self.alarms[name] = alarm
        self._history.remember(name, "ConfigurationUpdate", f'Alarm "{name}" created', {"type": "Create"})
        return {}

    async def describe_alarms(self, params: dict[str, Any]) -> dict[str, Any]:
        """List alarms in the order of their names. Composite alarms are listed only if asked for."""
        for name in ("ChildrenOfAlarmName", "ParentsOfAlarmName"):
            if name in params:
                raise ServiceError("ValidationError", f"{name} is not answered by this local CloudWatch")
        types = params.get("AlarmTypes", ["MetricAlarm"])
        found = [(alarm.name, "MetricAlarms", described(alarm)) for alarm in self.alarms.values()]
        found = found if "MetricAlarm" in types else []
        if "CompositeAlarm" in types:
            composites = await self._mirror.composites()
            found += [(alarm["AlarmName"], "CompositeAlarms", alarm) for alarm in composites]
        return page(found, params)

    def describe_alarms_for_metric(self, params: dict[str, Any]) -> dict[str, Any]:
        """List the alarms on one metric. Alarms on expressions are not included."""
        return {
            "MetricAlarms": [described(alarm) for alarm in self.alarms.values() if watches(alarm, params)]
        }

    @staticmethod
    def list_alarm_mute_rules(_params: dict[str, Any]) -> dict[str, Any]:
        """List no mute rules. Creating one is refused, since it would not mute anything here."""
        return {"AlarmMuteRuleSummaries": []}

    async def delete_alarms(self, params: dict[str, Any]) -> dict[str, Any]:
        """Delete all the named alarms or none of them.

        Composite alarms are deleted as well, since one call may name both kinds.
        """
        async with self.changing:
            await self._mirror.delete(params["AlarmNames"])
            for name in params["AlarmNames"]:
                self.alarms.pop(name, None)
        return {}

    async def set_alarm_state(self, params: dict[str, Any]) -> dict[str, Any] | None:
        """Set the state of an alarm until its next evaluation.

        MiniStack answers the call for a composite alarm.
        """
        name = params["AlarmName"]
        if name not in self.alarms:
            composites = await self._mirror.composites({"AlarmNames": [name]})
            if composites:
                return None
            raise ServiceError("ResourceNotFound", f"Alarm {name} does not exist", 404)
        if params["StateValue"] not in {"OK", "ALARM", "INSUFFICIENT_DATA"}:
            raise ServiceError("ValidationError", f"StateValue {params['StateValue']} is none")
        alarm = self.alarms[name]
        reason, data = params["StateReason"], params.get("StateReasonData", "")
        if params["StateValue"] != alarm.state:
            await self._change(alarm, params["StateValue"], reason, data)
        else:
            alarm.reason, alarm.reason_data, alarm.updated = reason, data, self._clock.now()
        return {}

    async def enable_alarm_actions(self, params: dict[str, Any]) -> dict[str, Any]:
        """Let the actions of alarms run again."""
        return await self._switch_actions(params["AlarmNames"], on=True)

    async def disable_alarm_actions(self, params: dict[str, Any]) -> dict[str, Any]:
        """Stop the actions of alarms. Their states still change."""
        return await self._switch_actions(params["AlarmNames"], on=False)

    async def _switch_actions(self, names: list[str], *, on: bool) -> dict[str, Any]:
        await self._mirror.switch_actions(names, on=on)
        for name in names:
            if name in self.alarms:
                self.alarms[name].definition["ActionsEnabled"] = on
        return {}

    def tag_resource(self, params: dict[str, Any]) -> dict[str, Any] | None:
        """Add tags to an alarm, or replace their values."""
        alarm = self._by_arn(params["ResourceARN"])
        if alarm is None:
            return None
        alarm.tags.update({tag["Key"]: tag["Value"] for tag in params["Tags"]})
        return {}

    def untag_resource(self, params: dict[str, Any]) -> dict[str, Any] | None:
        """Remove tags from an alarm."""
        alarm = self._by_arn(params["ResourceARN"])
        if alarm is None:
            return None
        for name in params["TagKeys"]:
            alarm.tags.pop(name, None)
        return {}

    def list_tags_for_resource(self, params: dict[str, Any]) -> dict[str, Any] | None:
        """List the tags of an alarm."""
        alarm = self._by_arn(params["ResourceARN"])
        if alarm is None:
            return None
        return {"Tags": [{"Key": name, "Value": value} for name, value in alarm.tags.items()]}

    def _by_arn(self, arn: str) -> Alarm | None:
        return next((alarm for alarm in self.alarms.values() if alarm.arn == arn), None)
