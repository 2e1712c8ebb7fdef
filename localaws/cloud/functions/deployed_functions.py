"""What CodeDeploy does with functions, by way of the Lambda service and MiniStack's records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from localaws.cloud.seams.seams import Seams


class Functions(Protocol):
    """What a deployment does with functions."""

    def get_alias(self, function: str, alias: str) -> tuple[str, dict[str, float]] | None:
        """The alias's version and additional weights."""

    def set_alias(self, function: str, alias: str, version: str, weights: dict[str, float]) -> None:
        """Move an alias."""

    def has_version(self, function: str, version: str) -> bool:
        """Whether the function has the version; ``$LATEST`` asks for the function."""

    async def start(self, function: str, event: dict[str, Any]) -> None:
        """Invoke a function without waiting for it."""


class DeployedFunctions:
    """Aliases, versions and hooks.

    Args:
        seams: Where functions are kept.
        invoke: Invokes a function by name or ARN, asynchronously.
    """

    def __init__(self, seams: Seams, invoke: Callable[[str, dict[str, Any]], Awaitable[None]]) -> None:
        self._seams = seams
        self._invoke = invoke

    def get_alias(self, function: str, alias: str) -> tuple[str, dict[str, float]] | None:
        """The alias's version and additional weights."""
        found = self._seams.alias(function, alias)
        return None if found is None else (found.version, found.weights)

    def set_alias(self, function: str, alias: str, version: str, weights: dict[str, float]) -> None:
        """Move an alias."""
        self._seams.set_alias(function, alias, version, weights)

    def has_version(self, function: str, version: str) -> bool:
        """Whether the function has the version; ``$LATEST`` asks for the function."""
        record = self._seams.function(function.rpartition(":function:")[2].partition(":")[0])
        return record is not None and (version == "$LATEST" or version in record["versions"])

    async def start(self, function: str, event: dict[str, Any]) -> None:
        """Invoke a function without waiting for it."""
        await self._invoke(function, event)
