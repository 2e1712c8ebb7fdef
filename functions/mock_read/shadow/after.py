"""Runs work after the response, and ends it in time whatever the work does.

With an Extensions API, the work runs as an internal extension: the response leaves as soon as the runtime has
posted it, and the execution environment stays awake until `next`. Without one, the work runs on a thread of
its own. A freeze may then interrupt it, and the work has to notice that itself after it thaws.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Protocol

from mock_read.shadow.extension import ExtensionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mock_read.shadow.extension import Event, Extension

MARGIN_S = 1.0
"""Seconds before the function's time-out at which all work ends. An overrun would kill the execution
environment and count as an error, although the user has been answered."""

HEAD_START_S = 0.002
"""Seconds that the runtime gets to post the response before the work competes with it for the interpreter."""

MAX_STUCK = 4
"""Maximum number of hanging workers left behind. Once it is reached, work is given up instead of started."""


class Job(Protocol):
    """The work after a response."""

    def work(self) -> None:
        """Do it."""

    def give_up(self, cause: str) -> None:
        """End the work, finished or not."""


class After:
    """Runs a job after each response.

    Args:
        job: The work.
        extension: The internal extension; ``None`` if there is no Extensions API.
        failed: Told why when the extension or the work after a response fails.
        now: Wall clock in seconds, the one that deadlines are given in.
    """

    def __init__(
        self,
        job: Job,
        extension: Extension | None,
        failed: Callable[[str], None],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._job = job
        self._extension = extension
        self._failed = failed
        self._now = now
        self._answered = threading.Condition()
        self._last_answered = ""
        self._stuck: list[threading.Thread] = []

    def begin(self) -> None:
        """Start listening for invocations, during init."""
        if self._extension is not None:
            threading.Thread(
                target=self._serve, args=(self._extension,), name="extension", daemon=True
            ).start()

    def answered(self, request_id: str) -> None:
        """Start the work of a request whose handler is done."""
        if self._extension is None:
            self._start()
            return
        with self._answered:
            self._last_answered = request_id
            self._answered.notify_all()

    def _serve(self, extension: Extension) -> None:
        while True:
            try:
                event = extension.next()
            except ExtensionError as error:
                self._failed(str(error))
                return
            try:
                self._after(event)
            except BaseException as error:  # noqa: BLE001 - `next` must be called whatever happens
                self._failed(type(error).__name__)

    def _after(self, event: Event) -> None:
        end = event.timeout_at - MARGIN_S
        with self._answered:
            # Checked by id: a late answer to one invocation must not start the work of the next one.
            if not self._answered.wait_for(
                lambda: self._last_answered == event.request_id, max(0.0, end - self._now())
            ):
                return
        time.sleep(HEAD_START_S)
        worker = self._start()
        if worker is None:
            self._job.give_up("no-thread")
            return
        worker.join(max(0.0, end - self._now()))
        if worker.is_alive():
            self._stuck.append(worker)
            self._job.give_up("deadline")
        else:
            # Work that ended well leaves nothing to give up; a worker that died does.
            self._job.give_up("worker-died")

    def _start(self) -> threading.Thread | None:
        self._stuck = [thread for thread in self._stuck if thread.is_alive()]
        if len(self._stuck) >= MAX_STUCK:
            return None
        worker = threading.Thread(target=self._job.work, name="after", daemon=True)
        try:
            worker.start()
        except RuntimeError:
            return None
        return worker
