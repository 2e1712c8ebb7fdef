"""The file that `make policy` is given: an exported state, or a sentence on how to make one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tools.exported_state import UNUSABLE, USABLE, main

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[]", "holds no JSON object"),
        ("{}", "it has no version with a deployment"),
        ("null", "holds no JSON object"),
        ("name: x", "is not JSON"),
        ('{"version": 3}', "it has no version with a deployment"),
        ('{"version": "3", "deployment": {}}', "it has no version with a deployment"),
        ('{"version": 3, "deployment": []}', "it has no version with a deployment"),
        ('{"version": 3, "deployment": {"resources": {}}}', "its resources are no list"),
        ('{"version": 3, "deployment": {"resources": ["x"]}}', "its resources are no list"),
    ],
)
def test_what_is_no_exported_state_is_refused_with_how_to_make_one(
    content: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before the engine, which would answer in its own words."""
    path = tmp_path / "export.json"
    path.write_text(content)
    assert main([str(path)]) == UNUSABLE
    told = capsys.readouterr().err
    assert said in told
    assert told.endswith("Make one with: pulumi stack export --stack prod > export.json\n")


@pytest.mark.parametrize("deployment", [{}, {"manifest": {}}, {"resources": [{"urn": "x"}]}])
def test_an_exported_state_passes_in_silence(
    deployment: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """That of an empty stack too."""
    path = tmp_path / "export.json"
    path.write_text(json.dumps({"version": 3, "deployment": deployment}))
    assert main([str(path)]) == USABLE
    assert not capsys.readouterr().err
