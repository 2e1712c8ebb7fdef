"""Chooses the Python for the functions: Lambda's minor version if the machine has one that runs."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tools.setup.commands import answer
from tools.setup.versions import version_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tools.setup.places import Places

LAMBDA_MINOR = (3, 13)
"""The program deploys python3.13, supported until June 2029:
https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html."""

ASK = "import sys; print(sys.executable, '%d.%d.%d' % sys.version_info[:3])"


def written_lambda_minor() -> str:
    """Lambda's minor version as text: ``3.13``."""
    return ".".join(str(part) for part in LAMBDA_MINOR)


@dataclass(frozen=True)
class Interpreter:
    """A Python interpreter that runs.

    Attributes:
        path: Path that starts it.
        version: Version that it reports.
    """

    path: str
    version: str

    @property
    def is_lambdas(self) -> bool:
        """Whether it has the minor version that the functions run under on AWS."""
        found = version_in(self.version)
        return found is not None and found[:2] == LAMBDA_MINOR


def candidates(places: Places) -> list[str]:
    """Paths that may be the wanted Python, best first: PATH, pyenv, uv's own, the system's."""
    name = f"python{written_lambda_minor()}"
    on_path = places.which(name)
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    found = [
        *([on_path] if on_path else []),
        *_newest_first(pyenv.glob(f"{written_lambda_minor()}*/bin/{name}")),
        *_newest_first((data / "uv" / "python").glob(f"cpython-{written_lambda_minor()}*/bin/{name}")),
        *(folder / name for folder in map(Path, ("/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"))),
    ]
    return list(dict.fromkeys(str(path) for path in found if path.exists()))


def for_functions(places: Places, ask: Callable[[str], str | None] | None = None) -> Interpreter:
    """Return the first candidate that runs and really is of Lambda's version, otherwise this interpreter.

    Args:
        places: Folders of the checkout.
        ask: Starts a candidate and returns what it prints, or None if it does not run.
    """
    return first_that_runs(candidates(places), ask or (lambda path: answer([path, "-c", ASK])))


def first_that_runs(paths: Iterable[str], ask: Callable[[str], str | None]) -> Interpreter:
    """Choose among candidates; see `for_functions`."""
    for path in paths:
        executable, _, version = (ask(path) or "").rpartition(" ")
        interpreter = Interpreter(executable, version)
        if executable and interpreter.is_lambdas:
            return interpreter
    return Interpreter(sys.executable, ".".join(str(part) for part in sys.version_info[:3]))


def _newest_first(paths: Iterable[Path]) -> list[Path]:
    return sorted(paths, key=lambda path: version_in(str(path.parents[1].name)) or (0, 0, 0), reverse=True)
