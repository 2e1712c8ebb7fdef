"""A step of set-up: done once for given inputs, and again when they change or its output is gone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.setup.stamp import Stamp, digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from tools.setup.commands import Commands


class StepError(RuntimeError):
    """A step could not be done; the message says what is wrong and how to fix it."""


@dataclass(frozen=True)
class Step:
    """One step of set-up.

    Attributes:
        name: Name that people see.
        inputs: Returns what decides the result: strings, files, folders. Called each time.
        outputs: Paths that must exist afterwards. If one is missing, the step is done again.
        work: Does the step. Must cope with what an interrupted attempt left behind.
        needs: Names of the steps that come first.
    """

    name: str
    inputs: Callable[[], Iterable[str | Path]]
    outputs: tuple[Path, ...]
    work: Callable[[Commands], None]
    needs: tuple[str, ...] = ()

    def is_done(self, stamps: Path) -> bool:
        """Return whether the inputs are the same as last time and all outputs exist."""
        return all(path.exists() for path in self.outputs) and Stamp(stamps, self.name).matches(
            digest(self.inputs())
        )

    def run(self, stamps: Path, commands: Commands) -> None:
        """Do the work, and record what it was made from.

        Raises:
            StepError: The work failed, or did not make its outputs.
        """
        stamp = Stamp(stamps, self.name)
        stamp.clear()
        inputs = digest(self.inputs())
        try:
            self.work(commands)
        except OSError as error:
            raise StepError(str(error)) from error
        missing = [str(path) for path in self.outputs if not path.exists()]
        if missing:
            raise StepError(f"{self.name}: finished without making {', '.join(missing)}")
        stamp.write(inputs)
