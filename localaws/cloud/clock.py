"""The cloud's own clock: its loops run faster by one factor, every process's clock stays real."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Clock:
    """Maps cloud seconds to real ones.

    Args:
        factor: Cloud seconds in a real second; 60 plays three hours in three minutes.
        now: Wall clock, seconds since the epoch.
    """

    def __init__(self, factor: float, now: Callable[[], float] = time.time) -> None:
        self.factor = factor
        self.now = now
        self.started = now()

    def real(self, cloud_seconds: float) -> float:
        """How many real seconds a cloud duration takes."""
        return cloud_seconds / self.factor

    def cloud_s(self) -> float:
        """Cloud seconds since the cloud came up."""
        return (self.now() - self.started) * self.factor

    async def sleep(self, cloud_seconds: float) -> None:
        """Wait for a cloud duration."""
        await asyncio.sleep(self.real(cloud_seconds))
