"""`pulumi …` as a person types it in a checkout: the plain CLI, a language host, and the local cloud as AWS.

The inline engine of `rehearsal.engine` runs the program in this process. Here the CLI finds everything
itself: the project, the environment that `Pulumi.yaml` names, the language host and the policy pack.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from localaws.provider.server import serve
from rehearsal.toolchain import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from localaws.local_cloud import LocalCloud

LINKED = (".venvs", "build")
"""Folders that `make setup` made; a copy of the checkout links to them."""
NOT_COPIED = (*LINKED, ".git", "node_modules", "__pycache__", ".*_cache", ".hypothesis")
LONGEST_S = 300.0
REGION = "us-east-1"


@dataclass(frozen=True)
class Ran:
    """A command that has ended."""

    words: tuple[str, ...]
    code: int
    out: str
    err: str

    def __str__(self) -> str:
        """Return the command and all its output, for a failed test."""
        return f"{' '.join(self.words)} -> {self.code}\n{self.out}\n{self.err}"


@dataclass(frozen=True)
class PlainCli:
    """A copy of this checkout, and the environment for `pulumi`, `canary` and `aws` in it.

    Attributes:
        checkout: Folder of the copy. A copy is needed because the CLI writes to its files
            `Pulumi.<stack>.yaml`.
        environment: All environment variables, without any of the user's own AWS or Pulumi configuration.
    """

    checkout: Path
    environment: dict[str, str]

    def run(self, *words: str, code: int | None = 0, typed: str = "") -> Ran:
        """Run a command to its end.

        Args:
            words: The command line, for example ``pulumi``, ``stack``, ``init``, ``beta``.
            code: Required exit code; None accepts any. Default 0.
            typed: Text for its standard input. Default empty.

        Raises:
            AssertionError: The command ended with another exit code. The message has its output.
        """
        done = subprocess.run(
            words,
            cwd=self.checkout,
            env=self.environment,
            input=typed,
            capture_output=True,
            text=True,
            timeout=LONGEST_S,
            check=False,
        )
        ran = Ran(words, done.returncode, done.stdout, done.stderr)
        if code is not None and ran.code != code:
            raise AssertionError(str(ran))
        return ran


@contextlib.contextmanager
def plain_cli(work: Path, cloud: LocalCloud | None = None, host: Path | None = None) -> Iterator[PlainCli]:
    """Copy the checkout, and serve the provider stand-in until the ``with`` block ends.

    Args:
        work: Folder for the copy, Pulumi's home and the state.
        cloud: Cloud in which resources are created. With None only previews work.
        host: Folder of another language host. Defaults to the one that `make setup` prepared.
    """
    checkout = work / "checkout"
    shutil.copytree(ROOT, checkout, ignore=shutil.ignore_patterns(*NOT_COPIED), symlinks=True)
    for name in LINKED:
        (checkout / name).symlink_to(ROOT / name)
    for name in ("home", "state"):
        (work / name).mkdir()
    endpoint, keys = (cloud.endpoint, cloud.keys) if cloud else (None, None)
    with serve(endpoint, REGION, checkout, keys) as provider:
        own = {name: value for name, value in os.environ.items() if not name.startswith(_OF_THE_USER)}
        folders = [
            host or checkout / "build" / "language-host",
            checkout / "build" / "bin",
            checkout / ".venvs" / "program" / "bin",
        ]
        environment = {
            **own,
            "PATH": os.pathsep.join([*map(str, folders), own.get("PATH", os.defpath)]),
            "PULUMI_HOME": str(work / "home"),
            "PULUMI_BACKEND_URL": f"file://{work / 'state'}",
            "PULUMI_CONFIG_PASSPHRASE": secrets.token_urlsafe(12),
            "PULUMI_DEBUG_PROVIDERS": f"aws:{provider.port}",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            **_account(cloud),
        }
        yield PlainCli(checkout, environment)


_OF_THE_USER = ("AWS_", "PULUMI_", "CANARY_", "VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME")


def _account(cloud: LocalCloud | None) -> Mapping[str, str]:
    if cloud is None:
        return {}
    return {
        "AWS_ENDPOINT_URL": cloud.endpoint,
        "AWS_DEFAULT_REGION": REGION,
        **cloud.keys.environment(),
        "AWS_EC2_METADATA_DISABLED": "true",
    }
