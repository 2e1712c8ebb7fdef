"""The toolchain `pip`: a virtual environment, and the questions that are asked of it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rehearsal.language_host.options import HostError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from rehearsal.language_host.options import Options


@dataclass(frozen=True)
class Package:
    """An installed Python package. Its name is normalised according to PEP 503."""

    name: str
    version: str


@dataclass(frozen=True)
class Environment:
    """The environment that a project file names.

    Attributes:
        path: Folder of the environment; None for the Python on PATH.
        named: Its name in the project file.
        program: Folder of the program, from which dependencies are installed.
    """

    path: Path | None
    named: str
    program: Path

    @classmethod
    def of(cls, options: Options) -> Environment:
        """Return the environment of a program or of a policy pack."""
        path = options.root / options.virtualenv if options.virtualenv else None
        return cls(path, options.virtualenv, options.program)

    def command(self, *words: str) -> list[str]:
        """Return a command line that runs the environment's Python.

        Raises:
            HostError: There is no Python on PATH.
        """
        python = str(self.path / "bin" / "python") if self.path else _python_on_path()
        return [python, *words]

    def variables(self, base: Mapping[str, str]) -> dict[str, str]:
        """Return environment variables with this environment activated, based on others."""
        if self.path is None:
            return dict(base)
        kept = {name: value for name, value in base.items() if name not in {"PYTHONHOME", "VIRTUAL_ENV"}}
        folders = [str(self.path / "bin"), *([kept["PATH"]] if "PATH" in kept else [])]
        return {**kept, "PATH": os.pathsep.join(folders), "VIRTUAL_ENV": str(self.path)}

    def ask(self, *words: str) -> str:
        """Run the environment's Python and return what it prints.

        Raises:
            HostError: Python does not start or fails; the message has the words of the real host.
        """
        command = self.command(*words)
        try:
            done = subprocess.run(
                command, env=self.variables(os.environ), capture_output=True, check=False, text=True
            )
        except OSError as error:
            raise HostError(f"calling `{' '.join(command)}`: {error}") from error
        if done.returncode:
            raise HostError(f"calling `{' '.join(command)}`: exit status {done.returncode}")
        return done.stdout

    def packages(self, *, transitive: bool = True) -> list[Package]:
        """Return the installed packages as `pip list` reports them; without pip this fails.

        Args:
            transitive: Whether to include packages that are there only because another needs them. Default
                True.

        Raises:
            HostError: The command fails.
        """
        narrower = () if transitive else ("--not-required",)
        said = json.loads(self.ask("-m", "pip", "list", "--format", "json", *narrower))
        return [Package(normalised(each["name"]), each["version"]) for each in said]

    def validate(self) -> None:
        """Check that the environment exists, as the real host does before it runs a program.

        Raises:
            HostError: The environment does not exist.
        """
        if self.path is not None and not self._is_there():
            missing = "doesn't appear to be a virtual environment" if self.path.exists() else "doesn't exist"
            raise HostError(
                f"The 'virtualenv' option in Pulumi.yaml is set to \"{self.named}\", "
                f'but "{self.path}" {missing}'
            )

    def ensure(self, say: Callable[[str], None]) -> None:
        """Create the environment if it is missing or empty.

        The real host does this before it looks for plugins.

        Args:
            say: Called with each progress message.

        Raises:
            HostError: The path is not a folder, or the installation fails.
        """
        if self.path is None or self._is_there():
            return
        if self.path.exists() and not self.path.is_dir():
            raise HostError(
                f"the 'virtualenv' option in Pulumi.yaml is set to \"{self.path}\" but it is not a directory"
            )
        if not self.path.exists() or not any(self.path.iterdir()):
            self.install(say)

    def install(self, say: Callable[[str], None]) -> None:
        """Create a virtual environment and install `requirements.txt` if it exists, as `pulumi install` does.

        If the environment exists already, the same commands run again.
        """
        if self.path is not None:
            say("Creating virtual environment...")
            self._run([_python_on_path(), "-m", "venv", str(self.path)], "creating virtual environment")
        say("Updating pip, setuptools, and wheel in virtual environment...")
        upgraded = ("-m", "pip", "install", "--upgrade", "pip", "setuptools", "wheel")
        self._run(self.command(*upgraded), "updating pip, setuptools, and wheel")
        if (self.program / "requirements.txt").exists():
            say("Installing dependencies in virtual environment...")
            wanted = ("-m", "pip", "install", "-r", "requirements.txt")
            self._run(self.command(*wanted), "installing dependencies")

    def _run(self, command: list[str], doing: str) -> None:
        done = subprocess.run(
            command,
            cwd=self.program,
            env=self.variables(os.environ),
            capture_output=True,
            check=False,
            text=True,
        )
        if done.returncode:
            raise HostError(f"{doing}: exit status {done.returncode}\n{done.stdout}{done.stderr}")

    def _is_there(self) -> bool:
        return self.path is not None and (self.path / "bin" / "python").is_file()


def normalised(name: str) -> str:
    """Normalise a package name: https://peps.python.org/pep-0503/#normalized-names."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _python_on_path() -> str:
    given = os.environ.get("PULUMI_PYTHON_CMD")
    names = (given,) if given else ("python3", "python")
    for name in names:
        if found := shutil.which(name):
            return found
    listed = " ".join(f'"{name}"' for name in names)
    raise HostError(
        f"failed to locate any of [{listed}] on your PATH. Have you installed Python 3.6 or greater?"
    )
