"""Create and remove secrets in MiniStack, for services that manage a secret for their customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services import secretsmanager

if TYPE_CHECKING:
    from localaws.cloud.seams.seams import Seams


class OwnedSecrets:
    """Secrets that RDS owns.

    Args:
        seams: Runs calls to MiniStack in the only account and region of a rehearsal.
    """

    def __init__(self, seams: Seams) -> None:
        self._seams = seams

    def make(self, name: str, text: str) -> str:
        """Create a secret and return its ARN."""
        arn: str | None = self._seams.scoped(secretsmanager.create_secret_in_process, name, text)
        if arn is None:
            raise RuntimeError(f"A secret {name} exists, though its name is random")
        return arn

    def remove(self, arn: str) -> None:
        """Remove a secret at once, as the owning service does."""
        self._seams.scoped(secretsmanager.delete_secret_in_process, arn)
