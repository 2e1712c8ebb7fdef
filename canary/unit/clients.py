"""The AWS services that the act speaks to, each client made when first used."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from canary.unit.flags.session import FlagSession

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Clients:
    """Clients by service.

    Args:
        make: Makes a client from a service's boto3 name.
    """

    def __init__(self, make: Callable[[str], Any]) -> None:
        self._make = make
        self._flag_sessions: dict[tuple[str, ...], FlagSession] = {}

    def flag_session(self, where: Mapping[str, str]) -> FlagSession:
        """The session that reads a flag profile; kept for as long as the sandbox lives."""
        key = tuple(where.values())
        if key not in self._flag_sessions:
            self._flag_sessions[key] = FlagSession(self.appconfigdata, where)
        return self._flag_sessions[key]

    @cached_property
    def appconfig(self) -> Any:
        """Deployments and hosted versions."""
        return self._make("appconfig")

    @cached_property
    def appconfigdata(self) -> Any:
        """Configuration as functions are served it."""
        return self._make("appconfigdata")

    @cached_property
    def ssm(self) -> Any:
        """The latch."""
        return self._make("ssm")

    @cached_property
    def sns(self) -> Any:
        """People."""
        return self._make("sns")

    @cached_property
    def lambda_(self) -> Any:
        """The alias."""
        return self._make("lambda")

    @cached_property
    def codedeploy(self) -> Any:
        """Releases."""
        return self._make("codedeploy")

    @cached_property
    def cloudwatch(self) -> Any:
        """Alarm states and counts."""
        return self._make("cloudwatch")
