"""The service clients that resource types make their calls with."""

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
"""Account of previews; AWS's documentation uses it for examples."""
PARTITION: Final = "aws"
MISSING: Final = ("NotFound", "NoSuchEntity", "DoesNotExist", "NonExistent")
"""Parts of the error codes with which services say that something is not there."""

ROLE_KNOWN_WITHIN_S: Final = 120.0
"""What the real provider gives IAM's consistency: tfresource's propagation timeout, two minutes."""


class CancelledError(ProviderError):
    """The engine asked to stop."""


@dataclass(frozen=True)
class Waits:
    """How waiting is done; tests put a clock of their own here.

    Attributes:
        cancelled: Set when the engine asks to stop; ends every wait.
        now: A monotonic clock in seconds.
        sleep: Waits for some seconds; by default until cancelled at most.
    """

    cancelled: threading.Event = field(default_factory=threading.Event)
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], object] | None = None

    def pause(self, seconds: float) -> None:
        """Wait."""
        (self.sleep or self.cancelled.wait)(seconds)


class Cloud:
    """Clients of one region of one endpoint, made when first used; safe to use from several threads.

    Args:
        endpoint_url: Where every service listens; None: previews only, and no connection is ever opened.
        region: Region of the clients.
        root: The program's folder, which relative paths of archives start from; the current one by default.
        waits: How waiting is done.
        keys: What the endpoint answers to; some that none knows by default.
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
        """Whether there is anything to call."""
        return self.endpoint_url is not None

    @functools.cached_property
    def account(self) -> str:
        """Number of the account; of an example when only previewing."""
        return str(self.client("sts").get_caller_identity()["Account"]) if self.live else PREVIEW_ACCOUNT

    def client(self, service: str) -> Any:
        """The boto3 client of `service`.

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
        # Nothing of the user's own AWS configuration may reach a local endpoint, or be reached through it.
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
        """ARN of a resource in this region and account."""
        return f"arn:{PARTITION}:{service}:{self.region}:{self.account}:{resource}"

    def await_true(self, check: Callable[[], bool], what: str, within_s: float, every_s: float = 0.1) -> None:
        """Ask `check` until it says yes.

        Raises:
            ProviderError: Not within the time; says what was waited for.
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
        """Make a call again while a service says that it cannot assume a role; the real provider does too.

        Args:
            refusal: Part of what the service says then.
            call: Made at least once.

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
    """Whether `error` says that the thing asked for is not there."""
    return any(part in code_of(error) for part in MISSING)


def code_of(error: ClientError) -> str:
    """The service's error code."""
    return str(error.response.get("Error", {}).get("Code", ""))


def answer(call: Callable[..., Any], **arguments: Any) -> Any:
    """What `call` returns, or None when the service says that there is no such thing."""
    try:
        return call(**arguments)
    except ClientError as error:
        if is_missing(error):
            return None
        raise
