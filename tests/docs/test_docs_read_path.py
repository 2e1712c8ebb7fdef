"""docs/your-own-read-path.md names files and names that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from canary.read import contract
from rehearsal import read_path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/your-own-read-path.md").read_text()
FILES = sorted(set(re.findall(r"`((?:functions|rehearsal|components|tests|examples)/[\w./-]+)`", PAGE)))


def names(heading: str) -> list[str]:
    """What stands in the first column of the tables under a heading."""
    section = PAGE.split(heading)[1].split("\n## ")[0]
    cells = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return [name.split("(")[0] for cell in cells for name in re.findall(r"`([^`]+)`", cell)]


@pytest.mark.parametrize("file", FILES)
def test_a_file_that_is_named_is_there(file: str) -> None:
    """A reader opens it next."""
    assert (ROOT / file).exists()


def test_the_names_of_the_contract_are_there() -> None:
    """And the example, which takes its place, has them too."""
    example = (ROOT / "examples/other-read-path/contract.py").read_text()
    listed = names("## 1. The mock's half")
    assert {"PROBED", "ABSENT", "REFUSED", "RULES", "Query", "query", "mock", "fault"} <= set(listed)
    for name in listed:
        assert hasattr(contract, name)
        assert re.search(rf"^(def |class )?{name}\b", example, re.MULTILINE), name


def test_the_names_of_the_rehearsals_half_are_all_there_are() -> None:
    """Each public name of the module is one to replace."""
    public = {name for name in vars(read_path) if not name.startswith("_")}
    own = {name for name in public if f"\n{name} = " in source() or f"\ndef {name}(" in source()}
    assert set(names("## 4. In the rehearsal")) == own


def source() -> str:
    """The module's text."""
    return Path(str(read_path.__file__)).read_text()
