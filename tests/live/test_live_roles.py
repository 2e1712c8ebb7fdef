"""What each function's role may do is what the function asked AWS for while everything was played on it.

The guard and the release check ask for everything only when all goes wrong: that they are granted nothing
which they never call is held by `tests/guard/test_guard_permissions.py` and `tests/release`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.models import ACTIONS
from tests.program.stacks import EXISTING, own_actions, stack

if TYPE_CHECKING:
    from tests.live.player import Player

pytestmark = pytest.mark.slow
ALL_OF_IT = (
    "huntaze-mock-read",
    "huntaze-prisma-read",
    "huntaze-prisma-read-shadow",
    "huntaze-prisma-migrate",
)
FUNCTIONS = (*ALL_OF_IT, "huntaze-rollback-guard", "CodeDeployHook_huntaze-release")


def called(played: Player, function: str) -> set[str]:
    """IAM actions of what a function asked for; X-Ray is asked by Lambda's daemon."""
    operations = played.unit.cloud.get(f"asked?function={function}")["operations"]
    found = set()
    for one in operations:
        service, _, name = one.partition(".")
        prefix = service.lower().replace(" ", "").removesuffix("data")
        found.add(f"{prefix}:{name}")
    return {ACTIONS.get(one, one) for one in found}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_nothing_is_asked_for_that_is_not_granted(played: Player, function: str) -> None:
    """On AWS it would have been refused."""
    asked = called(played, function)
    assert asked
    assert asked <= own_actions(f"{function}-role", stack(**EXISTING))


@pytest.mark.parametrize("function", ALL_OF_IT)
def test_nothing_is_granted_that_is_never_asked_for(played: Player, function: str) -> None:
    """With a database that is there already, as the rehearsal has it."""
    assert called(played, function) == own_actions(f"{function}-role", stack(**EXISTING))
