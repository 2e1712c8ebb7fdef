"""What the check is told by its stack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PRISMA, CREATOR = "PRISMA_FUNCTION_ARN", "CHECKED_CREATOR"


class SettingsError(RuntimeError):
    """The environment is not what the stack sets; names every variable that is missing."""


@dataclass(frozen=True)
class Settings:
    """Names of what is checked.

    Attributes:
        prisma: ARN of the alias that the canary path reads from.
        creator: Id of a creator that both sides know.
    """

    prisma: str
    creator: str


def read(environment: Mapping[str, str]) -> Settings:
    """Read the settings from a Lambda environment.

    Raises:
        SettingsError: A variable is missing or empty.
    """
    if missing := [name for name in (PRISMA, CREATOR) if not environment.get(name)]:
        raise SettingsError(f"{', '.join(missing)}: missing. The stack sets them; `pulumi up` does it again.")
    return Settings(environment[PRISMA], environment[CREATOR])
