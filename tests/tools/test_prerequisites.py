"""What is missing is named, with the version wanted, before any work starts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tools.setup.prerequisites import Machine, missing

GOOD = Machine(
    system="Linux",
    processor="x86_64",
    libc="glibc 2.36",
    python=(3, 11, 2),
    can_install=True,
    free_gb=10.0,
    unwritable=(),
)


@pytest.mark.parametrize("machine", [GOOD, replace(GOOD, system="Darwin", processor="arm64", libc="")])
def test_a_good_machine_lacks_nothing(machine: Machine) -> None:
    """Linux with glibc and macOS will do."""
    assert missing(machine) == []


@pytest.mark.parametrize(
    ("machine", "named"),
    [
        (replace(GOOD, python=(3, 10, 13)), ["Python 3.11 or newer", "3.10.13"]),
        (replace(GOOD, can_install=False), ["pip or venv", "python3-venv"]),
        (replace(GOOD, system="Windows", libc=""), ["Linux or macOS", "Windows", "WSL 2"]),
        (replace(GOOD, processor="riscv64"), ["x86-64 or ARM64", "riscv64"]),
        (replace(GOOD, libc=""), ["glibc 2.28", "none"]),
        (replace(GOOD, libc="glibc 2.17"), ["glibc 2.28", "2.17"]),
        (replace(GOOD, free_gb=1.2), ["GB of free disk", "1.2 GB"]),
        (replace(GOOD, unwritable=(Path("/read/only"),)), ["permission to write", "/read/only"]),
    ],
)
def test_each_lack_is_named_with_what_is_wanted_and_what_was_found(
    machine: Machine, named: list[str]
) -> None:
    """One line a lack."""
    (said,) = missing(machine)
    assert all(part in said for part in named), said


def test_everything_missing_is_named_at_once() -> None:
    """Nobody mends one thing to be told the next."""
    assert len(missing(replace(GOOD, python=(3, 9, 0), can_install=False, free_gb=0.0))) == 3
