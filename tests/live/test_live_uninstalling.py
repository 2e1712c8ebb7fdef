"""`docs/uninstalling.md` on the stack that the other live tests have used: it comes last, by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rehearsal import stack
from tests.live.test_live_break_glass import shell

if TYPE_CHECKING:
    from rehearsal.traffic import Traffic
    from tests.live.unit import Unit

pytestmark = pytest.mark.slow


def test_teardown_then_destroy_leaves_nothing_but_the_trail(unit: Unit, readers: Traffic) -> None:
    """WHEN `canary teardown`, `pulumi destroy` and the last `aws` line are run THEN the account is empty."""
    readers.stop()
    torn = unit.canary("--stack", stack.NAME, "teardown", named=True, code=0)
    assert "Now `pulumi destroy` can remove the rest." in torn.out
    assert unit.canary("teardown", "--json", code=0).document["stopped"] == []
    unit.engine.destroy()
    assert unit.engine.remaining() == []
    assert stack.left_in_cloud(unit.make, unit.target.prefix) == []
    shell(unit, f"aws logs delete-log-group --log-group-name {unit.target.audit_group}")
