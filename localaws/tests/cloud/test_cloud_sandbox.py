"""Sandboxes under AWS's own runtime clients.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html,
https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html and
https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html
"""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from localaws.cloud.functions import sandbox as module
from localaws.tests.cloud.functions import (
    EXTENSION,
    TRACE,
    invocation,
    node_sandbox,
    python_sandbox,
    state_of,
    until,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from localaws.cloud.functions.sandbox import Sandbox

    Make = Callable[..., Sandbox]


@pytest.fixture
def lines() -> list[str]:
    """What was printed."""
    return []


@pytest_asyncio.fixture
async def make(tmp_path: Path, lines: list[str]) -> AsyncIterator[Make]:
    """Make Python sandboxes; all are killed afterwards."""
    made: list[Sandbox] = []

    def one(code: str, timeout_s: float = 5.0) -> Sandbox:
        made.append(python_sandbox(tmp_path, code, lines.append, timeout_s))
        return made[-1]

    yield one
    for sandbox in made:
        await sandbox.end()


async def test_a_handler_answers_with_its_context(make: Make, lines: list[str]) -> None:
    """GIVEN a sandbox WHEN invoked THEN the handler sees event, request id, ARN, trace and deadline."""
    sandbox = make("""
        import os
        def handler(event, context):
            print("at work")
            return [event, context.aws_request_id, context.invoked_function_arn,
                    os.environ["_X_AMZN_TRACE_ID"], context.get_remaining_time_in_millis()]
    """)
    assert await sandbox.start() is None
    asked = invocation(b'{"a": 1}')
    answer, rest = await sandbox.invoke(asked)
    assert await rest is None
    event, request_id, arn, trace, left_ms = json.loads(answer.payload)
    assert (event, request_id, arn, trace) == ({"a": 1}, asked.request_id, asked.arn, TRACE)
    assert 3_000 < left_ms <= 5_000
    await sandbox.end()
    assert "at work" in lines


async def test_it_is_frozen_before_the_first_event_and_after_each(make: Make) -> None:
    """GIVEN a background thread WHEN the sandbox idles THEN it is stopped, and the thread does not run."""
    sandbox = make("""
        import threading, time
        beats = []
        def beat():
            while True:
                beats.append(1)
                time.sleep(0.01)
        threading.Thread(target=beat, daemon=True).start()
        def handler(event, context):
            return len(beats)
    """)
    assert await sandbox.start() is None
    counts = []
    for _ in range(2):
        await until(lambda: state_of(sandbox.pid).startswith("T"))
        await asyncio.sleep(0.5)  # the idle time in which 50 beats would fit
        answer, rest = await sandbox.invoke(invocation())
        await rest
        counts.append(int(answer.payload))
    assert counts[1] - counts[0] < 10


async def test_the_answer_leaves_before_an_extension_is_done(make: Make) -> None:
    """GIVEN an extension at work for 0.4 s WHEN invoked THEN the answer is early, the sandbox busy."""
    sandbox = make(f"AFTER_S = 0.4{EXTENSION}")
    assert await sandbox.start() is None
    begun = time.monotonic()
    answer, rest = await sandbox.invoke(invocation())
    answered = time.monotonic() - begun
    assert not rest.done()
    assert not state_of(sandbox.pid).startswith("T")
    assert await rest is None
    assert answer.payload == b'"early"'
    assert answered < 0.3
    assert time.monotonic() - begun >= 0.4
    await until(lambda: state_of(sandbox.pid).startswith("T"))


async def test_an_extension_that_overruns_takes_the_sandbox_with_it(make: Make) -> None:
    """GIVEN post-response work beyond the timeout WHEN invoked THEN the answer is good, the sandbox gone."""
    sandbox = make(f"AFTER_S = 30{EXTENSION}", timeout_s=0.5)
    assert await sandbox.start() is None
    answer, rest = await sandbox.invoke(invocation())
    assert answer.error is None
    assert await rest == "timed out"
    assert state_of(sandbox.pid) == ""


async def test_an_overrun_is_answered_as_lambda_does(make: Make) -> None:
    """GIVEN a handler that sleeps WHEN its time is over THEN Sandbox.Timedout, the process gone."""
    sandbox = make("import time\ndef handler(event, context): time.sleep(30)", timeout_s=0.3)
    assert await sandbox.start() is None
    asked = invocation()
    answer, rest = await sandbox.invoke(asked)
    assert answer.error == "Unhandled"
    assert json.loads(answer.payload) == {
        "errorType": "Sandbox.Timedout",
        "errorMessage": f"{asked.request_id} Task timed out after 0.30 seconds",
    }
    assert await rest == "timed out"
    assert state_of(sandbox.pid) == ""


async def test_a_process_that_exits_is_a_runtime_exit_error(make: Make) -> None:
    """GIVEN a handler that ends its process WHEN invoked THEN Runtime.ExitError is answered at once."""
    sandbox = make("import os\ndef handler(event, context): os._exit(3)")
    assert await sandbox.start() is None
    answer, rest = await sandbox.invoke(invocation())
    assert json.loads(answer.payload)["errorType"] == "Runtime.ExitError"
    assert await rest == "died"


async def test_an_exception_is_an_answer_and_the_sandbox_lives_on(make: Make) -> None:
    """GIVEN a handler that raises WHEN invoked twice THEN both answers are its error, from one process."""
    sandbox = make("def handler(event, context): raise ValueError('no')")
    assert await sandbox.start() is None
    pid = sandbox.pid
    for _ in range(2):
        answer, rest = await sandbox.invoke(invocation())
        assert answer.error == "Unhandled"
        assert json.loads(answer.payload)["errorType"] == "ValueError"
        assert await rest is None
    assert sandbox.pid == pid


async def test_a_module_that_cannot_be_imported_fails_the_init_phase(make: Make) -> None:
    """GIVEN module code that raises WHEN the sandbox starts THEN the start says so, and nothing is left."""
    sandbox = make("raise RuntimeError('at import')")
    failed = await sandbox.start()
    assert failed is not None
    assert failed.error == "Unhandled"
    assert state_of(sandbox.pid) == ""


async def test_an_init_phase_without_end_is_cut_off(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """GIVEN module code that never ends WHEN the init phase's limit is over THEN the sandbox is killed."""
    monkeypatch.setattr(module, "INIT_LIMIT_S", 0.5)
    sandbox = make("import time\ntime.sleep(60)")
    failed = await sandbox.start()
    assert failed is not None
    assert b"Sandbox.Timedout" in failed.payload
    assert state_of(sandbox.pid) == ""


async def test_what_a_dying_process_printed_is_kept(make: Make, lines: list[str]) -> None:
    """GIVEN output just before the end WHEN the process dies THEN its last line is in the log."""
    sandbox = make("""
        import os
        def handler(event, context):
            os.write(1, b"last words\\n")
            os._exit(1)
    """)
    assert await sandbox.start() is None
    _, rest = await sandbox.invoke(invocation())
    await rest
    assert "last words" in lines


async def test_a_line_beyond_the_limit_does_not_stop_the_reading(
    make: Make, lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """GIVEN a huge line WHEN printed before a normal one THEN it is left out, the next is read."""
    monkeypatch.setattr(module, "LONGEST_LINE", 10_000)
    sandbox = make("""
        import os
        def handler(event, context):
            print("x" * 100_000, flush=True)
            print("after", flush=True)
    """)
    assert await sandbox.start() is None
    _, rest = await sandbox.invoke(invocation())
    await rest
    await until(lambda: "after" in lines)
    assert any("more than 10000 bytes" in line for line in lines)


async def test_node_answers_under_its_own_runtime_client(tmp_path: Path, lines: list[str]) -> None:
    """GIVEN a Node.js handler WHEN invoked THEN it answers with its context, and is frozen after."""
    code = "export const handler = async (event, context) => ({ event, id: context.awsRequestId });"
    sandbox = node_sandbox(tmp_path, code, lines.append)
    try:
        assert await sandbox.start() is None
        asked = invocation(b'{"a": 1}')
        answer, rest = await sandbox.invoke(asked)
        assert await rest is None
        assert json.loads(answer.payload) == {"event": {"a": 1}, "id": asked.request_id}
        await until(lambda: state_of(sandbox.pid).startswith("T"))
    finally:
        await sandbox.end()


async def test_node_rejections_are_answers(tmp_path: Path, lines: list[str]) -> None:
    """GIVEN a Node.js handler that rejects WHEN invoked THEN its error is the answer."""
    code = "export const handler = async () => { throw new TypeError('no'); };"
    sandbox = node_sandbox(tmp_path, code, lines.append)
    try:
        assert await sandbox.start() is None
        answer, rest = await sandbox.invoke(invocation())
        await rest
        assert answer.error == "Unhandled"
        assert json.loads(answer.payload)["errorType"] == "TypeError"
    finally:
        await sandbox.end()
