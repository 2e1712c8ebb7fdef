"""`python -m package.schema`: what the package offers, written to `schema.json` as the SDK infers it.

Its types are the components' own annotations, its texts their docstrings. A test says when it is due again.
"""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pulumi.provider.experimental.component import ComponentProvider

from components import CanaryMigration, Database

if TYPE_CHECKING:
    import pulumi

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "package" / "schema.json"
NAME = "canary"
"""First part of the components' type tokens: ``canary:index:CanaryMigration``."""
VERSION: str = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
COMPONENTS: list[type[pulumi.ComponentResource]] = [CanaryMigration, Database]


def inferred() -> dict[str, Any]:
    """The schema of today's components.

    Raises:
        Exception: The SDK's own, for an annotation that other languages have no word for.
    """
    provider = ComponentProvider(COMPONENTS, NAME, version=VERSION)
    schema: dict[str, Any] = json.loads(provider.schema or "{}")
    return schema


def text() -> str:
    """As the file holds it."""
    return json.dumps(inferred(), indent=2) + "\n"


if __name__ == "__main__":
    FILE.write_text(text())
    sys.stderr.write(f"{FILE.relative_to(ROOT)}: {', '.join(inferred()['resources'])}\n")
