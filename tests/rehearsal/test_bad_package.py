"""The bad release's package: the checkout's own but for one fault, found by no check before the traffic."""

from __future__ import annotations

import json
import subprocess
import tempfile
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from canary.read import contract, probing, seed
from rehearsal import bad_package
from rehearsal.bad_package import CONTRACT
from rehearsal.read_path import BAD_RELEASE, FIRST_BROKEN
from rehearsal.toolchain import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PACKAGE = "mock_read"
GOOD = ROOT / "build" / "functions" / f"{PACKAGE}.zip"
LIMIT = 10

ASK = """
import json, sys
sys.path.insert(0, sys.argv[1])
from canary.read import contract
def ask(creator):
    try:
        return contract.mock(contract.Query(creator, int(sys.argv[2]))) is not None
    except Exception as error:
        return repr(error)
print(json.dumps({"from": contract.__file__, **{one: ask(one) for one in sys.argv[3:]}}))
"""
"""In a process of its own, isolated: this one has the checkout's contract already."""

RUNTIME = ROOT / ".venvs" / "runtime" / "bin" / "python"

pytestmark = pytest.mark.skipif(
    not (GOOD.exists() and RUNTIME.exists()), reason="make setup has not made the package or its Python yet"
)


def ask(package: Path, *creators: str, unpacked: bool = False) -> dict[str, Any]:
    """What the contract in a package answers: whether there is an answer, or what it raised.

    Under the functions' own Python, whose bytecode the package carries.
    """
    command = [str(RUNTIME), "-I", "-B", "-c", ASK]
    with tempfile.TemporaryDirectory() as folder:
        if unpacked:
            with zipfile.ZipFile(package) as opened:
                opened.extractall(folder)
        where = folder if unpacked else str(package)
        done = subprocess.run(
            [*command, where, str(LIMIT), *creators], capture_output=True, text=True, check=True
        )
        answers: dict[str, Any] = json.loads(done.stdout)
        assert answers.pop("from") == f"{where}/{CONTRACT}"
    return answers


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package, written."""
    return bad_package.write(tmp_path_factory.mktemp("bad") / "bad.zip", PACKAGE)


def contents(package: Path) -> dict[str, bytes]:
    """All files of a package."""
    with zipfile.ZipFile(package) as opened:
        assert opened.testzip() is None
        return {entry.filename: opened.read(entry) for entry in opened.infolist()}


def test_it_differs_only_by_the_contract_and_its_bytecode(bad: Path) -> None:
    """The fault is behind the source; bytecode without it would be run in its place."""
    before, after = contents(GOOD), contents(bad)
    assert {name for name in after if after[name] != before.get(name)} == {CONTRACT}
    assert after[CONTRACT] == before[CONTRACT] + BAD_RELEASE.encode()
    (bytecode,) = before.keys() - after.keys()
    assert bytecode.startswith("canary/read/__pycache__/contract.")


def test_its_files_are_as_old_and_as_open_as_before(bad: Path) -> None:
    """Lambda unpacks permissions too."""
    with zipfile.ZipFile(GOOD) as good, zipfile.ZipFile(bad) as other:
        for entry in other.infolist():
            was = good.getinfo(entry.filename)
            assert (entry.date_time, entry.external_attr) == (was.date_time, was.external_attr)


@pytest.mark.parametrize("unpacked", [False, True], ids=["from the zip", "unpacked, as Lambda does"])
def test_it_fails_on_the_second_half_of_the_creators_and_answers_on_the_first(
    bad: Path,
    unpacked: bool,  # noqa: FBT001 - one of two
) -> None:
    """Imported from the package; the good one answers all."""
    creators = seed.creator_ids()
    half = len(creators) // 2
    assert creators[half] == FIRST_BROKEN
    answers = ask(bad, *creators, unpacked=unpacked)
    assert all(answers[one] is True for one in creators[:half])
    assert all(answers[one] == repr(KeyError(one)) for one in creators[half:])
    assert set(ask(GOOD, *creators, unpacked=unpacked).values()) == {True}


def test_with_the_good_bytecode_the_fault_would_never_be_run(bad: Path, tmp_path: Path) -> None:
    """GIVEN the bytecode put back THEN nothing fails: leaving it out is what brings the fault to users."""
    with_bytecode = tmp_path / "with.zip"
    with_bytecode.write_bytes(bad.read_bytes())
    (bytecode,) = contents(GOOD).keys() - contents(bad).keys()
    with zipfile.ZipFile(with_bytecode, "a") as opened:
        opened.writestr(bytecode, contents(GOOD)[bytecode])
    assert ask(with_bytecode, FIRST_BROKEN, unpacked=True) == {FIRST_BROKEN: True}


def test_it_answers_on_the_creator_that_the_release_check_asks_for(bad: Path) -> None:
    """Or CodeDeploy would never shift anything to it, and there were nothing to see."""
    asked = probing.query(contract.PROBED).creator_id
    assert ask(bad, asked) == {asked: True}
