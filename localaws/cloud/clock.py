"""The cloud's clock. Its loops run faster than real time by one factor.

The system clock that processes see stays real.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Clock:
    """Maps cloud seconds to real seconds.

    Args:
        factor: Cloud seconds that pass in one real second. A factor of 60 plays three hours in three minutes.
        now: Returns the wall clock time in seconds since the epoch. Defaults to `time.time`.
    """

    def __init__(self, factor: float, now: Callable[[], float] = time.time) -> None:
        self.factor = factor
        self.now = now
        self.started = now()

    def real(self, cloud_seconds: float) -> float:
        """Convert a duration from cloud seconds to real seconds."""
        return cloud_seconds / self.factor

    def cloud_s(self) -> float:
        """Return the cloud seconds since the cloud started."""
        return (self.now() - self.started) * self.factor

    async def sleep(self, cloud_seconds: float) -> None:
        """Sleep for a duration in cloud seconds."""
        await asyncio.sleep(self.real(cloud_seconds))
