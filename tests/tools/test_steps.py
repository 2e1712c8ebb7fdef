"""Steps: done once, done again when needed, resumed after an interruption."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from tools.setup.commands import Commands, Running
from tools.setup.progress import Progress
from tools.setup.schedule import Schedule
from tools.setup.step import Step, StepError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Checkout:
    """Steps over a folder, and a count of how often each did its work."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.worked: list[str] = []
        self.says = io.StringIO()
        self.lock = "one"

    def step(
        self, name: str, *needs: str, during: Callable[[], None] = lambda: None, makes: bool = True
    ) -> Step:
        """A step that makes one file."""
        output = self.folder / f"{name}.out"

        def work(_commands: Commands) -> None:
            self.worked.append(name)
            if makes:
                output.write_text("partial")
            during()

        return Step(name, lambda: [self.lock], (output,), work, needs)

    def set_up(self, *steps: Step) -> list[str]:
        """One `make setup`."""
        stamps = self.folder / "stamps"
        running = Running()

        def run(step: Step) -> None:
            step.run(stamps, Commands(running, self.folder / "log", {}))

        progress = Progress(self.says)
        return Schedule(steps, lambda step: step.is_done(stamps), run, progress).play(running.end)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A fresh one."""
    return Checkout(tmp_path)


def fail() -> None:
    """As a step whose program failed."""
    raise StepError("the network is gone")


def interrupt() -> None:
    """As Ctrl-C does."""
    raise KeyboardInterrupt


def test_a_second_run_does_nothing(checkout: Checkout) -> None:
    """Everything is done once."""
    steps = [checkout.step("uv"), checkout.step("program", "uv")]
    assert checkout.set_up(*steps) == []
    assert checkout.set_up(*steps) == []
    assert checkout.worked == ["uv", "program"]


def test_a_changed_lock_does_it_again(checkout: Checkout) -> None:
    """Inputs decide."""
    step = checkout.step("program")
    checkout.set_up(step)
    checkout.lock = "two"
    checkout.set_up(step)
    assert checkout.worked == ["program", "program"]


def test_a_removed_output_does_it_again(checkout: Checkout) -> None:
    """`rm -rf build` is mended by the next run."""
    step = checkout.step("bundle")
    checkout.set_up(step)
    (checkout.folder / "bundle.out").unlink()
    checkout.set_up(step)
    assert checkout.worked == ["bundle", "bundle"]


def test_an_interrupted_step_is_done_again_and_the_finished_ones_are_not(checkout: Checkout) -> None:
    """GIVEN Ctrl-C in the second step, after it has left its output half made
    WHEN set-up runs again
    THEN the first step is not repeated, the second is, and the third follows.
    """  # noqa: D205 - three lines of one sentence
    with pytest.raises(KeyboardInterrupt):
        checkout.set_up(checkout.step("uv"), checkout.step("program", "uv", during=interrupt))
    assert (checkout.folder / "program.out").exists()
    assert (
        checkout.set_up(checkout.step("uv"), checkout.step("program", "uv"), checkout.step("zip", "program"))
        == []
    )
    assert checkout.worked == ["uv", "program", "program", "zip"]


def test_redoing_a_step_that_fails_leaves_it_undone(checkout: Checkout) -> None:
    """An old success does not cover a new failure."""
    checkout.set_up(checkout.step("program"))
    checkout.lock = "two"
    assert checkout.set_up(checkout.step("program", during=fail)) == ["program"]
    checkout.lock = "one"
    checkout.set_up(checkout.step("program"))
    assert checkout.worked == ["program", "program", "program"]


def test_a_failure_stops_only_what_needs_it(checkout: Checkout) -> None:
    """The rest is finished, so that the next attempt has less to do; what is not ready is named."""
    unready = checkout.set_up(
        checkout.step("uv"),
        checkout.step("cli", "uv", during=fail),
        checkout.step("program", "uv"),
        checkout.step("preview", "cli", "program"),
    )
    assert unready == ["cli", "preview"]
    assert "program" in checkout.worked
    assert "preview" not in checkout.worked
    assert "the network is gone" in checkout.says.getvalue()


def test_a_step_must_make_what_it_says(checkout: Checkout) -> None:
    """A program that ends well without its output has failed."""
    assert checkout.set_up(checkout.step("bundle", makes=False)) == ["bundle"]
    assert "bundle.out" in checkout.says.getvalue()


def test_progress_names_each_step_and_counts(checkout: Checkout) -> None:
    """A person sees what begins and what is done."""
    checkout.set_up(checkout.step("program"))
    begun, done = checkout.says.getvalue().splitlines()
    assert begun.endswith("program ...")
    assert "program (0 s)" in done


def test_a_long_step_shows_signs_of_life() -> None:
    """GIVEN a step that takes minutes WHEN nothing else is said THEN every 15 s it says it is still going."""
    clock = [0.0]
    says = io.StringIO()
    progress = Progress(says, lambda: clock[0])
    progress.begin("Pulumi CLI")
    for second in range(1, 46):
        clock[0] = float(second)
        progress.beat()
    beats = [line for line in says.getvalue().splitlines() if "still at it" in line]
    assert [line.split("Pulumi CLI ")[1] for line in beats] == ["(15 s)", "(30 s)", "(45 s)"]
