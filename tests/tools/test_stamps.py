"""When a step counts as done."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tools.setup.stamp import Stamp, digest, files_under, signature

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A folder with work in it."""
    folder = tmp_path / "source"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.py").write_text("a = 1\n")
    (folder / "deep" / "b.py").write_text("b = 2\n")
    return folder


def test_a_touched_file_changes_nothing(source: Path) -> None:
    """Times do not count: a checkout moves them."""
    before = digest([source])
    os.utime(source / "a.py", (1, 1))
    assert digest([source]) == before


def test_junk_changes_nothing(source: Path) -> None:
    """What Python, an editor or a desktop leaves behind is nobody's work."""
    before = digest([source])
    (source / "__pycache__").mkdir()
    for name in ("__pycache__/a.cpython-313.pyc", ".DS_Store", "a.py~", ".hidden", "stale.pyc"):
        (source / name).write_text("junk")
    assert digest([source]) == before


@pytest.mark.parametrize("change", ["content", "name", "more", "less"])
def test_every_real_change_counts(source: Path, change: str) -> None:
    """Content, names, additions and removals all make another digest."""
    before = digest([source])
    if change == "content":
        (source / "a.py").write_text("a = 2\n")
    elif change == "name":
        (source / "a.py").rename(source / "c.py")
    elif change == "more":
        (source / "c.py").touch()
    else:
        (source / "deep" / "b.py").unlink()
    assert digest([source]) != before


def test_a_file_that_appears_changes_the_digest(tmp_path: Path) -> None:
    """An input may be missing; it counts once it is there, even when empty."""
    before = digest([tmp_path / "lock.txt"])
    (tmp_path / "lock.txt").touch()
    assert digest([tmp_path / "lock.txt"]) != before


def test_neighbouring_strings_do_not_run_together() -> None:
    """Where one input ends and the next begins is part of the digest."""
    assert digest(["ab", "c"]) != digest(["a", "bc"])


def test_the_place_of_a_folder_does_not_count(source: Path, tmp_path: Path) -> None:
    """Two clones agree."""
    moved = tmp_path / "elsewhere" / "source"
    moved.parent.mkdir()
    before = digest([source])
    source.rename(moved)
    assert digest([moved]) == before


def test_kept_folders_are_listed_whole(source: Path) -> None:
    """Compiled modules are junk in a source folder, and content in a package."""
    (source / "__pycache__").mkdir()
    (source / "__pycache__" / "a.cpython-313.pyc").touch()
    names = [file.name for file in files_under(source, keep=("__pycache__",))]
    assert names == ["a.cpython-313.pyc", "a.py", "b.py"]


def test_another_program_in_its_place_has_another_signature(tmp_path: Path) -> None:
    """An upgraded node or pulumi is noticed without starting it."""
    program = tmp_path / "node"
    program.write_text("one")
    before = signature(program)
    program.write_text("another")
    assert signature(program) != before


def test_a_program_that_is_not_there_has_a_signature_too(tmp_path: Path) -> None:
    """Nothing found, and a link to nothing, are the same."""
    dangling = tmp_path / "python3.13"
    dangling.symlink_to(tmp_path / "gone")
    assert signature(None) == signature(dangling) == "none"


def test_a_stamp_is_whole_or_not_there(tmp_path: Path) -> None:
    """A stamp matches exactly what was written, and nothing once cleared."""
    stamp = Stamp(tmp_path / "stamps", "some step")
    assert not stamp.matches("x")
    stamp.write("x")
    assert stamp.matches("x")
    assert not stamp.matches("y")
    stamp.clear()
    assert not stamp.matches("x")
