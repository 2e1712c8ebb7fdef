"""What Pulumi's own language host asks of the environments that set-up makes."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RUN_BY_PULUMI = ("program", "policy")
"""The environments that `Pulumi.yaml` and `PulumiPolicy.yaml` name."""


@pytest.mark.parametrize("name", RUN_BY_PULUMI)
def test_an_environment_that_pulumi_runs_lists_its_packages_by_pip(name: str) -> None:
    """A sync removes what no lock names, and without pip every `pulumi up` ends before it begins.

    https://github.com/pulumi/pulumi/blob/v3.259.0/sdk/python/toolchain/pip.go, `ListPackages`.
    """
    python = ROOT / ".venvs" / name / "bin" / "python"
    asked = [str(python), "-m", "pip", "list", "--format", "json"]
    done = subprocess.run(asked, capture_output=True, check=True, text=True)
    assert {"pip", "pulumi"} <= {package["name"] for package in json.loads(done.stdout)}
