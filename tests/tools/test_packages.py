"""The functions' packages: the same bytes for the same content, and what Lambda needs inside."""

from __future__ import annotations

import os
import subprocess
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.bundles import archive, bytecode, contents
from tools.setup.commands import Commands, Running
from tools.setup.places import Places

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).resolve().parents[2]
PLACES = Places.of(ROOT, os.environ)
MEGABYTE = 1_000_000

names = st.text("abcxyz_", min_size=1, max_size=6)
trees = st.dictionaries(st.tuples(names, names.map("{}.py".format)), st.binary(max_size=60), max_size=8)


def lay(folder: Path, files: Iterable[tuple[tuple[str, str], bytes]], mode: int, when: int) -> Path:
    """Write files in a given order, with a given mode and time."""
    for (directory, name), content in files:
        path = folder / directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod(mode)
        os.utime(path, (when, when))
    return folder


@given(trees)
def test_bytes_depend_on_names_and_content_alone(tree: dict[tuple[str, str], bytes]) -> None:
    """GIVEN the same files in another order, with other modes and times, elsewhere THEN the same zip."""
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        first = lay(Path(one), tree.items(), 0o644, 1_000_000_000)
        second = lay(Path(other), reversed(tree.items()), 0o700, 1_700_000_000)
        assert archive.packed(first) == archive.packed(second)


def test_an_archive_holds_readable_files_and_no_junk(tmp_path: Path) -> None:
    """Lambda runs a function as another user; a local __pycache__ would be a new version."""
    lay(
        tmp_path,
        [(("mock_read", "handler.py"), b"x = 1\n"), (("__pycache__", "handler.pyc"), b"junk")],
        0o600,
        1,
    )
    target = tmp_path / "package.zip"
    archive.replace_if_different(target, archive.packed(tmp_path))
    with zipfile.ZipFile(target) as opened:
        (entry,) = opened.infolist()
    assert (entry.filename, entry.external_attr >> 16) == ("mock_read/handler.py", 0o100644)


def test_a_package_is_replaced_only_by_other_content(tmp_path: Path) -> None:
    """The engine sees no change where there is none."""
    target = tmp_path / "build" / "package.zip"
    assert archive.replace_if_different(target, b"one")
    before = target.stat()
    assert not archive.replace_if_different(target, b"one")
    assert target.stat().st_mtime_ns == before.st_mtime_ns
    assert target.stat().st_ino == before.st_ino
    assert archive.replace_if_different(target, b"two")
    assert target.read_bytes() == b"two"


def test_a_package_without_its_source_names_it(tmp_path: Path) -> None:
    """Nothing is packed from half of what it takes."""
    package = contents.Package(
        "rollback_guard", {"rollback_guard": "functions/rollback_guard", "verdict": "verdict"}
    )
    (tmp_path / "verdict").mkdir()
    with pytest.raises(
        contents.NothingToPackError, match=r"rollback_guard\.zip .*functions/rollback_guard"
    ) as failure:
        contents.lay_out(package, tmp_path, tmp_path)
    assert "verdict" not in str(failure.value)


def test_documents_stay_behind(tmp_path: Path) -> None:
    """Each part lies where the package names it, with what runs and no more."""
    source, stage = tmp_path / "checkout", tmp_path / "stage"
    stage.mkdir()
    lay(source / "functions", [(("guard", "act.py"), b""), (("guard", "README.md"), b"")], 0o644, 1)
    lay(source, [(("dist", "index.mjs"), b"")], 0o644, 1)
    package = contents.Package("x", {"guard": "functions/guard", "index.mjs": "dist/index.mjs"})
    contents.lay_out(package, source, stage)
    found = sorted(path.relative_to(stage).as_posix() for path in stage.rglob("*") if path.is_file())
    assert found == ["guard/act.py", "index.mjs"]


needs_lambdas_python = pytest.mark.skipif(
    not bytecode.compiles_for_lambda(PLACES.python("runtime")),
    reason="no Python of Lambda's minor version here",
)


