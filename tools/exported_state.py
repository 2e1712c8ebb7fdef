"""`python -m tools.exported_state FILE`: one sentence where it is not what `pulumi stack export` writes."""

from __future__ import annotations

import sys
from pathlib import Path

from canary.cli.errors import OpsError
from canary.cli.small_file import json_of, text_of
from canary.unit.visible import visible

USABLE, UNUSABLE = 0, 2
HOW = "Make one with: pulumi stack export --stack prod > export.json"


def fault(path: Path) -> str:
    """Why it is no exported state; empty where it is one."""
    try:
        state = json_of(text_of(path), str(path))
    except OpsError as error:
        return f"{error} {HOW}"
    deployment = state.get("deployment")
    if type(state.get("version")) is not int or not isinstance(deployment, dict):
        return f"{path} is no exported state: it has no version with a deployment. {HOW}"
    resources = deployment.get("resources", [])
    if not isinstance(resources, list) or not all(isinstance(one, dict) for one in resources):
        return f"{path} is no exported state: its resources are no list of resources. {HOW}"
    return ""


def main(arguments: list[str]) -> int:
    """Say what is wrong with the file, if anything is."""
    (path,) = arguments
    if found := fault(Path(path)):
        sys.stderr.write(f"make: {visible(found)}\n")
        return UNUSABLE
    return USABLE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
