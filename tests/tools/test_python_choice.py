"""Which Python set-up runs under, and which one the functions run under."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.setup import interpreters
from tools.setup.places import Places

SCRIPT = Path(__file__).resolve().parents[2] / "tools" / "python.sh"


class Machine:
    """A PATH with pretended Pythons, and a checkout with the script."""

    def __init__(self, folder: Path) -> None:
        self.bin = folder / "bin"
        self.bin.mkdir()
        self.script = folder / "tools" / "python.sh"
        self.script.parent.mkdir()
        shutil.copy(SCRIPT, self.script)
        (folder / ".venvs").mkdir()
        self.last = folder / ".venvs" / "python"

    def has(self, name: str, version: str, *, pip: bool = True) -> str:
        """A Python of a version: it says so, and answers yes when asked whether it will do."""
        good = pip and tuple(map(int, version.split("."))) >= (3, 11)
        path = self.bin / name
        path.write_text(
            f'#!/bin/sh\ncase "$2" in *find_spec*) exit {int(not good)} ;; *executable*) echo {path} ;; '
            f"*) echo {version} ;; esac\n"
        )
        path.chmod(0o755)
        return str(path)

    def shim(self, name: str) -> None:
        """What a version manager leaves for a version that is not installed."""
        (self.bin / name).write_text("#!/bin/sh\necho 'not installed' >&2\nexit 127\n")
        (self.bin / name).chmod(0o755)

    def choose(self, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the script where only this machine's Pythons are to be found."""
        for tool in ("dirname", "cat"):
            if not (self.bin / tool).exists():
                (self.bin / tool).symlink_to(shutil.which(tool) or tool)
        nowhere = str(self.bin / "nowhere")
        search = {"PATH": str(self.bin), "HOME": nowhere, "PYENV_ROOT": nowhere, "SYSTEM_PYTHONS": nowhere}
        search |= environment
        command = [shutil.which("sh") or "sh", str(self.script)]
        return subprocess.run(command, env=search, check=False, capture_output=True, text=True)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """With no Python yet."""
    return Machine(tmp_path)


def test_python3_is_taken_when_it_will_do(machine: Machine) -> None:
    """The plain name first."""
    wanted = machine.has("python3", "3.12.1")
    machine.has("python3.13", "3.13.0")
    assert machine.choose().stdout.strip() == wanted


def test_an_old_python3_gives_way_to_a_newer_name(machine: Machine) -> None:
    """`python3` may be 3.9 where python3.12 is installed too."""
    machine.has("python3", "3.9.2")
    wanted = machine.has("python3.12", "3.12.4")
    assert machine.choose().stdout.strip() == wanted


def test_a_shim_that_does_not_run_is_passed_over(machine: Machine) -> None:
    """Being on PATH is not enough."""
    machine.shim("python3")
    machine.shim("python3.13")
    wanted = machine.has("python3.11", "3.11.9")
    assert machine.choose().stdout.strip() == wanted


def test_a_python_that_cannot_install_is_passed_over(machine: Machine) -> None:
    """Debian's python3 without pip and venv gives way to one that has them."""
    machine.has("python3", "3.11.2", pip=False)
    wanted = machine.has("python3.12", "3.12.4")
    assert machine.choose().stdout.strip() == wanted


def test_the_last_choice_is_kept_while_it_runs(machine: Machine) -> None:
    """No change of Python, hence no new environments, because another one appeared."""
    wanted = machine.has("python3.12", "3.12.4")
    machine.has("python3", "3.13.0")
    machine.last.write_text(wanted + "\n")
    assert machine.choose().stdout.strip() == wanted


def test_what_the_user_says_wins(machine: Machine) -> None:
    """PYTHON=... is taken, or refused by name."""
    machine.has("python3", "3.13.0")
    wanted = machine.has("mine", "3.11.1")
    assert machine.choose(PYTHON=wanted).stdout.strip() == wanted
    refused = machine.choose(PYTHON="/no/such/python")
    assert refused.returncode == 1
    assert "PYTHON=/no/such/python" in refused.stderr


def test_without_a_python_the_version_wanted_and_those_found_are_named(machine: Machine) -> None:
    """The first thing a newcomer may read."""
    old = machine.has("python3", "3.9.2")
    bare = machine.has("python3.12", "3.12.4", pip=False)
    said = machine.choose()
    assert said.returncode == 1
    assert "Python 3.11 or newer" in said.stderr
    assert f"{old} is 3.9.2" in said.stderr
    assert f"{bare} (3.12.4) has neither pip nor venv" in said.stderr


def test_functions_run_under_lambdas_minor_version_where_it_runs() -> None:
    """GIVEN a shim that does not run, a name that lies and a real 3.13 THEN the real one is chosen."""
    says = {"/shim": None, "/liar": "/usr/bin/python3 3.12.1", "/real": "/opt/python/bin/python3.13 3.13.5"}
    chosen = interpreters.first_that_runs(says, says.__getitem__)
    assert chosen.path == "/opt/python/bin/python3.13"
    assert chosen.is_lambdas


def test_functions_run_under_the_python_at_hand_otherwise() -> None:
    """Nothing is downloaded for them."""
    chosen = interpreters.first_that_runs(["/shim"], lambda _path: None)
    assert chosen.path == sys.executable
    assert chosen.version == ".".join(map(str, sys.version_info[:3]))


def test_pyenvs_versions_are_looked_at_newest_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Installed, though perhaps not on PATH."""
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    for version in ("3.13.2", "3.13.10", "3.12.9"):
        folder = tmp_path / "versions" / version / "bin"
        folder.mkdir(parents=True)
        (folder / "python3.13").touch()
    places = Places.of(tmp_path, {"PATH": str(tmp_path)})
    found = [path for path in interpreters.candidates(places) if path.startswith(str(tmp_path))]
    assert [Path(path).parents[1].name for path in found] == ["3.13.10", "3.13.2"]


def test_our_own_bin_is_not_the_machines(tmp_path: Path) -> None:
    """The Makefile puts build/bin on PATH; what is linked there must not be taken for the machine's own."""
    own = tmp_path / "build" / "bin"
    own.mkdir(parents=True)
    (own / "pulumi").write_text("#!/bin/sh\n")
    (own / "pulumi").chmod(0o755)
    places = Places.of(tmp_path, {"PATH": f"{own}{os.pathsep}{tmp_path}"})
    assert places.which("pulumi") is None
