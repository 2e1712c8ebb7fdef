"""Every table agrees with the SDK."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from localaws.provider.schema import Inputs, ListOf, Structure, schema_of
from localaws.provider.types import TYPES

if TYPE_CHECKING:
    from localaws.provider.model import ResourceType

KINDS = sorted(TYPES.values(), key=lambda kind: kind.token)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.token)
def test_what_a_table_names_exists_in_the_sdk(kind: ResourceType) -> None:
    """GIVEN a row WHEN held against the SDK THEN each input and output that it names is there."""
    schema = schema_of(kind.token)
    inputs, tags = set(schema.inputs.kinds), {"tags", "tagsAll"}
    paths = kind.computed | kind.defaults.keys() | kind.unordered | kind.json_texts | kind.policies
    named = kind.replace | (kind.quiet - tags) | {path for path in paths if "." not in path}
    assert named - inputs == set()
    assert [path for path in paths if not _leads_somewhere(schema.inputs, path.split("."))] == []
    assert kind.volatile <= schema.outputs
    assert kind.autoname is None or kind.autoname in inputs


def _leads_somewhere(inputs: Inputs, path: list[str]) -> bool:
    found = inputs.kinds.get(path[0])
    found = found.item if isinstance(found, ListOf) else found
    if len(path) == 1 or not isinstance(found, Structure):
        return found is not None and len(path) == 1
    return _leads_somewhere(found.inputs, path[1:])


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.token)
def test_defaults_are_of_the_right_type(kind: ResourceType) -> None:
    """GIVEN a row's defaults WHEN checked like a program's inputs THEN they pass."""
    from localaws.provider.checks import failures  # noqa: PLC0415 - the one user

    plain = {key: value for key, value in kind.defaults.items() if "." not in key}
    found = failures(schema_of(kind.token).inputs, plain)
    assert [item for item in found if item.property in plain] == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.token)
def test_an_update_is_possible_or_never_needed(kind: ResourceType) -> None:
    """GIVEN a row without an update WHEN any input but tags changes THEN it is replaced, not left."""
    if kind.lifecycle is None or kind.lifecycle.update is not None:
        return
    local = {"tags", "region", "skipDestroy", "statementIdPrefix", "zonalConfig"} | kind.computed
    assert set(schema_of(kind.token).inputs.kinds) - local <= kind.replace


def test_no_two_rows_share_a_token() -> None:
    """GIVEN all tables WHEN joined THEN none hides a row of another."""
    from localaws.provider import types  # noqa: PLC0415 - the module, not its mapping

    assert sum(len(table.TYPES) for table in types._TABLES) == len(TYPES)
