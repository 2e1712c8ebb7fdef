"""The toolchain `pip`: a virtual environment, and what it is asked."""

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
    """A Python package that is installed; its name is normalised, as PEP 503 has it."""

    name: str
    version: str


@dataclass(frozen=True)
class Environment:
    """The environment that a project file names.

    Attributes:
        path: Its folder; None for the Python on PATH.
        named: As the project file names it.
        program: Folder of the program, where dependencies are installed from.
    """

    path: Path | None
    named: str
    program: Path

    @classmethod
    def of(cls, options: Options) -> Environment:
        """The environment of a program or of a policy pack."""
        path = options.root / options.virtualenv if options.virtualenv else None
        return cls(path, options.virtualenv, options.program)

    def command(self, *words: str) -> list[str]:
        """A command line of its Python.

        Raises:
            HostError: There is no Python on PATH.
        """
        python = str(self.path / "bin" / "python") if self.path else _python_on_path()
        return [python, *words]

    def variables(self, base: Mapping[str, str]) -> dict[str, str]:
        """Environment variables with this environment activated, on top of others."""
        if self.path is None:
            return dict(base)
        kept = {name: value for name, value in base.items() if name not in {"PYTHONHOME", "VIRTUAL_ENV"}}
        folders = [str(self.path / "bin"), *([kept["PATH"]] if "PATH" in kept else [])]
        return {**kept, "PATH": os.pathsep.join(folders), "VIRTUAL_ENV": str(self.path)}

    def ask(self, *words: str) -> str:
        """What its Python prints.

        Raises:
            HostError: It does not run or fails, in the words of the real host.
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
        """What is installed, as `pip list` says: without pip nothing can be said.

        Args:
            transitive: Also those that are there only because another needs them.
        """
        narrower = () if transitive else ("--not-required",)
        said = json.loads(self.ask("-m", "pip", "list", "--format", "json", *narrower))
        return [Package(normalised(each["name"]), each["version"]) for each in said]

    def validate(self) -> None:
        """Raise HostError unless it is there, as before a program is run."""
        if self.path is not None and not self._is_there():
            missing = "doesn't appear to be a virtual environment" if self.path.exists() else "doesn't exist"
            raise HostError(
                f"The 'virtualenv' option in Pulumi.yaml is set to \"{self.named}\", "
                f'but "{self.path}" {missing}'
            )

    def ensure(self, say: Callable[[str], None]) -> None:
        """Make it where it is not there or empty, as before plugins are looked for.

        Args:
            say: Told of the progress.
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
        """What `pulumi install` does: a virtual environment, and `requirements.txt` where there is one.

        On an environment that is there already it does the same again.
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
    """https://peps.python.org/pep-0503/#normalized-names."""
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
