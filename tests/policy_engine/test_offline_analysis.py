"""An exported state is judged without a backend, an account or the program."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from rehearsal.toolchain import ROOT

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow
FUNCTION = "aws:lambda/function:Function"
STACK = "pulumi:pulumi:Stack"


def _state(runtime: str) -> dict[str, Any]:
    inputs = {
        "name": "reader",
        "runtime": runtime,
        "tracingConfig": {"mode": "Active"},
        "tagsAll": {"Project": "p", "Stack": "dev", "Owner": "me"},
    }
    group = {"name": "/aws/lambda/reader", "retentionInDays": 90, "tagsAll": inputs["tagsAll"]}
    urn = "urn:pulumi:dev::p::"
    return {
        "version": 3,
        "deployment": {
            "manifest": {"time": "2026-01-01T00:00:00Z", "magic": "", "version": ""},
            "resources": [
                {"urn": f"{urn}{STACK}::p-dev", "custom": False, "type": STACK},
                *(
                    {"urn": f"{urn}{token}::reader", "custom": True, "id": "reader", "type": token}
                    | {"inputs": given, "outputs": given}
                    for token, given in ((FUNCTION, inputs), ("aws:cloudwatch/logGroup:LogGroup", group))
                ),
            ],
        },
    }


def _analyze(folder: Path, state: dict[str, Any], configuration: Path) -> subprocess.CompletedProcess[str]:
    file = folder / "export.json"
    file.write_text(json.dumps(state))
    command = [str(ROOT / "build" / "bin" / "pulumi"), "policy", "analyze", "--color", "never"]
    command += ["--policy-pack", str(ROOT / "policy"), "--policy-pack-config", str(configuration)]
    environment = {
        **os.environ,
        "PATH": f"{ROOT / 'build' / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PULUMI_HOME": str(folder / "home"),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }
    return subprocess.run(
        [*command, "--file", str(file)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_state_that_holds_is_passed(tmp_path: Path) -> None:
    """Exit code 0, and no violation."""
    done = _analyze(tmp_path, _state("python3.13"), ROOT / "policy-config.prod.json")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "[mandatory]" not in done.stdout


def test_a_state_that_does_not_is_refused(tmp_path: Path) -> None:
    """Exit code not 0, and the rule by its name."""
    done = _analyze(tmp_path, _state("python3.8"), ROOT / "policy-config.prod.json")

    assert done.returncode != 0
    assert "[mandatory]" in done.stdout
    assert "lambda-supported-runtime" in done.stdout


@pytest.mark.parametrize(
    ("configuration", "says"),
    [
        ({"lambda-log-retention": {"minDays": "many"}}, "minDays: Invalid type"),
        ({"lambda-log-retention": {"minDay": 30}}, "there is no setting 'minDay'; did you mean 'minDays'?"),
        ({"lambda-logs": "mandatory"}, "there is no rule 'lambda-logs'"),
        ({"iam-no-wildcard": {"exceptions": [{"resource": "x"}]}}, "exceptions.0: reason is required"),
    ],
)
def test_a_wrong_configuration_is_refused_at_start(
    tmp_path: Path, configuration: dict[str, Any], says: str
) -> None:
    """Before anything is judged, naming the rule and the setting."""
    file = tmp_path / "config.json"
    file.write_text(json.dumps(configuration))

    done = _analyze(tmp_path, _state("python3.13"), file)

    assert done.returncode != 0
    assert says in done.stderr + done.stdout
    assert "Traceback" not in done.stderr + done.stdout
