"""A first `up` in an account whose services do not know a new role at once, as AWS's do not."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws
import pytest

from components.flags.read_flags import ReadFlags, strategy
from components.role_propagation import ATTEMPTS, EVERY_S, awaiting_role
from localaws import local_cloud
from localaws.provider.server import serve
from rehearsal.engine import Engine, EngineError
from tests.program.recording import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localaws.local_cloud import LocalCloud

pytestmark = pytest.mark.slow
PYTHON = os.environ.get("FUNCTIONS_PYTHON") or local_cloud.ROOT / ".venvs" / "runtime" / "bin" / "python"
FACTOR = 2.5
"""A role is unknown for six real seconds: longer than a busy machine takes from a role to what needs it."""
ROLE = "huntaze-flag-monitor"


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[LocalCloud]:
    """An empty account."""
    node = local_cloud.ROOT / "build" / "bin" / "node"
    with local_cloud.running(tmp_path / "cloud", FACTOR, Path(PYTHON), node) as running:
        yield running


def flags() -> None:
    """Only what has nothing else between a role and the service that is to assume it."""
    none = pulumi.ResourceOptions()
    alarm = aws.cloudwatch.MetricAlarm(
        "alarm",
        name="alarm",
        comparison_operator="GreaterThanThreshold",
        evaluation_periods=1,
        threshold=1,
        namespace="N",
        metric_name="m",
        statistic="Sum",
        period=300,
    )
    ReadFlags(
        "flags",
        {
            "prefix": "huntaze",
            "application": aws.appconfig.Application("application", name="huntaze-read-migration"),
            "ramp_strategy": strategy("ramp", "huntaze", "ramp", 0, none),
            "kill_strategy": strategy("kill", "huntaze", "kill", 0, none),
            "alarms": [alarm],
            "protect": False,
        },
    )


def test_a_first_up_survives_a_role_that_is_not_known_yet(cloud: LocalCloud, tmp_path: Path) -> None:
    """GIVEN an AppConfig that refuses a new role for seconds WHEN `up` runs once THEN all is there."""
    with serve(cloud.endpoint, keys=cloud.keys) as provider:
        engine = Engine(tmp_path / "engine", "rehearsal", provider.port, program=flags)
        outcome = engine._run("up")
        assert not outcome.failed
        events = cloud.get("events?since=0")["events"]
        assert {one["name"] for one in events if one["kind"] == "role-unknown"} == {ROLE}


def test_an_up_that_stops_at_such_a_role_is_run_again(
    cloud: LocalCloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GIVEN a role that stays unknown for longer than it waits THEN it says so, and the next up goes on."""
    monkeypatch.setattr("components.role_propagation.ATTEMPTS", 1)
    with serve(cloud.endpoint, keys=cloud.keys) as provider:
        engine = Engine(tmp_path / "engine", "rehearsal", provider.port, program=flags)
        with pytest.raises(EngineError, match=f"Error trying to assume role .*{ROLE}"):
            engine._run("up")
        monkeypatch.setattr("components.role_propagation.ATTEMPTS", ATTEMPTS)
        assert not engine._run("up").failed


@pytest.mark.parametrize(
    ("errors", "again"),
    [
        (["BadRequestException: Error trying to assume role arn:aws:iam::1:role/r"], True),
        (["BadRequestException: the name is taken"], False),
        (["Error trying to assume role r"] * ATTEMPTS, False),
    ],
)
def test_only_a_refused_role_is_tried_again_and_not_for_ever(errors: list[str], *, again: bool) -> None:
    """Two seconds apart, two minutes at most; any other failure is shown at once."""
    slept: list[float] = []
    found: list[bool] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    def program() -> dict[str, Any]:
        (hook,) = awaiting_role("hook", sleep).on_error or []

        async def ask() -> None:
            failed = pulumi.ErrorHookArgs("urn", "id", "name", "type", None, None, None, "create", errors)
            found.append(await hook.callback(failed))  # type: ignore[misc]

        return {"asked": pulumi.Output.from_input(ask())}

    record(program)
    assert (found, slept) == ([again], [EVERY_S] if again else [])
