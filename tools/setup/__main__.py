"""`python -m tools.setup`: prepare what is missing, or say in no time that nothing is."""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from tools.setup import prerequisites
from tools.setup.commands import Commands, Running
from tools.setup.places import Places
from tools.setup.progress import Progress
from tools.setup.schedule import Schedule
from tools.setup.steps import all_steps

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from tools.setup.step import Step

READY, FAILED, INTERRUPTED = 0, 1, 130
ROOT = Path(__file__).resolve().parents[2]
NOT_FOR_CHILDREN = frozenset({"VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH", "MAKEFLAGS", "MFLAGS", "MAKELEVEL"})
"""Variables that would point other programs to the environment, or the make, that called this."""


def main(argv: list[str] | None = None) -> int:
    """Set up this checkout.

    Returns:
        0 if everything is ready, 1 if something is missing or failed, 130 if interrupted.
    """
    parser = argparse.ArgumentParser(prog="make setup", description=__doc__)
    parser.add_argument("--quiet", action="store_true", help="say nothing when there is nothing to do")
    quiet = parser.parse_args(argv).quiet
    signal.signal(signal.SIGTERM, _interrupt)
    places = Places.of(ROOT, os.environ)
    progress = Progress()
    steps = all_steps(places, progress)
    if _all_done(steps, places):
        if not quiet:
            sys.stderr.write(f"Everything is set up ({progress.elapsed():.1f} s).\n")
        return READY
    if missing := prerequisites.missing(prerequisites.ask(places)):
        listed = "".join(f"  - {what}\n" for what in missing)
        sys.stderr.write(f"make setup: a prerequisite is missing\n{listed}")
        return FAILED
    with _alone(places, progress):
        return _prepare(steps, places, progress)


def _prepare(steps: list[Step], places: Places, progress: Progress) -> int:
    running = Running()
    environment = {name: value for name, value in os.environ.items() if name not in NOT_FOR_CHILDREN}
    environment["PATH"] = places.search_path

    def run(step: Step) -> None:
        log = places.logs / f"{step.name.replace(' ', '-')}.log"
        log.unlink(missing_ok=True)
        step.run(places.stamps, Commands(running, log, environment))

    progress.expect(sum(not step.is_done(places.stamps) for step in steps))
    schedule = Schedule(steps, lambda step: step.is_done(places.stamps), run, progress)
    try:
        unready = schedule.play(running.end)
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted. What is done stays done: run make setup again to go on.\n")
        return INTERRUPTED
    if unready:
        sys.stderr.write(
            f"Not ready: {', '.join(unready)}. The rest is done: mend it, run make setup again.\n"
        )
        return FAILED
    sys.stderr.write(f"Everything is set up ({progress.elapsed():.0f} s).\n")
    return READY


def _all_done(steps: list[Step], places: Places) -> bool:
    return all(step.is_done(places.stamps) for step in steps)


@contextlib.contextmanager
def _alone(places: Places, progress: Progress) -> Iterator[None]:
    """Allow one set-up at a time in a checkout; wait if another one is running."""
    places.environments.mkdir(exist_ok=True)
    with (places.environments / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress.note("another make is setting up this checkout: waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
