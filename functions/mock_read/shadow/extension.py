"""Client of Lambda's Extensions API, for an internal extension.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html
"""

from __future__ import annotations

import http.client
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

API = "/2020-01-01/extension"
NAME = "after-the-response"
ATTEMPTS, PAUSE_S = 5, 0.05
"""Tries of `next` and the seconds between them. Every later invocation hangs until `next` is asked for, so
one refused connection must not be the end."""


@dataclass(frozen=True)
class Event:
    """An invocation that has begun.

    Attributes:
        request_id: Lambda's request id.
        timeout_at: Wall clock at which the function times out, in seconds.
    """

    request_id: str
    timeout_at: float


class ExtensionError(Exception):
    """The Extensions API does not answer as it should; this execution environment is of no more use."""


class Extension:
    """An extension registered for INVOKE, which keeps Lambda from freezing the environment until `next`.

    Args:
        api: Host and port of the Lambda APIs.
        identifier: Identifier that the registration returned.
        sleep: Pauses for so many seconds, between two tries.
    """

    def __init__(self, api: str, identifier: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._api = api
        self._identifier = identifier
        self._sleep = sleep

    @classmethod
    def register(cls, api: str) -> Extension | None:
        """Register during init, before the runtime asks for its first event.

        Args:
            api: Host and port of the Lambda APIs.

        Returns:
            The extension; ``None`` if there is no such API or it refuses.
        """
        headers = {"Lambda-Extension-Name": NAME, "Content-Type": "application/json"}
        connection = http.client.HTTPConnection(api, timeout=2)
        try:
            connection.request("POST", f"{API}/register", json.dumps({"events": ["INVOKE"]}), headers)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
        identifier = answer.getheader("Lambda-Extension-Identifier")
        return cls(api, identifier) if answer.status == http.client.OK and identifier else None

    def next(self) -> Event:
        """Report that all work is done, and wait for the next invocation, frozen or not.

        Raises:
            ExtensionError: The API is gone or refuses.
        """
        why = ""
        for _ in range(ATTEMPTS):
            try:
                status, content = self._get(f"{API}/event/next")
                if status == http.client.OK:
                    event = json.loads(content)
                    return Event(str(event.get("requestId", "")), float(event.get("deadlineMs", 0)) / 1000)
                why = f"status {status}"
            except (OSError, http.client.HTTPException, ValueError, AttributeError, TypeError) as error:
                why = type(error).__name__
            self._sleep(PAUSE_S)
        raise ExtensionError(why)

    def _get(self, path: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(self._api)
        try:
            connection.request("GET", path, headers={"Lambda-Extension-Identifier": self._identifier})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()
