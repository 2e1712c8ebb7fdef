"""The whole function under AWS's own runtime client: early answers, freezes, overruns, one trace."""

from __future__ import annotations

import contextlib
import signal
import statistics
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.mock_read import parts
from tests.mock_read.lambda_host import TRACE, Sandbox, Services, get
from tests.mock_read.parts import ALL_OFF, CANARY, SHADOW, prisma, until

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="awslambdaric has no wheel for this platform")

PAIRS, WARM_UP = 20, 2
SLOW_S = 0.5


@contextlib.contextmanager
def running(services: Services, **extra: str) -> Iterator[Sandbox]:
    """A sandbox that leaves nothing behind."""
    sandbox = Sandbox(services, **extra)
    try:
        yield sandbox
    finally:
        sandbox.end()


def agreeing(_: str, query: dict[str, Any]) -> Any:
    """Prisma's side, in agreement with the mock."""
    return prisma(query)


def slow(_: str, query: dict[str, Any]) -> Any:
    """The same, half a second later."""
    time.sleep(SLOW_S)
    return prisma(query)


def at_rest(sandbox: Sandbox, event: dict[str, Any], **more: Any) -> Any:
    """One invocation until the sandbox would be frozen."""
    done = sandbox.invoke(event, **more)
    assert done.rest.wait(20), "the extension never asked for the next event"
    return done


def test_an_answer_leaves_while_the_shadow_goes_on() -> None:
    """Runtime done comes first, the work after it, then `next`; ledger and lines are complete."""
    with running(Services(SHADOW, slow)) as sandbox:
        done = at_rest(sandbox, get())
        assert done.answer["statusCode"] == 200
        assert done.answered_s < SLOW_S / 2 < SLOW_S <= done.idle_s
        until(lambda: sandbox.metric("ShadowCompared") == 1)
        assert sandbox.metric("ShadowSent") == 1
        assert sandbox.messages("SHADOW-MATCH")


def test_a_slow_shadow_costs_the_user_less_than_a_millisecond() -> None:
    """With Prisma at 500 ms, runtime done is within 1 ms of shadow off: medians over alternating requests."""
    took: dict[str, list[float]] = {"on": [], "off": []}
    with running(Services(SHADOW, slow)) as on, running(Services(ALL_OFF, agreeing)) as off:
        for number in range(WARM_UP + PAIRS):
            for name, sandbox in (("on", on), ("off", off)):
                answered_s = at_rest(sandbox, get()).answered_s
                if number >= WARM_UP:
                    took[name].append(answered_s)
        assert on.metric("ShadowSent") >= PAIRS
    assert statistics.median(took["on"]) - statistics.median(took["off"]) < 0.001


def test_a_flag_turned_off_during_a_freeze_serves_no_canary_answer() -> None:
    """A process really stopped and continued, its reading older than the poll interval."""
    services = Services(CANARY, agreeing)
    with running(services, POLL_INTERVAL_S="1") as sandbox:
        at_rest(sandbox, get())
        assert len(services.invoked) == 1
        sandbox.signal(signal.SIGSTOP)
        services.flags = ALL_OFF
        time.sleep(1.2)  # the freeze itself: nothing can be awaited in a stopped process
        sandbox.signal(signal.SIGCONT)
        done = at_rest(sandbox, get())
        assert done.answer["statusCode"] == 200
        assert len(services.invoked) == 1
        until(lambda: [line["path"] for line in sandbox.messages("SUCCESS")] == ["prisma", "mock"])


def test_a_freeze_in_the_middle_of_the_shadow_is_a_loss_and_no_error() -> None:
    """Stopped after the answer, thawed after the work's end: counted lost, and the next user is served."""
    with running(Services(SHADOW, slow)) as sandbox:
        done = sandbox.invoke(get(), timeout_s=1.6)
        assert done.answer["statusCode"] == 200
        sandbox.signal(signal.SIGSTOP)
        time.sleep(1.0)  # beyond the work's end
        sandbox.signal(signal.SIGCONT)
        assert done.rest.wait(20)
        until(lambda: sandbox.metric("ShadowLost") == 1)
        assert sandbox.metric("ShadowCompared") == 0
        assert at_rest(sandbox, get()).answer["statusCode"] == 200


def test_an_overrun_is_never_an_error() -> None:
    """Whatever Prisma does, the sandbox rests a second before the function's time-out."""

    def hanging(_: str, query: dict[str, Any]) -> Any:
        time.sleep(3)
        return prisma(query)

    with running(Services(SHADOW, hanging), SHADOW_DEADLINE_MS="60000") as sandbox:
        began = time.perf_counter()
        done = at_rest(sandbox, get(), timeout_s=1.5)
        assert time.perf_counter() - began < 1.5
        assert not done.failed
        until(lambda: sandbox.metric("ShadowLost") == 1)


def test_appconfig_unreachable_at_cold_start_is_the_mock() -> None:
    """The function starts, answers, and says why."""
    services = Services(CANARY, agreeing, appconfig_up=False)
    with running(services) as sandbox:
        assert at_rest(sandbox, get()).answer["statusCode"] == 200
        assert not services.invoked
        until(lambda: bool(sandbox.messages("FLAG")))
        assert "AppConfig refused: InternalServerException" in sandbox.messages("FLAG")[0]["why"]


def test_one_trace_goes_through_both_functions() -> None:
    """The canary's and the shadow's calls carry this request's root, under its subsegment."""
    root = TRACE.partition(";")[0]
    for flags, name in ((CANARY, "huntaze-prisma-read:live"), (SHADOW, "huntaze-prisma-read-shadow:live")):
        services = Services(flags, agreeing)
        with running(services) as sandbox:
            at_rest(sandbox, get())
            until(lambda sandbox=sandbox: bool(sandbox.segments))  # type: ignore[misc]
            arn, header = services.invoked[0]
            (segment,) = sandbox.segments
        assert arn.endswith(name)
        assert header is not None
        assert header.startswith(f"{root};Parent={segment['id']};Sampled=1")
        assert segment["annotations"]["canary"] is (flags is CANARY)
        assert segment["trace_id"] == root.removeprefix("Root=")


def test_without_an_x_ray_daemon_everybody_is_answered() -> None:
    """Nobody listens where the SDK sends."""
    with running(Services(CANARY, agreeing), AWS_XRAY_DAEMON_ADDRESS="127.0.0.1:9") as sandbox:
        assert at_rest(sandbox, get()).answer["statusCode"] == 200


def test_a_malformed_event_is_a_400_and_no_function_error() -> None:
    """An error of the function would count against the release."""
    with running(Services(ALL_OFF, agreeing)) as sandbox:
        malformed: tuple[Any, ...] = ({}, [], "x", None, {"rawPath": 7})
        for event in malformed:
            done = at_rest(sandbox, event)
            assert not done.failed
            assert done.answer["statusCode"] == 400


def test_the_sandbox_answers_what_the_mock_answers() -> None:
    """Byte for byte, through the runtime client."""
    with running(Services(ALL_OFF, agreeing)) as sandbox:
        answer = at_rest(sandbox, get()).answer
    assert answer == parts.read_path().get()
