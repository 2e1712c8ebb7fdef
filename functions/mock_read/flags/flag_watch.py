"""Decides when to read the flags. A frozen execution environment cannot keep them fresh between requests.

A reading that says canary is used for one poll interval. Then it is read again *before* the next canary
answer, within a short time limit; if that fails, the mock answers. Everyone else is served from the last
reading, which is renewed after the response. A source that keeps failing is asked less and less often, with
jitter, so that a hundred execution environments do not ask at the same time.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from botocore.exceptions import ClientError

from canary.read import flags
from canary.read.flags import Flag, FlagError, State
from mock_read.deadline import OverrunError, within
from mock_read.flags.appconfig import Session

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from mock_read.settings import Settings

MAX_BACK_OFF = 8
"""Longest back-off in poll intervals, before jitter, for a source that stays broken."""

BEFORE_CANARY_S = 0.3
"""Seconds that a canary user may wait for fresh flags, at most once per poll interval."""

LOCK_S = 2.0
"""Seconds that a reading waits for another one that is still under way: a left-over that ends soon."""


class Told(Protocol):
    """Receives news about the flags."""

    def flags_changed(self, state: State) -> None:
        """The state differs from the one before."""

    def flags_failed(self) -> None:
        """A reading failed, for the first time or again."""


class FlagWatch:
    """Remembers the flags' state and decides when to read it again.

    Args:
        client: An AppConfig data client with short time-outs.
        settings: Names the profiles and the poll interval.
        now: Wall clock, in seconds. It moves on while an execution environment is frozen; a monotonic clock
            may not show that.
        draw: Random numbers for the jitter of the back-off.
        told: Told about changes and failures.

    Attributes:
        state: The last reading.
        interval_s: Seconds for which a reading is valid, whatever interval AppConfig answers with: the kill
            switch must take effect within it.
    """

    def __init__(
        self, client: Any, settings: Settings, now: Callable[[], float], draw: random.Random, told: Told
    ) -> None:
        application = settings.appconfig_application
        self.state = State()
        interval_s = settings.poll_interval_s
        ramp, kill = settings.ramp_environment, settings.kill_environment
        self._ramp = Session(client, application, ramp, settings.flag_profile, interval_s)
        self._kill = Session(client, application, kill, settings.kill_profile, interval_s)
        self.interval_s = interval_s
        self._now = now
        self._draw = draw
        self._told = told
        self._failures = 0
        self._failed_at, self._wait_s = 0.0, 0.0
        self._reading = threading.Lock()

    def stale(self) -> bool:
        """Whether the reading is too old for a canary answer, or the clock has jumped back since."""
        return not 0 <= self._now() - self.state.at <= self.interval_s

    def due(self) -> bool:
        """Whether to read the flags again after the response."""
        return self.stale() and not self._backing_off()

    def fresh(self) -> bool:
        """Renew a stale reading before a canary answer, within `BEFORE_CANARY_S`.

        Returns:
            Whether the reading is fresh now. If not, no one may be in the canary.
        """
        if not self.stale():
            return True
        if self._backing_off():
            return False
        try:
            within(BEFORE_CANARY_S, self.refresh)
        except OverrunError:
            # The reading that was started goes on, and reports by itself what it finds.
            self._back_off()
        return not self.stale()

    def refresh(self) -> None:
        """Read both profiles and remember their state; never raises."""
        if not self._reading.acquire(timeout=LOCK_S):
            self._back_off()
            return
        try:
            before, self.state = self.state, self._read()
            if self.state.why:
                self._back_off()
            else:
                self._failures, self._wait_s = 0, 0.0
            if replace(before, at=0.0) != replace(self.state, at=0.0):
                self._told.flags_changed(self.state)
        finally:
            self._reading.release()

    def _back_off(self) -> None:
        self._failures += 1
        steps = min(2 ** (self._failures - 1), MAX_BACK_OFF)
        self._failed_at, self._wait_s = self._now(), self.interval_s * steps * self._draw.uniform(0.5, 1.0)
        self._told.flags_failed()

    def _backing_off(self) -> bool:
        return 0 <= self._now() - self._failed_at < self._wait_s

    def _read(self) -> State:
        # Taken first: a freeze during the reading must make it look old, not young.
        at = self._now()
        why: list[str] = []
        canary, shadow, killed = Flag(), Flag(), True
        try:
            canary, shadow = flags.ramp(self._ramp.read())
        except Exception as error:  # noqa: BLE001 - any error means that the mock serves, with a reason
            why.append(f"read flags: {_said(error)}")
        try:
            killed = flags.killed(self._kill.read())
        except Exception as error:  # noqa: BLE001 - as above; the kill switch then counts as on
            why.append(f"kill switch: {_said(error)}")
        return State(canary, shadow, killed, "; ".join(why), at)


def _said(error: Exception) -> str:
    if isinstance(error, FlagError):
        return str(error)
    if isinstance(error, ClientError):
        return f"AppConfig refused: {error.response['Error']['Code']}"
    return f"AppConfig unreachable: {type(error).__name__}"
