"""The example with two units in one stack: nothing of one is the other's."""

from __future__ import annotations

import json
import runpy
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi
import pytest
import yaml

from canary.cli.target import Target
from tests.program.recording import Program, Recorded, record

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "second-migration"
PROJECT = yaml.safe_load((EXAMPLE / "Pulumi.yaml").read_text())
CONFIG: dict[str, Any] = yaml.safe_load((EXAMPLE / "Pulumi.beta.yaml").read_text())["config"]
UNITS = ("orders", "invoices")
NAMES = ("name", "dashboardName", "deploymentConfigName", "deploymentGroupName")
WITHIN = ("functionName", "applicationId", "apiId")
"""What a name need be unique in only; everything else is unique in account and region."""


@pytest.fixture(scope="module")
def program() -> Iterator[Program]:
    """The example, run to its end with the configuration of its own stack file."""
    exported: dict[str, Any] = {}

    def run() -> dict[str, Any]:
        given = {key: value if isinstance(value, str) else json.dumps(value) for key, value in CONFIG.items()}
        pulumi.runtime.set_all_config(given)
        runpy.run_path(str(EXAMPLE), run_name="__main__")
        return exported

    with pytest.MonkeyPatch.context() as patch:
        # Exports belong to a stack's resource, which only an engine's run has.
        patch.setattr(pulumi, "export", exported.__setitem__)
        try:
            yield record(run, PROJECT["name"])
        finally:
            pulumi.runtime.set_all_config({})


def of(program: Program, unit: str) -> list[Recorded]:
    """Resources of one unit: all are named after it."""
    return [one for one in program.resources if one.name == unit or one.name.startswith(f"{unit}-")]


def test_both_units_are_whole(program: Program) -> None:
    """The same parts, and nothing but the provider belongs to neither."""
    orders, invoices = (Counter(one.token for one in of(program, unit)) for unit in UNITS)
    assert orders == invoices
    assert orders["canary:index:CanaryMigration"] == 1
    rest = len(program.resources) - orders.total() - invoices.total()
    assert [one.token for one in program.resources if one.token.startswith("pulumi:")] == [
        "pulumi:providers:aws"
    ]
    assert rest == 1


def test_no_physical_name_is_given_twice(program: Program) -> None:
    """Within whatever a name has to be unique in."""
    taken = [
        (one.token, one.inputs[key], *(one.inputs.get(scope) for scope in WITHIN))
        for one in program.resources
        for key in NAMES
        if one.custom and isinstance(one.inputs.get(key), str)
    ]
    assert len(taken) > 100
    assert [name for name, times in Counter(taken).items() if times > 1] == []


def test_no_resource_is_registered_twice(program: Program) -> None:
    """A URN is one resource's."""
    assert [urn for urn, times in Counter(one.urn for one in program.resources).items() if times > 1] == []


@pytest.mark.parametrize(("unit", "other"), [UNITS, UNITS[::-1]])
def test_nothing_of_a_unit_refers_to_the_other(program: Program, unit: str, other: str) -> None:
    """No permission, no alarm, no variable: what happens to one is not felt by the other."""
    resources = of(program, unit)
    assert resources
    for one in resources:
        assert other not in json.dumps(one.inputs, default=str), one.name
        sources = {urn for urns in one.sources.values() for urn in urns} | one.depends_on
        assert not {urn for urn in sources if f"::{other}" in urn}, one.name


@pytest.mark.parametrize("unit", UNITS)
def test_each_unit_can_be_operated(program: Program, unit: str) -> None:
    """The CLI understands what is exported, and the buckets are the unit's own."""
    target = Target.from_outputs(program.outputs[unit])
    assert target.prefix == unit
    assert target.bucket_salt == f"{unit}/read-migration"
    assert target.metrics_namespace == "Shop/ReadMigration"


def test_every_key_is_described_and_given() -> None:
    """The stack's file has what the project asks for, and nothing else but the region."""
    asked = set(PROJECT["config"])
    assert {key for key in CONFIG if key != "aws:region"} == asked
    assert all(key["description"] for key in PROJECT["config"].values())
