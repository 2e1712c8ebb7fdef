"""A program that knows the unit only by the package's schema gets the whole unit, from the real engine."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from components import CanaryMigration
from rehearsal.toolchain import ROOT
from tests.program.recording import ACCOUNT, record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from components import CanaryMigrationArgs

pytestmark = pytest.mark.slow
CODE = str(ROOT / "build" / "functions")
SECRET = f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:orders"
INPUTS: dict[str, Any] = {
    "prefix": "orders",
    "region": "us-east-1",
    "account": ACCOUNT,
    "code": CODE,
    "shiftIntervalMinutes": 2,
    "jwtIssuer": "https://auth.orders.example/",
    "jwtAudience": ["orders"],
    "database": {
        "host": "database.orders.example",
        "port": 5432,
        "name": "orders",
        "user": "orders",
        "tls": "verify-full",
        "secretArn": SECRET,
        "vpc": {"subnetIds": ["subnet-0123abcd"], "securityGroupIds": ["sg-0123abcd"]},
    },
}
ARGS: CanaryMigrationArgs = {
    "prefix": "orders",
    "region": "us-east-1",
    "account": ACCOUNT,
    "code": CODE,
    "shift_interval_minutes": 2,
    "jwt_issuer": "https://auth.orders.example/",
    "jwt_audience": ["orders"],
    "database": {
        "host": "database.orders.example",
        "port": 5432,
        "name": "orders",
        "user": "orders",
        "tls": "verify-full",
        "secret_arn": SECRET,
        "vpc": {"subnet_ids": ["subnet-0123abcd"], "security_group_ids": ["sg-0123abcd"]},
    },
}


@pytest.fixture
def package() -> Iterator[int]:
    """The port of the package, served by the SDK."""
    command = [sys.executable, "-m", "tests.package.attached"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def previewed(port: int, inputs: dict[str, Any]) -> dict[str, Any]:
    """What a preview says to a program that gives these inputs."""
    command = [sys.executable, "-m", "tests.package.consumer", str(port), json.dumps(inputs)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    outcome: dict[str, Any] = json.loads(done.stdout)
    return outcome


def unit() -> None:
    """The same unit in a program that imports it."""
    CanaryMigration("orders", ARGS)


def test_it_is_the_unit_that_a_python_program_gets(package: int) -> None:
    """Resource by resource, by type and name; and the policies have nothing against it."""
    outcome = previewed(package, INPUTS)

    assert [one for one in outcome["violations"] if one["level"] == "mandatory"] == []
    assert not outcome["refused"], outcome["errors"]
    planned = {(one["type"], one["name"]) for one in outcome["plan"]}
    # The stack and its providers are the program's, not the unit's.
    assert {(token, name) for token, name in planned if not token.startswith("pulumi:")} == {
        (one.token, one.name) for one in record(unit).resources
    }


def test_what_is_missing_is_named(package: int) -> None:
    """By the name that the other language has for it."""
    without = {name: value for name, value in INPUTS.items() if name != "database"}

    outcome = previewed(package, without)

    assert outcome["refused"]
    assert any("Missing required input 'database' on 'CanaryMigration'" in text for text in outcome["errors"])
