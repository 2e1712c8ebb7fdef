"""AWS clients of the CLI: the guard's, and those that only an operator needs."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from canary.cli.answered import ANSWERED
from canary.unit import clients

if TYPE_CHECKING:
    from collections.abc import Callable

CONFIG = Config(connect_timeout=5, read_timeout=30, retries={"mode": "standard", "total_max_attempts": 5})
SOON = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})
"""The guard's own time-outs, for what a rollback asks before and beside the kill switch: one that does not
answer must not hold it up for minutes."""
ONCE = Config(connect_timeout=5, read_timeout=310, tcp_keepalive=True, retries={"total_max_attempts": 1})
"""For work that takes minutes and must not be begun twice: longer than the migrations' function may run."""
BESIDE = frozenset({"ssm", "sns", "sts"})


class Clients(clients.Clients):
    """Clients by service, made when first used with the credentials of the environment.

    Args:
        endpoint_url: Where all services are, for a local AWS; ``None`` leaves it to the SDK, which also
            reads ``AWS_ENDPOINT_URL``.
        region: The unit's region.
    """

    def __init__(self, endpoint_url: str | None, region: str) -> None:
        session = boto3.session.Session(region_name=region)
        ANSWERED.watch(session.events)
        make: Any = session.client

        def client(service: str) -> Any:
            return make(service, endpoint_url=endpoint_url, config=SOON if service in BESIDE else CONFIG)

        super().__init__(client)
        self._patient: Callable[[str], Any] = lambda service: make(
            service, endpoint_url=endpoint_url, config=ONCE
        )

    @cached_property
    def patient_lambda(self) -> Any:
        """Lambda, for an invocation that takes minutes."""
        return self._patient("lambda")

    @cached_property
    def logs(self) -> Any:
        """Log lines of the functions."""
        return self._make("logs")

    @cached_property
    def xray(self) -> Any:
        """Traces."""
        return self._make("xray")

    @cached_property
    def sts(self) -> Any:
        """Who is asking."""
        return self._make("sts")

    @cached_property
    def apigateway(self) -> Any:
        """Where users read."""
        return self._make("apigatewayv2")

    @cached_property
    def rds(self) -> Any:
        """Databases."""
        return self._make("rds")

    @cached_property
    def ec2(self) -> Any:
        """Security groups."""
        return self._make("ec2")

    @cached_property
    def scheduler(self) -> Any:
        """The guard's clock."""
        return self._make("scheduler")

    @cached_property
    def iam(self) -> Any:
        """What the guard may do."""
        return self._make("iam")
