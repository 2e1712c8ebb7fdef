"""A release of the entry function with a fault in it, as a hasty change brings one: a package like any other.

The fault is in the read contract's mock side and hits half of the records, not the one that the release
check asks for: what no check before the traffic finds, the alarms have to.
"""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

from rehearsal import read_path
from rehearsal.toolchain import ROOT

if TYPE_CHECKING:
    from pathlib import Path

CONTRACT = "canary/read/contract.py"


def write(target: Path, package: str) -> Path:
    """Write the checkout's package again, with the fault.

    The contract's bytecode is left out: it would be run in place of the source.
    """
    source = ROOT / "build" / "functions" / f"{package}.zip"
    bytecode = CONTRACT.replace("read/", "read/__pycache__/").removesuffix(".py")
    with zipfile.ZipFile(source) as good, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bad:
        for entry in good.infolist():
            if entry.filename.startswith(f"{bytecode}."):
                continue
            content = good.read(entry)
            bad.writestr(
                entry, content + read_path.BAD_RELEASE.encode() if entry.filename == CONTRACT else content
            )
    return target
