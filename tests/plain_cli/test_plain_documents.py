"""`docs/first-deployment.md`, then `docs/uninstalling.md`: each line by a shell, in order, as it stands.

State bucket, state key, stack and unit are on the local cloud. The unit reads a real PostgreSQL that exists
already: nothing listens behind an RDS of the local cloud, with which tests/engine works.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from localaws.local_network import network_settings
from localaws.provider.cloud import Cloud
from rehearsal import postgres, stack
from rehearsal.plain_cli import REGION, plain_cli

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localaws.local_cloud import LocalCloud
    from rehearsal.plain_cli import PlainCli

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
PROJECT = "huntaze-read-migration"
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
NOT_PLAYED = {
    r"make preview": "played by tests/rehearsal/test_preview.py; it would set the copy up anew",
    r".*LocationConstraint=eu": "for other regions than this cloud's; held to AWS's model by tests/docs",
    r"aws rds describe-db-proxy-targets": "of a stack's own database; played by localaws/tests/cloud",
    r"pulumi (stack --show-urns|state unprotect).* --stack prod": "of prod: test_engine_life_of_prod.py",
    r"aws rds modify-db-instance": "as above",
}
"""Lines that are not run here, by how they begin, and why."""
CODES = {"canary --stack beta migrate --dry-run": 3}
"""Lines that end with another code than 0: something is pending."""
AWAITED = {"canary --stack beta ready"}
"""Lines that are typed again until they end so: the guard has to run, and alarms have to be judged."""
LONGEST_S = 240.0
AWAITED_S = 60.0


@dataclass
class Shell:
    """A shell in a checkout, as a person has it open; what one line exports holds for the next."""

    cli: PlainCli
    put_in: dict[str, str]
    exported: str = ""

    def until_done(self, line: str) -> str:
        """Run a line, and again while it may still come right.

        Raises:
            AssertionError: It failed, in the end.
        """
        deadline = time.monotonic() + AWAITED_S
        while True:
            try:
                return self.run(line)
            except AssertionError:
                if line not in AWAITED or time.monotonic() > deadline:
                    raise

    def run(self, line: str) -> str:
        """Run a line; returns what it prints.

        Raises:
            AssertionError: It failed.
        """
        for said, own in self.put_in.items():
            line = line.replace(said, own)
        environment = {
            name: value for name, value in self.cli.environment.items() if name != "PULUMI_BACKEND_URL"
        }
        assigned = re.match(r"(\w+)=", line)
        typed = f'{line}\nprintf %s "${assigned[1]}"' if assigned else line
        done = subprocess.run(
            ["bash", "-eu", "-o", "pipefail", "-c", f"{self.exported}{typed}"],
            cwd=self.cli.checkout,
            env={**environment, "AWS_PAGER": "", "PULUMI_SKIP_CONFIRMATIONS": "true"},
            capture_output=True,
            text=True,
            timeout=LONGEST_S,
            check=False,
        )
        assert done.returncode == CODES.get(line, 0), f"{line}\n{done.stdout}\n{done.stderr}"
        if assigned:
            self.exported += f"{assigned[1]}={shlex.quote(done.stdout)}\n"
        elif line.startswith("export "):
            self.exported += f"{line}\n"
        return done.stdout


@dataclass
class Played:
    """What each line printed."""

    said: dict[str, str]
    make: Any


def lines(document: str) -> list[str]:
    """The lines of a document's shell blocks, but for those of `NOT_PLAYED`."""
    blocks = BLOCK.findall((ROOT / "docs" / document).read_text())
    found = [line for block in blocks for line in block.splitlines() if line.strip()]
    return [line for line in found if not any(re.match(begins, line) for begins in NOT_PLAYED)]


def configured(make: Any, database: postgres.PostgresServer) -> dict[str, str]:
    """What a person puts in for the documents' placeholders."""
    ec2 = make("ec2")
    network = network_settings(ec2)
    own = stack.database_settings(make("secretsmanager"), database)
    group = ec2.create_security_group(
        GroupName="database", Description="Of the database that is there", VpcId=network["vpcId"]
    )["GroupId"]
    more = {**own, "existingDatabaseTls": "off"}
    sets = [f"pulumi config set {PROJECT}:{key} {value} --stack beta" for key, value in more.items()]
    sets.append(
        f"pulumi config set --path '{PROJECT}:existingDatabaseSecurityGroupIds[0]' {group} --stack beta"
    )
    first, second = list(network["subnetIds"])
    return {
        "vpc-0123456789abcdef0": str(network["vpcId"]),
        "subnet-0123456789abcdef0": first,
        "subnet-0123456789abcdef1": second,
        f"pulumi config set {PROJECT}:existingDatabaseHost reads.internal.example --stack beta": "\n".join(
            sets
        ),
        "arn:aws:secretsmanager:us-east-1:123456789012:secret:reader-AbCdEf": own[
            "existingDatabaseCredentialsArn"
        ],
    }


@pytest.fixture(scope="module")
def played(cloud: LocalCloud) -> Iterator[Played]:
    """GIVEN an account with a network and a database WHEN both documents are typed, line by line."""
    make = Cloud(cloud.endpoint, REGION, keys=cloud.keys).client
    with (
        tempfile.TemporaryDirectory(prefix="documents-") as work,
        postgres.running(Path(work) / "postgres") as database,
        plain_cli(Path(work), cloud) as cli,
    ):
        shell = Shell(cli, configured(make, database))
        documents = ("first-deployment.md", "uninstalling.md")
        yield Played({line: shell.until_done(line) for name in documents for line in lines(name)}, make)


def test_every_line_is_played_or_has_its_reason() -> None:
    """A reason for a line that no document has any more is left over."""
    text = "".join((ROOT / "docs" / name).read_text() for name in ("first-deployment.md", "uninstalling.md"))
    for begins in NOT_PLAYED:
        assert re.search(f"^{begins}", text, re.MULTILINE), begins


def test_a_new_account_becomes_ready_and_empty_again(played: Played) -> None:
    """THEN nothing was in the way, the tables are made, `ready` is green, and the trail alone is left."""
    said = {line: text for line, text in played.said.items() if "canary" in line}
    assert "nothing is in the way" in said["canary --stack beta preflight"]
    assert "applied " in said['canary --stack beta migrate --reason "first tables"']
    assert re.search(r"\b(\d+)/\1 ok\. Ready\.", said["canary --stack beta ready"])
    assert "Now `pulumi destroy` can remove the rest." in said["canary --stack beta teardown"]
    left = stack.left_in_cloud(played.make, "huntaze")
    assert left == ["kms huntaze-pulumi-state"]
    groups = played.make("logs").describe_log_groups()["logGroups"]
    assert [group["logGroupName"] for group in groups] == ["/huntaze/read-migration/audit"]
