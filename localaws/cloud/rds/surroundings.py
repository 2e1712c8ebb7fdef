"""The parts of the cloud outside RDS that RDS uses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable


class Network(Protocol):
    """The account's network in EC2."""

    def subnet(self, identifier: str) -> dict[str, Any] | None:
        """Return a subnet with its ``VpcId`` and ``AvailabilityZone``; ``None`` if it does not exist."""

    def group_vpc(self, identifier: str) -> str | None:
        """Return the VPC of a security group; ``None`` if the group does not exist."""


class Secrets(Protocol):
    """Secrets that a service manages for its customer."""

    def make(self, name: str, text: str) -> str:
        """Create a secret and return its ARN."""

    def remove(self, arn: str) -> None:
        """Remove a secret at once, as the owning service does."""


@dataclass(frozen=True)
class Surroundings:
    """Everything outside RDS that RDS uses.

    Attributes:
        network: Subnets and security groups.
        secrets: Secrets, which hold the passwords of master users.
        log: Appends a line to a log group, given the group, the stream and the line. Creates the group and
            the stream if they are missing.
    """

    network: Network
    secrets: Secrets
    log: Callable[[str, str, str], None]
