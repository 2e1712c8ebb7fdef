"""Fixtures: the plain CLI in a copy of this checkout, with the local AWS in place of AWS."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from localaws import local_cloud
from rehearsal import toolchain
from rehearsal.plain_cli import plain_cli

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localaws.local_cloud import LocalCloud
    from rehearsal.plain_cli import PlainCli

FACTOR = 40.0
"""Cloud seconds per real second: a bake of 10 minutes takes 15 seconds, the guard runs every 1.5."""


@pytest.fixture(scope="session")
def cloud() -> Iterator[LocalCloud]:
    """An empty local AWS."""
    tools = toolchain.find()
    with (
        tempfile.TemporaryDirectory(prefix="plain-cloud-") as work,
        local_cloud.running(Path(work), FACTOR, tools.runtime_python, tools.node) as up,
    ):
        yield up


@pytest.fixture(scope="module")
def cli(cloud: LocalCloud) -> Iterator[PlainCli]:
    """`pulumi`, as in a checkout that has been set up."""
    with tempfile.TemporaryDirectory(prefix="plain-cli-") as work, plain_cli(Path(work), cloud) as plain:
        yield plain