@needs_lambdas_python
@pytest.mark.parametrize("name", ["mock_read", "rollback_guard"])
def test_two_builds_from_two_folders_are_the_same_bytes(name: str, tmp_path: Path) -> None:
    """Compiled modules included: they hold no time, no folder of the build and no order of a set."""
    package = next(package for package in contents.PACKAGES if package.name == name)
    built = []
    for folder in ("here", "somewhere/quite/else"):
        stage = tmp_path / folder
        stage.mkdir(parents=True)
        contents.lay_out(package, ROOT, stage)
        bytecode.add(stage, PLACES.python("runtime"), Commands(Running(), tmp_path / "log", os.environ))
        built.append(archive.packed(stage, keep=("__pycache__",)))
    assert built[0] == built[1]
    assert b"/var/task" in (stage / name / "__pycache__" / "handler.cpython-313.pyc").read_bytes()


def test_no_bytecode_by_another_minor_version(tmp_path: Path) -> None:
    """Lambda's Python could not use it."""
    python = tmp_path / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    (tmp_path / "venv" / "pyvenv.cfg").write_text("home = /usr/bin\nversion_info = 3.12.1\n")
    (tmp_path / "handler.py").touch()
    bytecode.add(tmp_path, python, Commands(Running(), tmp_path / "log", os.environ))
    assert not (tmp_path / "__pycache__").exists()


@pytest.mark.parametrize(
    ("name", "handler"),
    [
        ("mock_read", "mock_read/handler.py"),
        ("rollback_guard", "rollback_guard/handler.py"),
        ("prisma_read", "index.mjs"),
        ("prisma_migrate", "index.mjs"),
    ],
)
def test_the_handler_is_where_lambda_looks(name: str, handler: str) -> None:
    """As the program names it."""
    with zipfile.ZipFile(PLACES.packages / f"{name}.zip") as package:
        assert handler in package.namelist()


def test_the_migrations_that_are_packed_are_the_checkouts(tmp_path: Path) -> None:
    """GIVEN two builds from two folders THEN the same bytes, with each migration as it was written."""
    package = next(package for package in contents.PACKAGES if package.name == "prisma_migrate")
    built = []
    for folder in ("here", "somewhere/quite/else"):
        stage = tmp_path / folder
        stage.mkdir(parents=True)
        contents.lay_out(package, ROOT, stage)
        built.append(archive.packed(stage))
    assert built[0] == built[1] == (PLACES.packages / "prisma_migrate.zip").read_bytes()
    written = sorted((ROOT / "functions" / "prisma_read" / "prisma" / "migrations").glob("*/migration.sql"))
    assert written
    with zipfile.ZipFile(PLACES.packages / "prisma_migrate.zip") as opened:
        for path in written:
            assert opened.read(f"migrations/{path.parent.name}/migration.sql") == path.read_bytes()


def test_mock_read_brings_what_the_runtime_has_not_and_no_more() -> None:
    """Lambda has boto3 and what it needs; installers' leftovers stay behind; under 15 MB unpacked."""
    with zipfile.ZipFile(PLACES.packages / "mock_read.zip") as package:
        top = {name.split("/")[0] for name in package.namelist()}
        size = sum(entry.file_size for entry in package.infolist())
        leftovers = [
            name for name in package.namelist() if Path(name).name in {"RECORD", "INSTALLER", ".lock"}
        ]
    assert {"mock_read", "aws_xray_sdk", "wrapt"} <= top
    assert not top & {"boto3", "botocore", "jmespath", "urllib3", "six.py", "dateutil", "tests", "bin"}
    assert leftovers == []
    assert size < 15 * MEGABYTE


def test_mock_reads_packages_load_where_their_compiled_part_does_not(tmp_path: Path) -> None:
    """GIVEN a Python that the extension inside is not for WHEN they are imported THEN Python twins serve.

    So a rehearsal runs the very bytes that Lambda gets on macOS, on ARM and under another Python.
    """
    with zipfile.ZipFile(PLACES.packages / "mock_read.zip") as package:
        package.extractall(tmp_path)
    for extension in tmp_path.rglob("*.so"):  # as its name says nothing to another interpreter
        extension.unlink()
    ask = "import aws_xray_sdk.core, wrapt;print(wrapt.__file__, wrapt.ObjectProxy.__module__)"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    command = [str(PLACES.python("runtime")), "-c", ask]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    assert done.stdout.startswith(str(tmp_path))
