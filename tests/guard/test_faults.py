"""Every call of the act fails in every way, in every situation: users come off Prisma all the same.

The faults are put at each call in turn: as many runs as the act has calls.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from tests.fakes.aws import Killed, refusal
from tests.fakes.unit import Unit
from tests.guard.minutes import ALARM, Watch, through_topic
from tests.guard.situations import SITUATIONS

if TYPE_CHECKING:
    from collections.abc import Callable

BEFORE: dict[str, Callable[[], BaseException]] = {
    "fails": lambda: refusal("InternalServerException", status=500),
    "is throttled": lambda: refusal("ThrottlingException", "Rate exceeded", 429),
    "cannot be reached": lambda: EndpointConnectionError(endpoint_url="https://aws.test"),
    "is refused": lambda: refusal("AccessDeniedException", status=403),
    "conflicts": lambda: refusal("ConflictException", "Deployment number 2 already exists", 409),
    "kills the guard": Killed,
}
"""What a call meets before it takes effect."""
AFTER: dict[str, Callable[[], BaseException]] = {
    "answers too late": lambda: ReadTimeoutError(endpoint_url="https://aws.test"),
    "is the guard's last": Killed,
}
"""What happens when a call has taken effect."""
FAULTS: dict[str, Callable[[], BaseException]] = {
    **{f"before: {name}": make for name, make in BEFORE.items()},
    **AFTER,
}

TELLS_TWICE = {"before: kills the guard", *AFTER}
CONTROL_PLANE = {
    "list_deployments",
    "get_hosted_configuration_version",
    "list_hosted_configuration_versions",
    "create_hosted_configuration_version",
    "start_deployment",
}
"""AppConfig's own calls, without which nothing can be deployed; no other may hold the kill switch up."""


def calls_of(situation: Callable[[Unit], None]) -> int:
    """How many calls the alarm's run makes when all goes well."""
    unit = Unit()
    situation(unit)
    unit.script.calls.clear()
    Watch(unit).run(ALARM)
    return unit.script.calls.total()


def play(situation: Callable[[Unit], None], nth: int, fault: str) -> tuple[Unit, Watch]:
    """The n-th call of the alarm's run meets a fault; then come the topic's delivery and the minutes."""
    unit = Unit()
    situation(unit)
    watch = Watch(unit)
    made = 0

    def meets(_operation: str) -> None:
        nonlocal made
        made += 1
        if made == nth:
            error = FAULTS[fault]()
            raise error

    if fault.startswith("before: "):
        unit.script.before = meets
    else:
        unit.script.after = meets
    try:
        watch.run(ALARM)
    except Killed:
        unit.clock.sleep(1)
    unit.script.before = unit.script.after = lambda _operation: None
    watch.run(through_topic())
    watch.until_finished()
    return unit, watch


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.__name__)
def test_one_fault_anywhere_leaves_the_same_end(situation: Callable[[Unit], None], fault: str) -> None:
    """GIVEN one call gone wrong WHEN topic and clock go on THEN off, latched, read back, alias right."""
    for nth in range(1, calls_of(situation) + 1):
        unit, watch = play(situation, nth, fault)
        seen = f"call {nth}"
        assert (unit.killed, unit.off) == (True, True), seen
        assert unit.deployments("ramp")[-1] == "COMPLETE", seen
        assert unit.lambda_.alias["FunctionVersion"] == "1", seen
        assert not unit.lambda_.alias["RoutingConfig"].get("AdditionalVersionWeights"), seen
        latch = watch.latch
        assert latch is not None, seen
        assert latch.by in {"alarm canary-alarm", "guard"}, seen
        # Told twice only where a run ended between telling and noting it; never not at all.
        assert 1 <= len(unit.sns.published) <= (2 if fault in TELLS_TWICE else 1), seen


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.__name__)
def test_each_service_down_for_a_whole_run_holds_nothing_else_up(situation: Callable[[Unit], None]) -> None:
    """GIVEN an operation down all run long WHEN it is back THEN the same end; nothing else was held up."""
    unit = Unit()
    situation(unit)
    unit.script.calls.clear()
    Watch(unit).run(ALARM)
    for down in list(unit.script.calls):
        unit = Unit()
        situation(unit)

        def fails(operation: str, down: str = down) -> None:
            if operation == down:
                raise refusal("ServiceUnavailableException", status=503)

        watch = Watch(unit)
        unit.script.before = fails
        watch.run(ALARM)
        assert unit.killed or down in CONTROL_PLANE, f"{down} held the kill switch up"
        unit.script.before = lambda _operation: None
        watch.run(through_topic())
        watch.until_finished()
        assert (unit.killed, unit.off) == (True, True), down
        assert 1 <= len(unit.sns.published) <= 2, down


@pytest.mark.parametrize("seed", range(20))
def test_an_aws_that_throttles_every_fifth_call_is_no_excuse(seed: int) -> None:
    """GIVEN a fifth of all calls throttled, at random, WHEN one run ends THEN users are off already."""
    unit = Unit()
    unit.canary(1)
    draw = random.Random(seed)  # noqa: S311 - which calls fail, nothing secret

    def flaky(_operation: str) -> None:
        if draw.random() < 0.2:
            raise refusal("ThrottlingException", status=429)

    unit.script.before = flaky
    watch = Watch(unit)
    watch.run(ALARM)
    assert (unit.killed, unit.off) == (True, True)
    unit.script.before = lambda _operation: None
    watch.until_finished()
    assert len(unit.sns.published) >= 1


def test_people_are_told_once_when_no_answer_is_lost(unit: Unit) -> None:
    """GIVEN alarm, topic, clock and an operator's act one after another THEN people heard of it once."""
    unit.canary()
    watch = Watch(unit)
    for event in (ALARM, through_topic(), ALARM):
        watch.run(event)
    watch.until_finished()
    assert len(unit.sns.published) == 1
    assert watch.counted("Rollbacks") == 1
