"""Kills the guard in the middle of its act, after each of its calls in turn, and runs two guards at once."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from canary.cli.resume import resume as end_rollback
from canary.unit.act.act import kill_environment, ramp_environment
from canary.unit.flags.documents import is_killed, is_off
from canary.unit.latch.latch import Latches
from rehearsal.acts.flags import canary_on

if TYPE_CHECKING:
    from collections.abc import Callable

    from rehearsal.hands import Hands
    from rehearsal.timeline import Step

ALARM = "canaryErrorRate"
FINISHED_WITHIN_S = 60.0
"""Real seconds that an interrupted act may take to finish; the guard's next tick resumes it."""
MOST_CALLS = 40


class NotFinishedError(RuntimeError):
    """An act did not finish, or a fault did not happen."""


def after_each_call(hands: Hands, step: Step) -> list[dict[str, Any]]:
    """Interrupt the act after its first changing call, then after its second, until it has no more.

    Returns:
        One record per run: the call after which the guard was killed, and the state at the end.

    Raises:
        NotFinishedError: An act did not finish, or has too many changing calls.
    """
    ends: list[dict[str, Any]] = []
    for number in range(1, MOST_CALLS):
        _canary(hands, step)
        hands.cloud.post("faults", {"function": hands.target.guard_function, "after_call": number})
        end = _rolled_back(hands, lambda: _wake(hands))
        fault = hands.cloud.get("faults")["faults"][0]
        hands.cloud.delete("faults")
        if fault["spent"] is None:
            return ends
        after = fault["spent"]["operation"]
        hands.say(f"killed after call {number}, {after}: {end['steps']}, told {end['told']}")
        ends.append({"killed_after": after, **end})
    raise NotFinishedError(f"The act still makes changing calls after {MOST_CALLS} of them.")


def two_at_once(hands: Hands, step: Step) -> dict[str, Any]:
    """Invoke the guard twice with the same alarm at the same moment.

    Returns:
        The state at the end, and how many of the two claimed the latch.
    """
    _canary(hands, step)
    answers: list[dict[str, Any]] = []

    def both() -> None:
        with ThreadPoolExecutor(2) as two:
            answers.extend(two.map(lambda _: _wake(hands), range(2)))

    end = _rolled_back(hands, both)
    claimed = sum(bool(act["claimed"]) for answer in answers for act in answer["acts"])
    return {**end, "claimed": claimed}


def _canary(hands: Hands, step: Step) -> None:
    """Turn the canary on, after resuming from an earlier rollback."""
    if Latches(hands.clients.ssm, hands.target.latch_parameter).read() is not None:
        end_rollback(hands.clients, hands.target, reason="rehearsal: once more")
    _await("the alarms to be OK", lambda: not _red(hands), lambda: str(_red(hands)))
    canary_on(hands, step)


def _wake(hands: Hands) -> dict[str, Any]:
    """Invoke the guard with an alarm's event and wait for the answer.

    As with a real alarm, the event is tried only once, because the guard is configured without retries, and
    it says when the alarm changed: the guard ignores an event that is older than the alarm's state.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html
    """
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "+0000")
    state = {"value": "ALARM", "reason": "rehearsal: the guard is killed", "timestamp": now}
    event = {"alarmData": {"alarmName": hands.target.alarms[ALARM], "state": state}}
    answer = hands.clients.lambda_.invoke(
        FunctionName=hands.target.guard_alias_arn, Payload=json.dumps(event)
    )
    told: dict[str, Any] = json.loads(answer["Payload"].read())
    return told


def _red(hands: Hands) -> list[str]:
    answer = hands.clients.cloudwatch.describe_alarms(
        AlarmNames=list(hands.target.alarms.values()), StateValue="ALARM"
    )
    return [alarm["AlarmName"] for alarm in answer["MetricAlarms"]]


def _rolled_back(hands: Hands, begin: Callable[[], object]) -> dict[str, Any]:
    """Start the act, wait until it is finished, and return the state that it left."""
    told_before, alias = _told(hands), hands.alias()
    begin()
    latches = Latches(hands.clients.ssm, hands.target.latch_parameter)
    _await(
        "the act to be finished",
        lambda: (latch := latches.read()) is not None and latch.finished,
        lambda: str(latches.read()),
    )
    latch = latches.read()
    settings = hands.target.settings()
    return {
        "killed": is_killed(kill_environment(settings, hands.clients).served()),
        "ramp_off": is_off(ramp_environment(settings, hands.clients).served()),
        "alias_moved": hands.alias() != alias,
        "steps": {name: step["status"] for name, step in latch.steps.items()} if latch else {},
        "told": _told(hands) - told_before,
    }


def _told(hands: Hands) -> int:
    return sum("rolled back" in message["Subject"] for message in hands.inbox.read())


def _await(what: str, happened: Callable[[], bool], instead: Callable[[], str]) -> None:
    """Poll until something has happened, because the cloud sends no notice.

    Args:
        what: What is awaited, for the error message.
        happened: Whether it has happened.
        instead: Describes the current state, for the error message.

    Raises:
        NotFinishedError: It did not happen in time. The message says what is there instead.
    """
    deadline = time.monotonic() + FINISHED_WITHIN_S
    while not happened():
        if time.monotonic() > deadline:
            raise NotFinishedError(f"Waited {FINISHED_WITHIN_S:.0f} s in vain for {what}: {instead()}")
        time.sleep(0.1)
