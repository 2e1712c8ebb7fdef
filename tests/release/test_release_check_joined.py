"""The check before a release and the entry function, both as they run: one asks, the other answers."""

from __future__ import annotations

import contextlib
import io
import json
import sys
from typing import TYPE_CHECKING, Any

import pytest
from release_check.check import Check
from release_check.settings import Settings

from tests.mock_read.lambda_host import Sandbox, Services, get
from tests.mock_read.parts import ALL_OFF, KILL_ON, SHADOW, prisma, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="awslambdaric has no wheel for this platform")
PRISMA = "arn:prisma:live"


def healthy(_: str, query: dict[str, Any]) -> Any:
    """Prisma's side."""
    return prisma(query)


class Invoking:
    """Lambda's invoke: the version is a sandbox under AWS's runtime client, the Prisma alias is healthy."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803 - AWS's names
        """One synchronous invocation."""
        event = json.loads(Payload)
        if FunctionName == PRISMA:
            return _told(prisma(event))
        done = self._sandbox.invoke(event, qualifier=FunctionName.rpartition(":")[2])
        assert done.rest.wait(20)
        return _told(done.answer)


def _told(answer: Any) -> dict[str, Any]:
    return {"StatusCode": 200, "Payload": io.BytesIO(json.dumps(answer).encode())}


@contextlib.contextmanager
def version(
    side: Callable[[str, dict[str, Any]], Any], flags: Any = None, claim: str = "sub", **told: str
) -> Iterator[tuple[Sandbox, Check]]:
    """A new version whose Prisma answers by a function, the kill switch on; and the check of it."""
    sandbox = Sandbox(Services(flags or ALL_OFF, side, kill=KILL_ON), USER_CLAIM=claim, **told)
    try:
        yield sandbox, Check(Invoking(sandbox), Settings(PRISMA, claim), lambda *_, **__: None)
    finally:
        sandbox.end()


def test_a_sound_version_passes_and_its_checks_count_nowhere() -> None:
    """GIVEN flags that send nobody to Prisma WHEN checked THEN Prisma was read, and no count has moved."""
    with version(healthy, SHADOW, "email", USER_NAMED_BY="authorizer") as (sandbox, check):
        assert check.faults("huntaze-mock-read", "2") == []
        assert len(sandbox.services.invoked) == 1
        until(lambda: len(sandbox.messages("RELEASE-CHECK")) == 2)
        assert [line["served"] for line in sandbox.messages("RELEASE-CHECK")] == ["mock", "prisma"]
        counted = ("Requests", "Errors", "ColdStart", "ShadowSent", "BreakerOpen")
        assert [sandbox.metric(name) for name in counted] == [0] * 5
        assert not sandbox.messages("SUCCESS", "ERROR")


def test_a_version_whose_canary_path_falls_back_is_refused() -> None:
    """GIVEN a version that cannot read Prisma, though Prisma is well WHEN checked THEN it must not serve.

    Its users would get the mock's answer and a 200: the status alone would pass it.
    """
    with version(lambda *_: {"status": "no"}) as (_, check):
        (fault,) = check.faults("huntaze-mock-read", "2")
    assert fault.startswith("the canary path: took another path")
    assert "malformed" in fault


def test_a_user_of_that_version_takes_the_path_of_the_flags() -> None:
    """GIVEN the check's own event WHEN it comes through the alias THEN it is a request like any other."""
    with version(healthy) as (sandbox, _):
        done = sandbox.invoke({**get(), "releaseCheck": {"path": "prisma"}})
        assert "releaseCheck" not in done.answer
        until(lambda: sandbox.metric("Requests") == 1)
        assert not sandbox.services.invoked
