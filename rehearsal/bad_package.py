"""Builds a faulty release of the entry function, a package as a hasty change would produce it.

The fault is in the mock side of the read contract. It affects half of the records, but not the one that the
release check reads, so no check before the traffic finds it and the alarms must.
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
    """Copy the checkout's package and add the fault.

    The contract's bytecode is left out, because Python would run it instead of the source.

    Args:
        target: Zip file to write.
        package: Name of the function's package.

    Returns:
        `target`.
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
