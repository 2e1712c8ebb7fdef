"""Finds the plugins that a program needs; its Python packages name them in the file `pulumi-plugin.json`."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pulumi.runtime.proto import plugin_pb2

from rehearsal.language_host.options import HostError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rehearsal.language_host.environment import Environment, Package

PLUGIN_FILE = "pulumi-plugin.json"
WITHOUT_PLUGINS = frozenset({"pulumi-policy", "pulumi-esc-sdk"})
"""Packages that have no plugin; the real host has the same list."""
LOCATE = f"""
import importlib.metadata, importlib.util, json, pathlib, sys
found = {{}}
for name in sys.argv[1:]:
    try:
        spec = importlib.util.find_spec(importlib.metadata.distribution(name).name.replace("-", "_"))
        folders = (spec and spec.submodule_search_locations) or []
        files = [pathlib.Path(folder) / "{PLUGIN_FILE}" for folder in folders]
        found[name] = next((str(file) for file in files if file.is_file()), "")
    except Exception:
        found[name] = ""
print(json.dumps(found))
"""
"""Script for the environment's own Python, which alone knows where its packages are."""
_VERSION = re.compile(r"(\d+(?:\.\d+)*)(?:(a|b|rc)(\d+))?(?:\.post(\d+))?(?:\.dev(\d+))?")
_STAGES = {"a": "alpha", "b": "beta", "rc": "rc"}


def required(environment: Environment) -> Iterator[plugin_pb2.PackageDependency]:
    """Yield the plugins that the packages of an environment need.

    Raises:
        HostError: The packages cannot be listed, or a plugin file cannot be parsed.
    """
    packages = environment.packages()
    files = json.loads(environment.ask("-c", LOCATE, *(package.name for package in packages)))
    for package in packages:
        if package.name in WITHOUT_PLUGINS:
            continue
        file = files.get(package.name)
        if file or package.name.startswith("pulumi-"):
            yield from _dependency(package, _read(package, file) if file else {"resource": True})


def _read(package: Package, file: str) -> dict[str, Any]:
    try:
        return dict(json.loads(Path(file).read_text(encoding="utf-8")))
    except ValueError as error:
        raise HostError(f"failed to parse {PLUGIN_FILE} for {package.name}: {error}") from error


def _dependency(package: Package, said: dict[str, Any]) -> Iterator[plugin_pb2.PackageDependency]:
    version = said.get("version") or plugin_version(package.version)
    if said.get("resource") and version:
        yield plugin_pb2.PackageDependency(
            name=said.get("name") or package.name.removeprefix("pulumi-"),
            version=version if version.startswith("v") else f"v{version}",
            kind="resource",
            server=said.get("server", ""),
        )


def plugin_version(version: str) -> str | None:
    """Derive a plugin's version from its package's; None if that is not possible.

    Used if the package does not name another version.

    Args:
        version: Version of the package according to PEP 440, for example ``1.2.0rc3.post1``.
    """
    found = _VERSION.fullmatch(version)
    if found is None:
        return None
    numbers, stage, of_stage, post, dev = found.groups()
    text = ".".join([*numbers.split("."), "0", "0"][: max(3, numbers.count(".") + 1)])
    if stage:
        text += f"-{_STAGES[stage]}.{of_stage}"
    built = (f"post{post}" if post else "") + (f"dev{dev}" if dev else "")
    return f"{text}+{built}" if built else text
