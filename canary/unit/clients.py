"""Clients of the AWS services that the act uses. Each client is created when it is first used."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from canary.unit.flags.session import FlagSession

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Clients:
    """Clients by service.

    Args:
        make: Creates a client from a service's boto3 name.
    """

    def __init__(self, make: Callable[[str], Any]) -> None:
        self._make = make
        self._flag_sessions: dict[tuple[str, ...], FlagSession] = {}

    def flag_session(self, where: Mapping[str, str]) -> FlagSession:
        """Return the session that reads a flag profile. Sessions are kept as long as this object lives."""
        key = tuple(where.values())
        if key not in self._flag_sessions:
            self._flag_sessions[key] = FlagSession(self.appconfigdata, where)
        return self._flag_sessions[key]

    @cached_property
    def appconfig(self) -> Any:
        """AppConfig, for deployments and hosted versions."""
        return self._make("appconfig")

    @cached_property
    def appconfigdata(self) -> Any:
        """AppConfig's data API, for the configuration that functions are served."""
        return self._make("appconfigdata")

    @cached_property
    def ssm(self) -> Any:
        """Systems Manager, for the latch."""
        return self._make("ssm")

    @cached_property
    def sns(self) -> Any:
        """SNS, for telling people."""
        return self._make("sns")

    @cached_property
    def lambda_(self) -> Any:
        """Lambda, for the alias."""
        return self._make("lambda")

    @cached_property
    def codedeploy(self) -> Any:
        """CodeDeploy, for releases."""
        return self._make("codedeploy")

    @cached_property
    def cloudwatch(self) -> Any:
        """CloudWatch, for alarm states and counts."""
        return self._make("cloudwatch")
