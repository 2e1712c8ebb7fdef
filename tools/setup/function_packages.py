"""Set-up steps that build the functions' packages."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tools.bundles import archive, bytecode, contents, third_party
from tools.setup import environments, node
from tools.setup.stamp import Stamp, signature
from tools.setup.step import Step

if TYPE_CHECKING:
    from tools.setup.commands import Commands
    from tools.setup.places import Places

KEPT = ("__pycache__",)
CODE = Path(third_party.__file__).parent
"""The packing code. It is an input too, because it decides what comes out."""


def third_party_steps(places: Places) -> list[Step]:
    """Steps that lay out the packages' third-party parts once, for use in every packing."""
    return [_third_party(places, package) for package in contents.PACKAGES if package.third_party]


def steps(places: Places) -> list[Step]:
    """One step for each package."""
    return [_step(places, package) for package in contents.PACKAGES]


def _laid_out(places: Places, package: contents.Package) -> Path:
    return places.environments / "bundles" / package.name


def _third_party(places: Places, package: contents.Package) -> Step:
    target = _laid_out(places, package)
    lock = places.requirements / f"bundle-{package.name.replace('_', '-')}.txt"
    python = places.python("runtime")

    def work(commands: Commands) -> None:
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        third_party.install(target, lock, places.uv, python, commands)
        bytecode.add(target, python, commands)

    def inputs() -> list[str | Path]:
        return [lock, signature(python), CODE]

    return Step(_third_party_name(package), inputs, (target,), work, (environments.step_name("runtime"),))


def _third_party_name(package: contents.Package) -> str:
    return f"third party of {package.name}"


def _step(places: Places, package: contents.Package) -> Step:
    target = places.packages / f"{package.name}.zip"
    python = places.python("runtime")

    def inputs() -> list[str | Path]:
        own = [places.root / part for part in package.holds.values()]
        others = [Stamp(places.stamps, _third_party_name(package)).file] if package.third_party else []
        return [*own, *others, signature(python), CODE]

    def work(commands: Commands) -> None:
        with tempfile.TemporaryDirectory(prefix="package-") as folder:
            stage = Path(folder)
            contents.lay_out(package, places.root, stage)
            bytecode.add(stage, python, commands)
            if package.third_party:
                shutil.copytree(_laid_out(places, package), stage, dirs_exist_ok=True)
            archive.replace_if_different(target, archive.packed(stage, keep=KEPT))

    needs = [environments.step_name("runtime")]
    if package.third_party:
        needs.append(_third_party_name(package))
    if package.is_built:
        needs.append(node.PRISMA_BUNDLE)
    return Step(f"{package.name}.zip", inputs, (target,), work, tuple(needs))
