"""CloudWatch: metric data, and metric alarms that are really evaluated.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/. MiniStack handles dashboards and composite
alarms. Each metric alarm has a counterpart in MiniStack, through which topics, composite alarms and AppConfig
monitors learn of its state.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from localaws.cloud.alarms import messages
from localaws.cloud.alarms.evaluation import SETTLED_S, evaluate, warming_up
from localaws.cloud.alarms.history import AlarmHistory
from localaws.cloud.alarms.operations import AlarmOperations
from localaws.cloud.api_model import ApiModel
from localaws.cloud.metrics.cloudwatch_data import MetricData
from localaws.cloud.request import AwsResponse, ServiceError
from localaws.cloud.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from localaws.cloud.alarms.alarms import State
    from localaws.cloud.alarms.definition import Alarm
    from localaws.cloud.clock import Clock
    from localaws.cloud.events import Events
    from localaws.cloud.metrics.metrics import MetricStore
    from localaws.cloud.request import AwsRequest
    from localaws.cloud.seams.cloudwatch import AlarmMirror

    Invoke = Callable[[str, dict[str, Any]], Awaitable[None]]

LAMBDA_ACTION = "arn:aws:lambda:"


class CloudWatch:
    """The CloudWatch service for metric data and metric alarms.

    Args:
        store: Stores metric data.
        clock: The cloud's clock.
        events: Records changes of state.
        mirror: The alarms' counterparts in MiniStack.
        invoke: Invokes a Lambda function by ARN with an event, asynchronously.
    """

    def __init__(
        self, store: MetricStore, clock: Clock, events: Events, mirror: AlarmMirror, invoke: Invoke
    ) -> None:
        self._store = store
        self._clock = clock
        self._events = events
        self._mirror = mirror
        self._invoke = invoke
        self._model = ApiModel("cloudwatch", "ValidationError")
        self._wire = Wire(self._model, "application/x-amz-json-1.0")
        self._history = AlarmHistory(clock.now, mirror)
        self._alarms = AlarmOperations(clock, mirror, self._history, self.change)
        self._evaluated: dict[str, int] = {}
        self._answers = self._model.answers(MetricData(store, clock), self._alarms, self._history)

    async def handle(self, request: AwsRequest) -> AwsResponse | None:
        """Answer a request. Returns ``None`` for a request that MiniStack answers."""
        if request.service != "monitoring":
            return None
        call = self._wire.call(request)
        if call is None or call.operation not in self._answers:
            return None
        try:
            params = self._wire.params(call, request)
            self._model.check(call.operation, params)
            result = self._answers[call.operation](params)
            if inspect.isawaitable(result):
                result = await result
        except ServiceError as error:
            return self._wire.refuse(call, error)
        return None if result is None else self._wire.answer(call, result)

    async def states(self, names: list[str]) -> dict[str, str]:
        """Return the states of those named alarms that exist, including composite alarms."""
        found: dict[str, str] = {
            name: alarm.state for name, alarm in self._alarms.alarms.items() if name in names
        }
        if len(found) < len(set(names)):
            composites = await self._mirror.composites({"AlarmNames": names})
            found.update({alarm["AlarmName"]: alarm["StateValue"] for alarm in composites})
        return found

    async def run(self) -> None:
        """Evaluate every alarm when it is due, until cancelled."""
        while True:
            alarms = self._alarms.alarms.values()
            tick = min((alarm.interval for alarm in alarms), default=60)
            now = self._clock.now() * self._clock.factor - SETTLED_S
            await self._clock.sleep(tick - now % tick)
            await self.evaluate_due()

    async def evaluate_due(self) -> None:
        """Evaluate the alarms whose window has moved since their last evaluation."""
        now = self._clock.now()
        for alarm in list(self._alarms.alarms.values()):
            found = evaluate(alarm, self._store, now)
            if self._evaluated.get(alarm.name) == found.at:
                continue
            self._evaluated[alarm.name] = found.at
            if warming_up(alarm, found, self._store, now):
                continue
            alarm.warmed = True
            if found.state != alarm.state:
                reason = messages.reason(alarm, found, self._store)
                data = messages.reason_data(alarm, found, self._store)
                await self.change(alarm, found.state, reason, data)

    async def change(self, alarm: Alarm, state: State, reason: str, reason_data: str) -> None:
        """Move an alarm to another state and run its actions.

        Does nothing if the alarm was deleted meanwhile.

        Args:
            alarm: The alarm.
            state: New state.
            reason: Sentence that explains the new state.
            reason_data: The reason for machines, as JSON.
        """
        async with self._alarms.changing:
            if self._alarms.alarms.get(alarm.name) is alarm:
                await self._move(alarm, state, reason, reason_data)

    async def _move(self, alarm: Alarm, state: State, reason: str, reason_data: str) -> None:
        before, was = messages.state_of(alarm), alarm.state
        now = self._clock.now()
        alarm.state, alarm.reason, alarm.reason_data = state, reason, reason_data
        alarm.updated = alarm.transitioned = now
        self._events.record("alarm", alarm.name, {"from": was, "to": state, "reason": reason})
        self._history.remember_state(alarm, before)
        composites = await self._composite_states()
        await self._mirror.move(alarm.name, state, reason)
        for name, new in (await self._composite_states()).items():
            if composites.get(name, new) != new:
                detail = {"from": composites[name], "to": new, "reason": f"{alarm.name} is {state}"}
                self._events.record("alarm", name, detail)
        await self._act(alarm, before)

    async def _composite_states(self) -> dict[str, str]:
        return {alarm["AlarmName"]: alarm["StateValue"] for alarm in await self._mirror.composites()}

    async def _act(self, alarm: Alarm, before: dict[str, Any]) -> None:
        """Invoke the functions among an alarm's actions. The mirror has already notified the topics."""
        if not alarm.definition.get("ActionsEnabled", True):
            return
        field = {"ALARM": "AlarmActions", "OK": "OKActions"}.get(alarm.state, "InsufficientDataActions")
        for action in alarm.definition.get(field, []):
            outcome = "Successfully executed"
            if action.startswith(LAMBDA_ACTION):
                try:
                    await self._invoke(action, messages.action_event(alarm, before))
                except ServiceError as error:
                    outcome = f"Failed to execute ({error})"
            self._history.remember(
                alarm.name, "Action", f"{outcome} action {action}", {"actionState": outcome}
            )
