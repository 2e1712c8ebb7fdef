"""Settings of the release check, read from its environment variables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PRISMA = "PRISMA_FUNCTION_ARN"


class SettingsError(RuntimeError):
    """An environment variable is missing or empty; the message names it."""


@dataclass(frozen=True)
class Settings:
    """Settings that the stack passes to the release check.

    Attributes:
        prisma: ARN of the alias that the canary path reads from.
        user_claim: The claim that names a user to the entry function, default ``sub``.
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
