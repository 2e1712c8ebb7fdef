"""What of a stack's configuration costs money or makes names, read from the project's own files."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from canary.cli import addresses
from canary.cli.errors import OpsError
from canary.cli.preflight.names import Named
from canary.cli.stack_file import content_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STORAGE_GB = 20
"""What the component allocates at first; it grows by itself."""


@dataclass(frozen=True)
class Database:
    """The stack's own database."""

    instance_class: str
    multi_az: bool
    storage_gb: float = STORAGE_GB


@dataclass(frozen=True)
class Configuration:
    """What a stack is made of, as far as it costs.

    Attributes:
        memory_mb: Of each function.
        poll_interval_s: How often a sandbox asks for each of the two flag documents at most.
        database: ``None`` where the stack points at an existing one.
    """

    region: str = "us-east-1"
    memory_mb: int = 1024
    poll_interval_s: float = 15.0
    database: Database | None = None


@dataclass(frozen=True)
class Placed:
    """A stack's names, and where they are taken."""

    names: Named
    region: str
    vpc: str


def read(project: Path, stack: str) -> Configuration:
    """The configuration of a stack: its own file over the project's defaults.

    Args:
        project: Folder of ``Pulumi.yaml``.
        stack: ``beta``, or ``organization/beta``.

    Raises:
        OpsError: A file is missing or is no YAML.
    """
    values = _values(project, stack)
    with _understood(project, stack):
        existing = bool(values.get("existingDatabaseHost"))
        database = Database(str(values["databaseInstanceClass"]), _yes(values["databaseMultiAz"]))
        return Configuration(
            region=str(values.get("aws:region", Configuration.region)),
            memory_mb=int(values["functionMemoryMb"]),
            poll_interval_s=float(values["pollIntervalS"]),
            database=None if existing else database,
        )


def names_of(project: Path, stack: str) -> Placed:
    """What of a stack's configuration makes its names.

    Raises:
        OpsError: A file is missing, is no YAML, or holds what makes no name.
    """
    values = _values(project, stack)
    with _understood(project, stack):
        names = Named(
            prefix=str(values["prefix"]),
            error_rate=float(values["errorRatePct"]),
            p95_investigate=float(values["p95InvestigatePct"]),
            shift=str(values["trafficShift"]),
            shift_percentage=int(values["shiftPercentage"]),
            shift_minutes=int(values["shiftIntervalMinutes"]),
            database=not values.get("existingDatabaseHost"),
        )
        region = addresses.region(str(values.get("aws:region", Configuration.region)), "aws:region")
        return Placed(names, region, str(values.get("vpcId") or ""))


@contextlib.contextmanager
def _understood(project: Path, stack: str) -> Iterator[None]:
    """Say of which stack's configuration a value is missing, or not of its kind."""
    try:
        yield
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
        raise OpsError(f"The configuration of {stack} in {project} cannot be used: {error!r}.") from error


def _values(project: Path, stack: str) -> dict[str, Any]:
    name = stack.rsplit("/", 1)[-1]
    content = _yaml(project / "Pulumi.yaml")
    own = _yaml(project / f"Pulumi.{name}.yaml")
    with _understood(project, stack):
        prefix = f"{content['name']}:"
        values: dict[str, Any] = {
            key.removeprefix(prefix): declared.get("default")
            for key, declared in content.get("config", {}).items()
            if isinstance(declared, dict)
        }
        return values | {key.removeprefix(prefix): value for key, value in own.get("config", {}).items()}


def _yes(value: object) -> bool:
    """`pulumi stack init` and `pulumi config set` write every value as a text: ``"false"``."""
    return str(value).lower() == "true"


def _yaml(path: Path) -> dict[str, Any]:
    try:
        return content_of(path)
    except OpsError as error:
        if path.is_file():
            raise
        raise OpsError(f"{error} Run it in the project's folder, or give --project.") from error
