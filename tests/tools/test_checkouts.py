"""Two checkouts make the same packages, whatever has been touched, run or left behind in one of them."""

from __future__ import annotations

import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from tools.bundles import archive, bytecode, contents
from tools.setup.commands import Commands, Running
from tools.setup.places import Places

ROOT = Path(__file__).resolve().parents[2]
PLACES = Places.of(ROOT, os.environ)
PRISMA_READ = Path("functions") / "prisma_read"
NODE = ROOT / "build" / "bin" / "node"
PYTHON_PACKAGES = [package.name for package in contents.PACKAGES if not package.is_built]
UNCHECKED_HASH = 0b01
"""PEP 552's flags of a compiled module that is found by a hash and not looked at again."""


def checkout(package: contents.Package, root: Path) -> Path:
    """A copy of what a package is made of, elsewhere."""
    for part in package.holds.values():
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, root / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            (root / part).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / part, root / part)
    return root


def lived_in(root: Path) -> Path:
    """The same after tests have run, files have been touched and rights have changed."""
    for path in [*root.rglob("*.py")]:
        os.utime(path, (1_000_000_000, 1_000_000_000))
        path.chmod(0o600)
        left = path.parent / "__pycache__"
        left.mkdir(exist_ok=True)
        (left / f"{path.stem}.cpython-311.pyc").write_bytes(b"of another version")
    return root


def packed(package: contents.Package, root: Path, stage: Path) -> bytes:
    """A package as set-up makes it, without what is others'."""
    stage.mkdir()
    contents.lay_out(package, root, stage)
    bytecode.add(stage, PLACES.python("runtime"), Commands(Running(), stage.with_suffix(".log"), os.environ))
    return archive.packed(stage, keep=("__pycache__",))


@pytest.mark.parametrize("name", PYTHON_PACKAGES)
def test_a_clone_and_a_checkout_that_was_worked_in_make_the_same_bytes(name: str, tmp_path: Path) -> None:
    """GIVEN the same sources twice, one lived in WHEN packed THEN no byte differs: no change in a preview."""
    package = next(package for package in contents.PACKAGES if package.name == name)
    clone = checkout(package, tmp_path / "clone")
    worked_in = lived_in(checkout(package, tmp_path / "worked" / "in"))
    first = packed(package, clone, tmp_path / "one")
    assert first == packed(package, worked_in, tmp_path / "two")
    target = tmp_path / "package.zip"
    assert archive.replace_if_different(target, first)
    assert not archive.replace_if_different(target, packed(package, lived_in(clone), tmp_path / "three"))


@pytest.mark.skipif(
    not bytecode.compiles_for_lambda(PLACES.python("runtime")),
    reason="no Python of Lambda's minor version here",
)
@pytest.mark.parametrize("name", PYTHON_PACKAGES)
def test_every_compiled_module_is_found_by_a_hash_and_never_looked_at_again(name: str) -> None:
    """GIVEN the package that is deployed THEN each module lies compiled beside its source, PEP 552's way."""
    with zipfile.ZipFile(PLACES.packages / f"{name}.zip") as opened:
        names = set(opened.namelist())
        own = {one for one in names if one.startswith(f"{name}/") and one.endswith(".py")}
        compiled = {one: opened.read(one) for one in names if one.endswith(".pyc")}
    assert own
    for module in own:
        folder, _, file = module.rpartition("/")
        assert f"{folder}/__pycache__/{file.removesuffix('.py')}.cpython-313.pyc" in compiled
    assert {int.from_bytes(content[4:8], "little") for content in compiled.values()} == {UNCHECKED_HASH}


@pytest.mark.slow
@pytest.mark.skipif(not NODE.exists(), reason="make setup has not made build/bin/node yet")
def test_two_checkouts_make_the_same_node_bundles(tmp_path: Path) -> None:
    """GIVEN the sources in two folders WHEN bundled THEN the same bytes, and those of this checkout."""
    kept = ("index.mjs", "query_compiler.wasm", "migrate/index.mjs")
    built = []
    for name in ("clone", "some/where/else"):
        copy = tmp_path / name
        copy.mkdir(parents=True)
        for part in ("src", "scripts", "generated", "prisma"):
            shutil.copytree(ROOT / PRISMA_READ / part, copy / part)
        shutil.copy(ROOT / PRISMA_READ / "package.json", copy)
        (copy / "node_modules").symlink_to(ROOT / PRISMA_READ / "node_modules")
        subprocess.run([NODE, "scripts/build.mjs"], cwd=copy, check=True, capture_output=True)
        built.append([(copy / "dist" / file).read_bytes() for file in kept])
    assert built[0] == built[1] == [(ROOT / PRISMA_READ / "dist" / file).read_bytes() for file in kept]
