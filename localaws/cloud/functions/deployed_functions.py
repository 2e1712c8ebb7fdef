"""CodeDeploy's access to functions, through the Lambda service and MiniStack's records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from localaws.cloud.seams.seams import Seams


class Functions(Protocol):
    """The operations on functions that a deployment needs."""

    def get_alias(self, function: str, alias: str) -> tuple[str, dict[str, float]] | None:
        """Return the alias's version and additional weights; ``None`` if there is no such alias."""

    def set_alias(self, function: str, alias: str, version: str, weights: dict[str, float]) -> None:
        """Point an alias to a version, with additional weights of other versions."""

    def has_version(self, function: str, version: str) -> bool:
        """Return whether the function has the version; ``$LATEST`` asks whether the function exists."""

    async def start(self, function: str, event: dict[str, Any]) -> None:
        """Invoke a function without waiting for it."""


class DeployedFunctions:
    """Implements `Functions` for the local cloud.

    Args:
        seams: MiniStack, which keeps the functions.
        invoke: Invokes a function by name or ARN, asynchronously.
    """

    def __init__(self, seams: Seams, invoke: Callable[[str, dict[str, Any]], Awaitable[None]]) -> None:
        self._seams = seams
        self._invoke = invoke

    def get_alias(self, function: str, alias: str) -> tuple[str, dict[str, float]] | None:
        """Return the alias's version and additional weights; ``None`` if there is no such alias."""
        found = self._seams.alias(function, alias)
        return None if found is None else (found.version, found.weights)

    def set_alias(self, function: str, alias: str, version: str, weights: dict[str, float]) -> None:
        """Point an alias to a version, with additional weights of other versions."""
        self._seams.set_alias(function, alias, version, weights)

    def has_version(self, function: str, version: str) -> bool:
        """Return whether the function has the version; ``$LATEST`` asks whether the function exists."""
        record = self._seams.function(function.rpartition(":function:")[2].partition(":")[0])
        return record is not None and (version == "$LATEST" or version in record["versions"])

    async def start(self, function: str, event: dict[str, Any]) -> None:
        """Invoke a function without waiting for it."""
        await self._invoke(function, event)
