"""`python -m package.schema` writes the package's schema to `schema.json`, as the SDK infers it.

The types are the components' own annotations, and the descriptions are their docstrings. A test fails when
the file is out of date.
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
    """Infer the schema from the current components.

    Raises:
        Exception: The SDK's own, for an annotation that has no equivalent in other languages.
    """
    provider = ComponentProvider(COMPONENTS, NAME, version=VERSION)
    schema: dict[str, Any] = json.loads(provider.schema or "{}")
    return schema


def text() -> str:
    """Return the schema as `schema.json` holds it."""
    return json.dumps(inferred(), indent=2) + "\n"


if __name__ == "__main__":
    FILE.write_text(text())
    sys.stderr.write(f"{FILE.relative_to(ROOT)}: {', '.join(inferred()['resources'])}\n")
