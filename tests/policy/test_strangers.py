"""Other people's stacks: what a reviewer would say, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.policy.harness import Pack
from tests.policy.strangers import STRANGERS
from tests.policy.strangers_without import STRANGERS as WITHOUT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.policy.harness import Json
    from tests.policy.strangers import Findings


@pytest.mark.parametrize("stranger", [*STRANGERS, *WITHOUT], ids=lambda stranger: stranger.__name__)
def test_a_stack_of_others_is_judged_as_a_reviewer_would(
    stranger: Callable[[], tuple[list[Json], Findings]],
) -> None:
    """Every fault is found on the resource that has it, in a preview, and there is no false alarm."""
    resources, expected = stranger()

    said = Pack().judge(resources)

    found = {(one.rule, one.urn.rpartition("::")[2]) for one in said if one.level == "mandatory" and one.urn}
    names = {(one.rule, _resource(one.message)) for one in said if one.level == "mandatory"}
    assert names == expected
    assert found <= expected


def _resource(message: str) -> str:
    return message.split("'")[1]
