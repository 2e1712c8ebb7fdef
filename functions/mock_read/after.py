"""Work after the response: an internal Lambda extension, or a thread where there is none.

An extension that registers for INVOKE keeps the sandbox from freezing until it asks for the next event,
while the response leaves as soon as the runtime has posted it:
https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html. `next` is called whatever
happens to the work, since a thread that never asks would hang every later invocation.
"""

from __future__ import annotations

import http.client
import json
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

API = "/2020-01-01/extension"
NAME = "after-the-response"
MARGIN_S = 1.0
"""All work ends this long before the function's time-out: an overrun would kill the sandbox."""


class After:
    """Runs a job after each response.

    Args:
        job: The work; told the wall clock at which it has to be over.
        api: Host and port of the Lambda APIs, ``None`` where there are none.
    """

    def __init__(self, job: Callable[[float], None], api: str | None) -> None:
        self._job = job
        self._api = api
        self._answered = threading.Event()
        self._deadline = 0.0
        self.extension = False

    def begin(self) -> None:
        """Register during init, before the runtime asks for its first event."""
        if self._api is None:
            return
        connection = http.client.HTTPConnection(self._api, timeout=2)
        headers = {"Lambda-Extension-Name": NAME, "Content-Type": "application/json"}
        try:
            connection.request("POST", f"{API}/register", json.dumps({"events": ["INVOKE"]}), headers)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return
        identifier = answer.getheader("Lambda-Extension-Identifier")
        connection.close()
        if answer.status != http.client.OK or not identifier:
            return
        self.extension = True
        threading.Thread(target=self._serve, args=(identifier,), name=NAME, daemon=True).start()

    def answered(self, deadline: float) -> None:
        """The handler is done; the job may begin.

        Args:
            deadline: Wall clock of the function's time-out.
        """
        self._deadline = deadline - MARGIN_S
        if self.extension:
            self._answered.set()
        else:
            threading.Thread(target=self._run, name=NAME, daemon=True).start()

    def _serve(self, identifier: str) -> None:
        while (event := self._next(identifier)) is not None:
            deadline = float(event.get("deadlineMs", 0)) / 1000 - MARGIN_S  # type: ignore[arg-type]
            if self._answered.wait(max(0.0, deadline - time.time())):
                self._answered.clear()
                self._bounded()

    def _bounded(self) -> None:
        """Run the job in a thread of its own and leave it behind when its time is over."""
        worker = threading.Thread(target=self._run, name=f"{NAME}-job", daemon=True)
        worker.start()
        worker.join(max(0.0, self._deadline - time.time()))

    def _run(self) -> None:
        self._job(self._deadline)

    def _next(self, identifier: str) -> Mapping[str, object] | None:
        """Wait for the next event; ``None`` when the API is gone, which is when the sandbox ends."""
        connection = http.client.HTTPConnection(str(self._api))
        try:
            connection.request("GET", f"{API}/event/next", headers={"Lambda-Extension-Identifier": identifier})
            event: Mapping[str, object] = json.loads(connection.getresponse().read())
        except (OSError, http.client.HTTPException, ValueError):
            return None
        finally:
            connection.close()
        return event
