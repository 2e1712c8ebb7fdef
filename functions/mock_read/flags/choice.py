"""Applies the flags to one user: which side serves a read, and whether the read is shadowed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from canary.read import bucketing
from canary.read.flags import CANARY_FLAG, SHADOW_FLAG

if TYPE_CHECKING:
    from mock_read.flags.flag_watch import FlagWatch


class Choice(Protocol):
    """Decides for one user."""

    def canary(self, user_id: str) -> bool:
        """Whether the read takes the canary path."""

    def shadow(self, user_id: str) -> bool:
        """Whether a read on the mock path is shadowed."""


@dataclass(frozen=True)
class ByFlags:
    """Decides by the flags.

    Attributes:
        flags: The flags as last read.
        salt: Part of the bucketing hash.
    """

    flags: FlagWatch
    salt: str

    def canary(self, user_id: str) -> bool:
        """Decide; whenever the answer is the canary, the reading of the flags is fresh."""
        return self._canary(user_id) and self.flags.fresh() and self._canary(user_id)

    def shadow(self, user_id: str) -> bool:
        """Decide by the last reading, even if it is old: no user sees the difference."""
        return bucketing.selected(self.salt, SHADOW_FLAG, self.flags.state.shadow, user_id)

    def _canary(self, user_id: str) -> bool:
        state = self.flags.state
        return state.canary_on and bucketing.selected(self.salt, CANARY_FLAG, state.canary, user_id)
