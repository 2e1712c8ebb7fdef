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
        user_claim: Claim that names a user to the entry function.
    """

    prisma: str
    user_claim: str = "sub"


def read(environment: Mapping[str, str]) -> Settings:
    """Read the settings from a Lambda environment.

    Raises:
        SettingsError: A variable is missing or empty.
    """
    if not environment.get(PRISMA):
        raise SettingsError(f"{PRISMA}: missing. The stack sets it; `pulumi up` does it again.")
    return Settings(environment[PRISMA], environment.get("USER_CLAIM", "sub"))
