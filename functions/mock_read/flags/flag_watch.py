"""When the flags are read: a sandbox is frozen between requests, so nothing can keep them fresh meanwhile.

A reading that says canary is used for one poll interval and read again *before* the next canary answer,
within a short time, or else the mock answers. Everybody else is served from memory, and it is read again
after the response. A source that fails is asked less and less often, and jittered, so that a hundred
sandboxes do not ask together.
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
"""Poll intervals: a source that stays broken is asked at most this much less often."""

BEFORE_CANARY_S = 0.3
"""What a canary user may wait for a fresh flag, once a poll interval at most."""

LOCK_S = 2.0
"""How long a reading waits for another one under way, which is a left-over and soon over."""


class Told(Protocol):
    """Who is told about the flags."""

    def flags_changed(self, state: State) -> None:
        """What the state says is not what it said before."""

    def flags_failed(self) -> None:
        """A reading failed, once more or for the first time."""


class FlagWatch:
    """The remembered state and when to read it again.

    Args:
        client: An AppConfig data client with short time-outs.
        settings: Where the profiles are, and the poll interval.
        now: Wall clock: a frozen sandbox wakes up with it moved on, which a monotonic clock may hide.
        draw: Jitter of the back-off.
        told: Hears of changes and failures.

    Attributes:
        interval_s: Seconds a reading is good for, whatever interval AppConfig says: the kill switch must be
            heard within it.
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
        """Whether the reading is too old for a canary answer; a clock that jumped back makes it so."""
        return not 0 <= self._now() - self.state.at <= self.interval_s

    def due(self) -> bool:
        """Whether to read again after the response."""
        return self.stale() and not self._backing_off()

    def fresh(self) -> bool:
        """Make the reading fresh before a canary answer, within `BEFORE_CANARY_S`.

        Returns:
            Whether it is. If not, nobody may be in the canary.
        """
        if not self.stale():
            return True
        if self._backing_off():
            return False
        try:
            within(BEFORE_CANARY_S, self.refresh)
        except OverrunError:
            # What was started goes on and will say itself what it found.
            self._back_off()
        return not self.stale()

    def refresh(self) -> None:
        """Read both profiles and remember what they say; never raises."""
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
        # Taken first: a freeze in the middle must make the reading old, not young.
        at = self._now()
        why: list[str] = []
        canary, shadow, killed = Flag(), Flag(), True
        try:
            canary, shadow = flags.ramp(self._ramp.read())
        except Exception as error:  # noqa: BLE001 - whatever it is, it means the mock and a reason
            why.append(f"read flags: {_said(error)}")
        try:
            killed = flags.killed(self._kill.read())
        except Exception as error:  # noqa: BLE001 - as above, and the kill switch counts as on
            why.append(f"kill switch: {_said(error)}")
        return State(canary, shadow, killed, "; ".join(why), at)


def _said(error: Exception) -> str:
    if isinstance(error, FlagError):
        return str(error)
    if isinstance(error, ClientError):
        return f"AppConfig refused: {error.response['Error']['Code']}"
    return f"AppConfig unreachable: {type(error).__name__}"
