"""Every table agrees with the SDK."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rehearsal.provider.schema import schema_of
from rehearsal.provider.types import TYPES

if TYPE_CHECKING:
    from rehearsal.provider.model import ResourceType

KINDS = sorted(TYPES.values(), key=lambda kind: kind.token)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.token)
def test_what_a_table_names_exists_in_the_sdk(kind: ResourceType) -> None:
    """GIVEN a row WHEN held against the SDK THEN each input and output that it names is there."""
    schema = schema_of(kind.token)
    inputs, tags = set(schema.inputs.kinds), {"tags", "tagsAll"}
    named = kind.replace | kind.computed | (kind.quiet - tags) | kind.defaults.keys()
    assert named - inputs == set()
    assert kind.volatile <= schema.outputs
    assert kind.autoname is None or kind.autoname in inputs


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.token)
def test_defaults_are_of_the_right_type(kind: ResourceType) -> None:
    """GIVEN a row's defaults WHEN checked like a program's inputs THEN they pass."""
    from rehearsal.provider.checks import failures  # noqa: PLC0415 - the one user

    found = failures(schema_of(kind.token).inputs, dict(kind.defaults))
    assert [item for item in found if item.property in kind.defaults] == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.token)
def test_an_update_is_possible_or_never_needed(kind: ResourceType) -> None:
    """GIVEN a row without an update WHEN any input but tags changes THEN it is replaced, not left."""
    if kind.lifecycle is None or kind.lifecycle.update is not None:
        return
    local = {"tags", "region", "skipDestroy", "statementIdPrefix", "zonalConfig"} | kind.computed
    assert set(schema_of(kind.token).inputs.kinds) - local <= kind.replace


def test_no_two_rows_share_a_token() -> None:
    """GIVEN all tables WHEN joined THEN none hides a row of another."""
    from rehearsal.provider import types  # noqa: PLC0415 - the module, not its mapping

    assert sum(len(table.TYPES) for table in types._TABLES) == len(TYPES)
