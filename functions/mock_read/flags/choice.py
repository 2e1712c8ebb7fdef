"""Which side a user's read takes, and whether it is shadowed: the flags as they apply to one user."""

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
    """The flags decide.

    Attributes:
        salt: Part of the bucketing hash.
    """

    flags: FlagWatch
    salt: str

    def canary(self, user_id: str) -> bool:
        """Decide, on a reading of the flags that is fresh whenever it says canary."""
        return self._canary(user_id) and self.flags.fresh() and self._canary(user_id)

    def shadow(self, user_id: str) -> bool:
        """Decide from memory: nobody sees the difference."""
        return bucketing.selected(self.salt, SHADOW_FLAG, self.flags.state.shadow, user_id)

    def _canary(self, user_id: str) -> bool:
        state = self.flags.state
        return state.canary_on and bucketing.selected(self.salt, CANARY_FLAG, state.canary, user_id)
