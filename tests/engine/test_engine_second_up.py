"""`pulumi up` once more, with a ramp live and with the kill switch on: nothing changes or is redeployed.

Without `ignore_changes` on the baselines each of these runs replaced four resources: both baselines and both
of their deployments.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from canary.unit.act.world import kill_environment, ramp_environment
from canary.unit.flags import documents
from localaws import local_cloud
from localaws.provider.cloud import Cloud
from localaws.provider.server import serve
from rehearsal import stack, toolchain
from rehearsal.engine import Engine
from rehearsal.evidence import EngineEvidence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from canary.cli.target import Target
    from canary.unit.flags.environment import FlagEnvironment

pytestmark = pytest.mark.slow

FACTOR = 600.0
"""Cloud seconds in a real one: a bake of 10 minutes takes one second."""
NO_DATABASE: Any = SimpleNamespace(
    user="huntaze", password="unused", host="127.0.0.1", port=5432, database="huntaze"
)
"""Nothing is read in this test."""


class Unit:
    """A stack that is up."""

    def __init__(self, engine: Engine, target: Target, make: Callable[[str], Any]) -> None:
        self.engine, self.target = engine, target
        settings, clients = target.settings(), stack.LocalClients(make)
        self.ramp = ramp_environment(settings, clients)
        self.kill = kill_environment(settings, clients)

    def deploy(self, environment: FlagEnvironment, document: dict[str, Any]) -> None:
        """What an operator or the guard deploys."""
        latest = environment.deployments()[0].number
        strategy = self.target.kill_strategy_id
        environment.deploy(environment.version_of(document, "test"), strategy, "a test", latest)

    def deployments(self) -> list[int]:
        """Of both environments, newest first."""
        return [one.number for environment in (self.ramp, self.kill) for one in environment.deployments()]


@pytest.fixture(scope="module")
def unit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Unit]:
    """GIVEN a stack just made."""
    work: Path = tmp_path_factory.mktemp("second-up")
    tools = toolchain.find()
    with (
        local_cloud.running(work / "cloud", FACTOR, tools.runtime_python, tools.node) as cloud,
        serve(cloud.endpoint, keys=cloud.keys) as provider,
    ):
        make = Cloud(cloud.endpoint, "us-east-1", keys=cloud.keys).client
        config = stack.database_settings(make("secretsmanager"), NO_DATABASE)
        engine = Engine(work / "engine", stack.NAME, provider.port, config)
        yield Unit(engine, stack.bring_up(engine, EngineEvidence()), make)


def test_a_live_ramp_outlives_an_update(unit: Unit) -> None:
    """WHEN a ramp is live and `pulumi up` runs THEN it changes nothing, and the ramp is served as before."""
    unit.deploy(unit.ramp, documents.ramp(unit.ramp.document("1"), percentage=5, shadow=10))
    before = unit.deployments()
    assert unit.engine.up().planned == []
    assert unit.deployments() == before
    assert documents.ramp_state(unit.ramp.served()) == documents.RampState(5, 10)


def test_a_standing_kill_switch_outlives_an_update(unit: Unit) -> None:
    """WHEN the kill switch is on and `pulumi up --refresh` runs THEN it changes nothing, and it stays on."""
    unit.deploy(unit.kill, documents.kill(unit.kill.document("1"), on=True))
    before = unit.deployments()
    assert unit.engine.up(refresh=True).planned == []
    assert unit.deployments() == before
    assert documents.is_killed(unit.kill.served())


def test_the_nightly_job_finds_nothing(unit: Unit) -> None:
    """WHEN the drift workflow's command runs on it THEN it exits with 0: it expects and finds no change."""
    assert unit.engine.preview(refresh=True, expect_no_changes=True).planned == []
