"""What RDS reaches into outside itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable


class Network(Protocol):
    """The account's network, as EC2 knows it."""

    def subnet(self, identifier: str) -> dict[str, Any] | None:
        """``VpcId`` and ``AvailabilityZone`` of a subnet."""

    def group_vpc(self, identifier: str) -> str | None:
        """VPC of a security group."""


class Secrets(Protocol):
    """Secrets that a service keeps for its customer."""

    def make(self, name: str, text: str) -> str:
        """Store one; returns its ARN."""

    def remove(self, arn: str) -> None:
        """Remove it at once, as the owning service does."""


@dataclass(frozen=True)
class Surroundings:
    """All of it.

    Attributes:
        network: Subnets and security groups.
        secrets: Where the master user's password goes.
        log: Appends a line to a stream of a log group, making both when they are missing.
    """

    network: Network
    secrets: Secrets
    log: Callable[[str, str, str], None]
