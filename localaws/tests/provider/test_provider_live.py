"""Each type's whole life against a running local cloud, asked as the engine asks."""

from __future__ import annotations

import os
import zipfile
from typing import TYPE_CHECKING, Any

import grpc
import pytest

from components.database.instance import METHOD, PARAMETERS
from localaws import local_cloud
from localaws.local_network import network_settings
from localaws.provider.server import serve
from localaws.provider.types import TYPES
from localaws.provider.wire import has_unknown, stripped
from localaws.tests.provider.engine import Engine, Made
from localaws.tests.provider.likeness import holds
from localaws.tests.provider.world import CASES, INSTANCE, ROLE, Case, World
from localaws.tests.provider.world import PARAMETERS as PARAMETER_GROUP

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow

PYTHON = os.environ.get("FUNCTIONS_PYTHON") or local_cloud.ROOT / ".venvs" / "runtime" / "bin" / "python"
REMAIN = {"Deployment", "TopicPolicy", "ProxyDefaultTargetGroup", "SecretVersion"}
"""AppConfig keeps its deployments; a policy ends with its topic, a target group with its proxy, a version
with its secret."""
every_type = pytest.mark.parametrize("case", CASES, ids=lambda case: case.token)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A connection to the provider before a running cloud."""
    node = local_cloud.ROOT / "build" / "bin" / "node"
    with (
        local_cloud.running(tmp_path_factory.mktemp("cloud"), 600.0, PYTHON, node) as cloud,  # type: ignore[arg-type]
        serve(cloud.endpoint, keys=cloud.keys) as provider,
        grpc.insecure_channel(f"127.0.0.1:{provider.port}") as channel,
    ):
        yield Engine(channel, cloud)


def build(engine: Engine, prefix: str, folder: Path) -> World:
    """Make one of each."""
    code = folder / f"{prefix}.zip"
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("f.py", "def handler(event, context): return 1")
    settings = network_settings(engine.client("ec2"))
    world = World(prefix, code, str(settings["vpcId"]), list(settings["subnetIds"]))
    for case in CASES:
        inputs = engine.check(case.token, case.name(world), case.inputs(world))
        identifier, state = engine.create(case.token, case.name(world), inputs)
        world.made[case.token] = Made(identifier, inputs, state)
    return world


@pytest.fixture(scope="module")
def world(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> World:
    """One of each type."""
    return build(engine, "world", tmp_path_factory.mktemp("code"))


def test_no_live_type_is_left_out() -> None:
    """GIVEN the tables WHEN compared with this test's cases THEN every type with calls behind it has one."""
    assert {kind.token for kind in TYPES.values() if kind.lifecycle} == {case.token for case in CASES}


STAMPED = {"aws:appconfig/hostedConfigurationVersion:HostedConfigurationVersion": {"content"}}
"""What a service changes as it stores it: a program that does not ignore it replaces it with every update."""


@every_type
def test_what_was_made_is_read_back_without_drift(engine: Engine, world: World, case: Case) -> None:
    """GIVEN a resource just made WHEN refreshed THEN inputs are as they were, and up is quiet."""
    made = world.made[case.token]
    identifier, properties, inputs = engine.read(case.token, case.name(world), made)
    assert identifier == made.identifier
    stamped = STAMPED.get(case.token, set())
    read, given = (
        {k: v for k, v in stripped(one).items() if k not in stamped} for one in (inputs, made.inputs)
    )
    assert holds(read, given)
    assert holds(given, read)
    assert {key: properties.get(key) for key in made.inputs} == {
        key: made.state.get(key) for key in made.inputs
    }
    again = engine.check(case.token, case.name(world), case.inputs(world), made.inputs)
    for known in (made, Made(identifier, inputs, properties)):
        assert engine.diff(case.token, case.name(world), known, again) == (stamped, stamped)


@every_type
def test_a_preview_knows_no_computed_output_that_up_would_change(
    engine: Engine, world: World, case: Case
) -> None:
    """GIVEN the inputs of a resource WHEN its making is previewed THEN what is known is what it became."""
    made = world.made[case.token]
    identifier, planned = engine.create(case.token, case.name(world), made.inputs, preview=True)
    assert identifier == ""
    stamped = STAMPED.get(case.token, set())
    known = {key: value for key, value in planned.items() if key not in stamped and not has_unknown(value)}
    assert holds(made.state, known)


