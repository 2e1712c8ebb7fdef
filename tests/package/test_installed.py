"""What `pip install .` brings: the command works away from the checkout, each project packs itself alone."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECTS = {"canary": ROOT, "localaws": ROOT / "localaws", "metric_math": ROOT / "metric_math"}


def built(project: Path, folder: Path) -> Path:
    """The project's wheel, by the backend that its `pyproject.toml` names."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=project, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The installed command's packages, and nothing else of the checkout."""
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(built(ROOT, tmp_path_factory.mktemp("wheel"))) as wheel:
        wheel.extractall(folder)
    return folder


def canary(installed: Path, away: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the installed command in another folder."""
    begin = "import sys; sys.path.insert(0, sys.argv.pop(1)); from canary.cli.__main__ import main; main()"
    command = [sys.executable, "-P", "-c", begin, str(installed), *words]
    return subprocess.run(
        command, cwd=away, env={**os.environ, "COLUMNS": "120"}, capture_output=True, text=True, check=False
    )


def test_the_command_says_what_it_can_do(installed: Path, tmp_path: Path) -> None:
    """GIVEN the package alone WHEN `canary --help` THEN every verb is there."""
    done = canary(installed, tmp_path, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert {"ramp", "rollback", "verdict", "cost"} <= set(done.stdout.split())


@pytest.mark.parametrize("stack", ["beta", "prod"])
def test_a_cost_is_estimated_away_from_the_checkout(installed: Path, tmp_path: Path, stack: str) -> None:
    """GIVEN the package alone WHEN `canary cost` THEN the same bill as in the checkout."""
    here = canary(ROOT, ROOT, "--stack", stack, "cost", "--json")
    away = canary(installed, tmp_path, "--stack", stack, "cost", "--json")
    assert away.returncode == 0, away.stderr
    assert away.stdout == here.stdout


@pytest.mark.parametrize("name", PROJECTS)
def test_a_project_packs_its_own_code_and_no_tests(name: str, tmp_path: Path) -> None:
    """Nothing of another project is needed to build it, and nothing of another is in it."""
    with zipfile.ZipFile(built(PROJECTS[name], tmp_path)) as wheel:
        names = [one for one in wheel.namelist() if ".dist-info/" not in one]
    assert f"{name}/__init__.py" in names
    assert {one.partition("/")[0] for one in names} == {name}
    assert not [one for one in names if "/tests/" in one or "node_modules" in one]
