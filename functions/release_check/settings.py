"""What the check is told by its stack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PRISMA = "PRISMA_FUNCTION_ARN"


class SettingsError(RuntimeError):
    """The environment is not what the stack sets; names the variable that is missing."""


@dataclass(frozen=True)
class Settings:
    """Names of what is checked.

    Attributes:
        prisma: ARN of the alias that the canary path reads from.
    """

    prisma: str


def read(environment: Mapping[str, str]) -> Settings:
    """Read the settings from a Lambda environment.

    Raises:
        SettingsError: A variable is missing or empty.
    """
    if not environment.get(PRISMA):
        raise SettingsError(f"{PRISMA}: missing. The stack sets it; `pulumi up` does it again.")
    return Settings(environment[PRISMA])
