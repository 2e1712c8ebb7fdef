"""A step of set-up: done once for given inputs, done again when they change or its output is gone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.setup.stamp import Stamp, digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from tools.setup.commands import Commands


class StepError(RuntimeError):
    """A step could not be done; the message says what is wrong and how to mend it."""


@dataclass(frozen=True)
class Step:
    """One step.

    Attributes:
        name: What is being prepared, as a person calls it.
        inputs: What decides the result: strings, files, folders. Asked anew each time.
        outputs: What must be there afterwards; one of them gone means the step is done again.
        work: Does it. Must cope with what an interrupted attempt left.
        needs: Names of the steps that come first.
    """

    name: str
    inputs: Callable[[], Iterable[str | Path]]
    outputs: tuple[Path, ...]
    work: Callable[[Commands], None]
    needs: tuple[str, ...] = ()

    def is_done(self, stamps: Path) -> bool:
        """Nothing to do: same inputs as last time, outputs in place."""
        return all(path.exists() for path in self.outputs) and Stamp(stamps, self.name).matches(
            digest(self.inputs())
        )

    def run(self, stamps: Path, commands: Commands) -> None:
        """Do the work, and remember what it was made from.

        Raises:
            StepError: The work failed, or did not make what it says it makes.
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
