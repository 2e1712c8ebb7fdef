"""The AWS clients through which resource types make their calls."""

from __future__ import annotations

import functools
import os
import threading
import time
from collections.abc import Callable  # noqa: TC003 - dataclass fields
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

from localaws.keys import Keys
from localaws.provider.model import ProviderError

PREVIEW_ACCOUNT: Final = "123456789012"
"""Account id used in previews; the one AWS's documentation uses in examples."""
PARTITION: Final = "aws"
MISSING: Final = ("NotFound", "NoSuchEntity", "DoesNotExist", "NonExistent")
"""Fragments of the error codes with which services report that something does not exist."""

ROLE_KNOWN_WITHIN_S: Final = 120.0
"""Seconds to wait for IAM to become consistent.

Two minutes, the propagation timeout of the real provider (its package ``tfresource``).
"""


class CancelledError(ProviderError):
    """The engine asked the provider to stop."""


@dataclass(frozen=True)
class Waits:
    """How to wait; tests supply their own clock.

    Attributes:
        cancelled: Set when the engine asks to stop; ends every wait.
        now: Returns the time of a monotonic clock in seconds.
        sleep: Waits for the given number of seconds. By default it returns early once `cancelled` is set.
    """

    cancelled: threading.Event = field(default_factory=threading.Event)
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], object] | None = None

    def pause(self, seconds: float) -> None:
        """Wait for that many seconds."""
        (self.sleep or self.cancelled.wait)(seconds)


class Cloud:
    """Clients for one region of one endpoint. Each is created on first use; safe to use from several threads.

    Args:
        endpoint_url: URL at which every service listens. With None only previews work, and no connection is
            ever opened.
        region: Region of the clients.
        root: The program's folder, against which relative archive paths are resolved. Defaults to the working
            directory.
        waits: How to wait. Defaults to the real clock.
        keys: Credentials that the endpoint accepts. Defaults to random ones, which no endpoint knows.
    """

    def __init__(
        self,
        endpoint_url: str | None,
        region: str,
        root: Path | None = None,
        waits: Waits | None = None,
        keys: Keys | None = None,
    ) -> None:
        self.endpoint_url, self.region, self.root = endpoint_url, region, root or Path.cwd()
        self._waits = waits or Waits()
        self._keys = keys or Keys.random()
        self._lock = threading.Lock()
        self._clients: dict[str, Any] = {}

    @property
    def live(self) -> bool:
        """Whether there is an endpoint to call."""
        return self.endpoint_url is not None

    @functools.cached_property
    def account(self) -> str:
        """Account id of the endpoint, or `PREVIEW_ACCOUNT` without an endpoint."""
        return str(self.client("sts").get_caller_identity()["Account"]) if self.live else PREVIEW_ACCOUNT

    def client(self, service: str) -> Any:
        """Return the boto3 client of `service`.

        Raises:
            ProviderError: There is no endpoint.
        """
        if self.endpoint_url is None:
            raise ProviderError("Without an endpoint this provider only previews")
        with self._lock:
            if service not in self._clients:
                self._clients[service] = self._make(service)
            return self._clients[service]

    def _make(self, service: str) -> Any:
        # Ignore the user's own AWS configuration: a local endpoint must not see it, and no call may use it.
        nothing = (None, None, os.devnull, None)
        session = botocore.session.Session(
            {"profile": (None, None, None, None), "config_file": nothing, "credentials_file": nothing}
        )
        return session.create_client(
            service,
            region_name=self.region,
            endpoint_url=self.endpoint_url,
            aws_access_key_id=self._keys.access_key_id,
            aws_secret_access_key=self._keys.secret_access_key,
            config=Config(proxies={}, connect_timeout=5, read_timeout=60, retries={"mode": "standard"}),
        )

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of a resource in this region and account."""
        return f"arn:{PARTITION}:{service}:{self.region}:{self.account}:{resource}"

    def await_true(self, check: Callable[[], bool], what: str, within_s: float, every_s: float = 0.1) -> None:
        """Poll `check` until it returns true.

        Args:
            check: The condition to wait for.
            what: What is being waited for, for the error message.
            within_s: Timeout in seconds.
            every_s: Seconds between two checks.

        Raises:
            ProviderError: `check` did not return true in time. The message says what was waited for.
            CancelledError: The engine asked to stop.
        """
        deadline = self._waits.now() + within_s
        while not check():
            if self._waits.now() >= deadline:
                raise ProviderError(f"Waited {within_s:g} s for {what}")
            self._waits.pause(every_s)
            if self._waits.cancelled.is_set():
                raise CancelledError(f"Stopped waiting for {what}")

    def once_role_is_known(self, refusal: str, call: Callable[[], Any]) -> Any:
        """Retry a call while a service says that it cannot assume a role, as the real provider does.

        Args:
            refusal: Part of the error message with which the service refuses.
            call: The call to make; it is made at least once.

        Raises:
            CancelledError: The engine asked to stop.
        """
        deadline = self._waits.now() + ROLE_KNOWN_WITHIN_S
        while True:
            try:
                return call()
            except ClientError as error:
                if refusal not in str(error) or self._waits.now() >= deadline:
                    raise
            self._waits.pause(0.1)
            if self._waits.cancelled.is_set():
                raise CancelledError("Stopped waiting for a role")


def is_missing(error: ClientError) -> bool:
    """Whether `error` reports that the requested resource does not exist."""
    return any(part in code_of(error) for part in MISSING)


def code_of(error: ClientError) -> str:
    """Return the service's error code, or an empty string if there is none."""
    return str(error.response.get("Error", {}).get("Code", ""))


def answer(call: Callable[..., Any], **arguments: Any) -> Any:
    """Return what `call` returns, or None if the service reports that the resource does not exist."""
    try:
        return call(**arguments)
    except ClientError as error:
        if is_missing(error):
            return None
        raise
