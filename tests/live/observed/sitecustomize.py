"""Records a command's calls to AWS in the file CANARY_CALLS: service, operation, and the command's words.

Python imports a module of this name at startup if one is on its path:
https://docs.python.org/3/library/site.html#module-sitecustomize.
"""

from __future__ import annotations

import os
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from types import ModuleType

WATCHED = "botocore.client"


class Watch(MetaPathFinder, Loader):
    """Wraps the one method that every call goes through, when its module is first imported."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._inner: Any = None

    def find_spec(self, name: str, *_: Any) -> ModuleSpec | None:
        """Return the real module's spec, with this object as its loader."""
        if name != WATCHED or self._inner is not None:
            return None
        sys.meta_path.remove(self)
        spec = find_spec(name)
        if spec is not None:
            self._inner, spec.loader = spec.loader, self
        return spec

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Create the module as the real loader does."""
        made: ModuleType | None = self._inner.create_module(spec)
        return made

    def exec_module(self, module: ModuleType) -> None:
        """Run the real module, then wrap its method."""
        self._inner.exec_module(module)
        client: Any = module.BaseClient
        call, path = client._make_api_call, self._path

        def written_down(own: Any, operation: str, arguments: Any) -> Any:
            with open(path, "a", encoding="utf-8") as calls:  # noqa: PTH123 - before anything else is imported
                calls.write(f"{own.meta.service_model.service_name} {operation} {' '.join(sys.argv[1:])}\n")
            return call(own, operation, arguments)

        client._make_api_call = written_down


if path := os.environ.get("CANARY_CALLS"):
    sys.meta_path.insert(0, Watch(path))
