"""`python -m rehearsal.capture [STACK ...]`: a stack's resources as the engine shows them to policies.

The policy pack's tests judge these files, mutated and not, in an environment of their own that has neither
the program nor an engine. Written anew after a change of the program; a test says when that is due.
"""

from __future__ import annotations

import argparse
import json
import re
import shlex
import sys
import tempfile
from pathlib import Path
from typing import Any

from localaws.provider.server import serve
from rehearsal import toolchain
from rehearsal.engine import Engine, EngineError, Outcome
from rehearsal.toolchain import ROOT

STACKS = ("beta", "prod")
FOLDER = ROOT / "tests" / "policy" / "captured"
SIGNATURE = "4dabf18193072939515e22adb298388d"
"""Key by which the engine marks archives, assets and secrets."""


class Recorded(Engine):
    """An engine whose only policy pack is the recorder.

    Args:
        directory: Work folder, into which the record is written.
        stack: Name of the stack, which says which configuration file to read.
        provider_port: Port on which the provider stand-in listens.

    Attributes:
        target: File that the recorder writes.
    """

    def __init__(self, directory: Path, stack: str, provider_port: int) -> None:
        super().__init__(directory, stack, provider_port)
        self.target = directory / "recorded.json"
        # The engine runs a policy pack that is an executable file as an analyzer.
        self._recorder = directory / "recorder"
        self._recorder.write_text(
            f"#!/bin/sh\nPYTHONPATH={shlex.quote(str(ROOT))} exec {shlex.quote(sys.executable)} "
            f'-m rehearsal.recorder {shlex.quote(str(self.target))} "$@"\n'
        )
        self._recorder.chmod(0o755)

    def recorded(self) -> Outcome:
        """Run a preview under the recorder."""
        return self._run("preview", policy_packs=[str(self._recorder)])


def capture(stack: str) -> list[dict[str, Any]]:
    """Return the resources of a stack that does not exist yet, sorted by URN.

    Unknown values are kept as the engine marks them.

    Raises:
        EngineError: The preview failed.
    """
    with tempfile.TemporaryDirectory(prefix="capture-") as folder, serve(None) as provider:
        engine = Recorded(Path(folder), stack, provider.port)
        engine.recorded()
        recorded = json.loads(engine.target.read_text())
    found = [_of(resource, recorded["inputs"].get(resource["urn"], {})) for resource in recorded["resources"]]
    return sorted(found, key=lambda resource: str(resource["urn"]))


def _of(resource: dict[str, Any], inputs: dict[str, Any]) -> dict[str, Any]:
    """Return what rules may ask about a resource.

    That is everything but its provider, whose configuration the rules do not judge.
    """
    made_from = {
        prop: {"urns": sorted(sources["urns"])}
        for prop, sources in resource.pop("propertyDependencies", {}).items()
        if sources.get("urns")
    }
    resource.pop("provider", None)
    autonamed = re.compile(re.escape(resource["name"]) + "-[0-9a-f]{7}")
    plain: dict[str, Any] = _plain(
        {
            **resource,
            "inputs": inputs,
            "dependencies": sorted(resource.get("dependencies", [])),
            "propertyDependencies": made_from,
        },
        autonamed,
    )
    return plain


def _plain(value: Any, autonamed: re.Pattern[str]) -> Any:
    """Remove what differs between runs without meaning: hashes of archives and ends of generated names."""
    if isinstance(value, dict):
        dropped = {"hash"} if SIGNATURE in value else set()
        return {key: _plain(item, autonamed) for key, item in sorted(value.items()) if key not in dropped}
    if isinstance(value, list):
        return [_plain(item, autonamed) for item in value]
    if isinstance(value, str) and autonamed.fullmatch(value):
        return value[:-7] + "0000000"
    return value


def text(resources: list[dict[str, Any]]) -> str:
    """Return the content of the file."""
    return json.dumps(resources, indent=1, sort_keys=True) + "\n"


def main(argv: list[str] | None = None) -> int:
    """Capture the stacks and write the files.

    Returns:
        0 if all files were written, 2 if a preview failed or `make setup` is incomplete.
    """
    parser = argparse.ArgumentParser(prog="python -m rehearsal.capture", description=__doc__)
    parser.add_argument("stacks", nargs="*", default=STACKS, metavar="STACK", help="beta, prod; default both")
    arguments = parser.parse_args(argv)
    if wrong := sorted(set(arguments.stacks) - set(STACKS)):
        parser.error(f"there is no stack {', '.join(wrong)}; there are: {', '.join(STACKS)}")
    try:
        toolchain.find()
        for stack in arguments.stacks:
            resources = capture(stack)
            FOLDER.mkdir(parents=True, exist_ok=True)
            (FOLDER / f"{stack}.json").write_text(text(resources))
            sys.stderr.write(f"{stack}: {len(resources)} resources\n")
    except (toolchain.NotSetUpError, EngineError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
