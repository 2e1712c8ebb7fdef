"""A stack with its own database on the local AWS, for tests of its whole life."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from localaws import local_cloud
from localaws.local_network import network_settings
from localaws.provider.cloud import Cloud
from localaws.provider.server import serve
from rehearsal.engine import Engine

if TYPE_CHECKING:
    from collections.abc import Iterator

FACTOR = 600.0
"""Cloud seconds per real second: what takes AWS minutes takes a tenth of a second."""
PYTHON = Path(
    os.environ.get("FUNCTIONS_PYTHON") or local_cloud.ROOT / ".venvs" / "runtime" / "bin" / "python"
)


@contextlib.contextmanager
def living(folder: Path, stack: str) -> Iterator[tuple[Engine, Cloud]]:
    """Yield the stack, in a new account that has a network, and the account."""
    node = local_cloud.ROOT / "build" / "bin" / "node"
    with (
        local_cloud.running(folder / "cloud", FACTOR, PYTHON, node) as cloud,
        serve(cloud.endpoint, keys=cloud.keys) as provider,
    ):
        account = Cloud(cloud.endpoint, "us-east-1", keys=cloud.keys)
        settings = network_settings(account.client("ec2"))
        yield Engine(folder / stack, stack, provider.port, settings), account