@pytest.mark.parametrize("case", [case for case in CASES if case.change], ids=lambda case: case.token)
def test_a_change_in_place_shows_in_a_read(engine: Engine, world: World, case: Case) -> None:
    """GIVEN a changed input WHEN updated THEN nothing is replaced, and a read shows it."""
    made = world.made[case.token]
    wanted = {**case.inputs(world), **case.change}
    inputs = engine.check(case.token, case.name(world), wanted, made.inputs)
    assert engine.diff(case.token, case.name(world), made, inputs) == (set(case.change), set())
    made.state = engine.update(case.token, case.name(world), made, inputs)
    made.inputs = inputs
    _, properties, refreshed = engine.read(case.token, case.name(world), made)
    assert holds(properties, case.change)
    assert holds(stripped(refreshed), stripped(inputs))


def test_what_is_deleted_is_gone_and_may_be_deleted_again(engine: Engine, tmp_path: Path) -> None:
    """GIVEN one of each WHEN deleted in reverse, twice THEN neither refuses, and a read finds nothing."""
    world = build(engine, "gone", tmp_path)
    for case in reversed(CASES):
        made = world.made[case.token]
        engine.delete(case.token, case.name(world), made)
        if case.short not in REMAIN:
            assert engine.read(case.token, case.name(world), made)[0] == "", case.token
        engine.delete(case.token, case.name(world), made)


def test_a_type_that_is_not_known_is_refused_with_the_closest(engine: Engine) -> None:
    """GIVEN a type of the SDK that no table has WHEN checked THEN it is refused, and a neighbour named."""
    with pytest.raises(
        AssertionError, match="does not know this resource type; the closest it knows is aws:sns"
    ):
        engine.check("aws:sns/topics:Topics", "x", {"name": "x"})


def test_what_the_service_refuses_names_resource_call_and_reason(engine: Engine, world: World) -> None:
    """GIVEN a name that is taken WHEN created THEN the engine is told type, name, call, code and message."""
    with pytest.raises(grpc.RpcError) as refused:
        engine.create(ROLE, "second", world.made[ROLE].inputs)
    assert "aws:iam/role:Role second: CreateRole was refused: EntityAlreadyExists" in str(
        refused.value.details()
    )


def parameter_group(engine: Engine, name: str, major: int, method: str) -> tuple[Made, dict[str, Any]]:
    """The program's parameter group in another family, and its inputs once more."""
    parameters = [{"name": key, "value": value, "applyMethod": method} for key, value in PARAMETERS.items()]
    given = {"name": name, "family": f"postgres{major}", "parameters": parameters}
    inputs = engine.check(PARAMETER_GROUP, name, given)
    identifier, state = engine.create(PARAMETER_GROUP, name, inputs)
    return Made(identifier, inputs, state), engine.check(PARAMETER_GROUP, name, given, inputs)


@pytest.mark.parametrize("major", range(11, 19))
def test_the_programs_parameters_are_no_difference_in_any_family(engine: Engine, major: int) -> None:
    """GIVEN the program's parameter group WHEN made and refreshed THEN the next update changes nothing."""
    name = f"parameters-{major}"
    made, again = parameter_group(engine, name, major, METHOD)
    _, made.state, made.inputs = engine.read(PARAMETER_GROUP, name, made)
    assert engine.diff(PARAMETER_GROUP, name, made, again) == (set(), set())


def test_applied_at_once_they_would_differ_for_ever_or_be_refused(engine: Engine) -> None:
    """Which is what the test above would see."""
    made, again = parameter_group(engine, "at-once", 17, "immediate")
    _, made.state, made.inputs = engine.read(PARAMETER_GROUP, "at-once", made)
    assert engine.diff(PARAMETER_GROUP, "at-once", made, again) == ({"parameters"}, set())
    with pytest.raises(grpc.RpcError) as refused:
        parameter_group(engine, "at-once-13", 13, "immediate")
    assert "cannot use immediate apply method for static parameter" in str(refused.value.details())


def test_a_change_that_waits_for_the_maintenance_window_stays_a_difference(
    engine: Engine, world: World
) -> None:
    """GIVEN another class for the database WHEN updated without applyImmediately THEN it differs still."""
    made, name = world.made[INSTANCE], "world-Instance"
    wanted = engine.check(INSTANCE, name, {**stripped(made.inputs), "instanceClass": "db.r7g.large"})
    waiting = Made(made.identifier, wanted, engine.update(INSTANCE, name, made, wanted))
    assert waiting.state["instanceClass"] == made.inputs["instanceClass"]
    assert engine.diff(INSTANCE, name, waiting, wanted) == ({"instanceClass"}, set())
