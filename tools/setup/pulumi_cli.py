"""The Pulumi CLI: the machine's if recent enough, otherwise built from pinned, checksummed Go modules.

No registry that ordinary package clients reach carries the CLI itself, but its source is a Go module.
``tools/pulumi-cli`` pins it with all of its dependencies (``go.sum``). The result is kept outside the
checkout under the hash of those pins, so clones share it, and a new pin builds a new one.
"""

from __future__ import annotations

import fcntl
import os
import platform
import re
import tempfile
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tools.setup import environments, executor, go, installer
from tools.setup.commands import answer
from tools.setup.stamp import digest, signature
from tools.setup.step import Step, StepError
from tools.setup.versions import recent, version_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tools.setup.commands import Commands
    from tools.setup.places import Places
    from tools.setup.progress import Progress

MADE_BY = "1"
"""Increase it when the code below makes something else from the same inputs."""

NAME = "Pulumi CLI"
ANALYZER = "policy analyzer"
MODULE = "github.com/pulumi/pulumi/pkg/v3"
VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"
ASK_AGAIN_S = 0.5


def step(places: Places, progress: Progress) -> Step:
    """Return the step that links ``build/bin/pulumi``."""
    link = places.bin / "pulumi"
    source = places.root / "tools" / "pulumi-cli"

    def inputs() -> list[str | Path]:
        return [source, signature(places.which("pulumi")), str(places.cache), MADE_BY]

    def work(commands: Commands) -> None:
        pinned = pinned_version(source)
        program = _on_machine(places, pinned)
        if program is None:
            program = cached(places, source)
            with _alone(program.parent, commands, progress):
                if answer([program, "version"]) is None:
                    progress.note(f"building the Pulumi CLI {pinned}: once for all clones, 2 to 3 minutes")
                    _build(places, source, program, commands, progress)
        places.bin.mkdir(parents=True, exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to(program)

    return Step(NAME, inputs, (link,), work, (installer.NAME,))


def analyzer(places: Places) -> Step:
    """Return the step that writes the program with which the engine starts a policy pack written in Python.

    The engine looks for that program on PATH and runs it in the pack's folder. The arguments after the first
    two are the options of `PulumiPolicy.yaml`, which tell the official CLI where the environment is.
    """
    program = places.bin / "pulumi-analyzer-policy-python"
    line = f'exec "{places.python("policy")}" -u -m pulumi.policy "$1" "$2"'

    def work(commands: Commands) -> None:
        del commands
        environments.write_program(program, line)

    return Step(ANALYZER, lambda: [line], (program,), work, (environments.step_name("policy"),))


def pinned_version(source: Path) -> str:
    """Return the version that go.mod pins, for example ``3.259.0``. A newer CLI on PATH is accepted too."""
    found = re.search(rf"^require {re.escape(MODULE)} v(\S+)$", (source / "go.mod").read_text(), re.MULTILINE)
    if not found:
        raise StepError(f"{source / 'go.mod'}: no line 'require {MODULE} v...'")
    return found[1]


def cached(places: Places, source: Path) -> Path:
    """Return the path in the cache for the CLI that these pins build."""
    pins = digest([source / "go.mod", source / "go.sum"])[:12]
    machine = f"{platform.system()}-{platform.machine()}".lower()
    return places.cache / f"pulumi-{pinned_version(source)}-{machine}-{pins}" / "pulumi"


def _on_machine(places: Places, pinned: str) -> Path | None:
    found = places.which("pulumi")
    wanted = version_in(pinned)
    return found if found and wanted and recent(answer([found, "version"]), wanted) else None


@contextmanager
def _alone(folder: Path, commands: Commands, progress: Progress) -> Iterator[None]:
    """Lock a folder of the cache: if two clones want the same CLI at once, one builds and the other waits."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        waiting = False
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if not waiting:
                    progress.note("another clone is building the Pulumi CLI: waiting for it")
                waiting = True
                commands.unless_ending()
                time.sleep(ASK_AGAIN_S)
            else:
                break
        yield


def _build(places: Places, source: Path, target: Path, commands: Commands, progress: Progress) -> None:
    toolchain = go.find(places, commands, progress)
    version = pinned_version(source)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="partial-") as folder:
        built = f"{folder}/pulumi"
        smaller_and_versioned = f"-s -w -X {VERSION_VARIABLE}=v{version}"
        flags = ["-mod=readonly", "-trimpath", "-buildvcs=false", "-ldflags", smaller_and_versioned]
        commands.run(
            [toolchain.program, "build", *flags, "-o", built, f"{MODULE}/cmd/pulumi"],
            cwd=source,
            env=toolchain.environment,
        )
        if version_in(answer([built, "version"])) != version_in(version):
            raise StepError(f"the Pulumi CLI was built, but does not say that it is {version}")
        executor.take(toolchain, source, target.parent, commands)
        os.replace(built, target)  # noqa: PTH105 (a str, and atomic either way)
    toolchain.clean()
