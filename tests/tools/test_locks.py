"""Locks: everything hashed, nothing said about where it comes from."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tools import lock

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / "tools" / "requirements").glob("*.txt"))
NODE_LOCKS = [
    ROOT / folder / "package-lock.json"
    for folder in ("functions/prisma_read", "localaws/cloud/functions/node_runtime")
]
ANOTHER_INDEX = "index-url"
"""Option of an installer that names another registry."""
HOST = re.compile(
    r"\b[\w-]+\.(?:com|org|io|net|dev|example)\b|https?:|git\+|file:|/(?:home|root|tmp|Users|work)/"
)


def pins(text: str) -> dict[str, str]:
    """Name to version, one a line that pins."""
    found = re.findall(r"^([a-z0-9][a-z0-9._-]*)==([^\s;\\]+)", text, re.MULTILINE)
    return dict(found)


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.stem)
def test_a_lock_holds_no_host_no_address_and_no_folder(path: Path) -> None:
    """Where packages come from is the business of the machine's own client."""
    text = path.read_text()
    assert HOST.findall(text) == []
    assert lock.places_in(text) == []


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.stem)
def test_every_pin_has_hashes(path: Path) -> None:
    """Nothing else than what was locked can be installed."""
    blocks = re.split(r"^(?=[a-z0-9])", path.read_text(), flags=re.MULTILINE)[1:]
    assert blocks
    assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.stem)
def test_a_lock_keeps_the_pins_that_were_wished_for(path: Path) -> None:
    """A version in the .in file is the version in the lock: nobody forgot `make lock`."""
    wished = pins(re.sub(r"\[.*?\]", "", path.with_suffix(".in").read_text()).lower())
    locked = pins(path.read_text())
    assert {name: locked.get(name) for name in wished} == wished


def test_mock_read_ships_the_versions_it_is_tested_with() -> None:
    """The package's lock follows the program's."""
    tested = pins((ROOT / "tools" / "requirements" / "program.txt").read_text())
    shipped = pins((ROOT / "tools" / "requirements" / "bundle-mock-read.txt").read_text())
    assert shipped
    assert {name: tested.get(name) for name in shipped} == shipped


@pytest.mark.parametrize("path", NODE_LOCKS, ids=lambda path: path.parent.name)
def test_a_node_lock_holds_checksums_and_no_address(path: Path) -> None:
    """By itself, npm's lock says where it found things, unless it is told not to."""
    packages = json.loads(path.read_text())["packages"]
    installed = {name: package for name, package in packages.items() if name and not package.get("link")}
    assert installed
    assert [name for name, package in installed.items() if "resolved" in package] == []
    assert [
        name
        for name, package in installed.items()
        if "integrity" not in package and not package.get("inBundle")
    ] == []


@pytest.mark.parametrize(
    "line",
    [
        f"--{ANOTHER_INDEX}=elsewhere",
        "uv @ file:///opt/wheels/uv.whl",
        "-f wheels",
        "# from http://x",
    ],
)
def test_making_a_lock_refuses_lines_that_say_where(line: str) -> None:
    """Whatever a user's own configuration brings in."""
    assert lock.places_in(f"uv==0.1\n{line}\n") == [line]
