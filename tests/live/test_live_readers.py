"""What users of the stack got while everything was played on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from rehearsal.traffic import Traffic
    from tests.live.player import Player

pytestmark = pytest.mark.slow


def test_users_noticed_nothing(played: Player, readers: Traffic) -> None:
    """WHEN a database went away, users were taken off, and two releases shifted THEN every read was a 200."""
    assert played.ran
    assert {entry.status for entry in readers.ledger.entries} == {200}
    assert len(readers.ledger.entries) > 100
