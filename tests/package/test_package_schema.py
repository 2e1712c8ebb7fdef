"""What the package offers to other languages is written down, and is what the components take."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import grpc
import pytest
import yaml
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from components.unit_args import CanaryMigrationArgs
from package import schema

if TYPE_CHECKING:
    from collections.abc import Iterator

WRITTEN = json.loads(schema.FILE.read_text())


@pytest.fixture(scope="module")
def plugin() -> Iterator[int]:
    """The port of the plugin, started as the engine's language host starts it."""
    command = [sys.executable, str(schema.FILE.parent), "127.0.0.1:1"]
    # In a folder of the system's: nothing may depend on where it is started.
    with subprocess.Popen(command, cwd="/", stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def test_the_schema_is_that_of_todays_components() -> None:
    """Who changes an argument writes it anew: python -m package.schema."""
    assert schema.FILE.read_text() == schema.text()


def test_every_argument_of_the_unit_is_offered_and_explained() -> None:
    """By its name in other languages, with the text that it has here; what has a default may be left out."""
    offered = WRITTEN["resources"]["canary:index:CanaryMigration"]
    names = {
        re.sub("_([a-z])", lambda found: found[1].upper(), name)
        for name in CanaryMigrationArgs.__annotations__
    }
    assert offered["inputProperties"].keys() == names
    assert all(one["description"] for one in offered["inputProperties"].values())
    assert set(offered["requiredInputs"]) == {"prefix", "region", "account", "database"}


def test_the_package_is_a_python_plugin_of_the_projects_version() -> None:
    """So that an upgrade of the project is one of the package."""
    plugin = yaml.safe_load((schema.FILE.parent / "PulumiPlugin.yaml").read_text())
    assert plugin["runtime"]["name"] == "python"
    assert WRITTEN["name"] == "canary"
    assert WRITTEN["version"] == schema.VERSION


@pytest.mark.slow
def test_the_plugin_serves_that_schema_wherever_it_is_started(plugin: int) -> None:
    """Asked as `pulumi package add` asks."""
    with grpc.insecure_channel(f"127.0.0.1:{plugin}") as channel:
        stub = provider_pb2_grpc.ResourceProviderStub(channel)
        answer = stub.GetSchema(provider_pb2.GetSchemaRequest(version=0), timeout=20)
    assert json.loads(answer.schema) == WRITTEN
