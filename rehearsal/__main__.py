"""`python -m rehearsal`: the whole beta on one machine, or the end of one that was kept up."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
import threading
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from canary.cli.errors import OpsError
from canary.unit.visible import visible
from localaws.local_cloud import CloudError
from rehearsal import kept
from rehearsal.access_log import AccessLogError
from rehearsal.acts.kills import NotFinishedError
from rehearsal.acts.releases import NotEndedError
from rehearsal.engine import EngineError
from rehearsal.postgres import PostgresError
from rehearsal.progress import Progress
from rehearsal.run import Options, run
from rehearsal.scenarios import SCENARIOS
from rehearsal.summary import Outcome
from rehearsal.toolchain import NotSetUpError
from rehearsal.traffic import NotSettledError

if TYPE_CHECKING:
    from types import FrameType

OBSERVED, NOT_OBSERVED, UNUSABLE, CANNOT_BE_JUDGED, INTERRUPTED = 0, 1, 2, 3, 130
CODES = {
    Outcome.OBSERVED: OBSERVED,
    Outcome.NOT_OBSERVED: NOT_OBSERVED,
    Outcome.CANNOT_BE_JUDGED: CANNOT_BE_JUDGED,
}
SLOWEST, FASTEST = 1.0, 150.0
"""Cloud seconds in a real one. Below the first, a rehearsal would take longer than the beta itself. Beyond
the second, a cloud minute is over in 0.4 s, and the functions that run in it take real time: one run of the
guard, or a cold start, would then last for several of the periods in which alarms look.
"""
STDERR = 2
SPARSEST, DENSEST = 0.1, 1000.0
"""Requests a real second. Fewer would leave none in a whole scenario; one machine sends no more."""


def main(argv: list[str] | None = None) -> int:
    """Run a rehearsal.

    Returns:
        0 when everything that must happen was observed, 1 when something was not, 2 when the run
        could not be made, 3 when the machine was too busy to judge it, 130 when it was interrupted.
    """
    arguments = _parser().parse_args(argv)
    progress = Progress()
    if arguments.end:
        return _end()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    try:
        return CODES[run(_options(arguments), progress)]
    except KeyboardInterrupt:
        progress.step("Interrupted: everything that was started has been ended.")
        return INTERRUPTED
    except (
        AccessLogError,
        CloudError,
        EngineError,
        NotEndedError,
        NotFinishedError,
        NotSettledError,
        NotSetUpError,
        OpsError,
        PostgresError,
        kept.StillUpError,
    ) as error:
        progress.step(f"Cannot run: {error}")
        return UNUSABLE


def _end() -> int:
    """End what was kept up. A record that cannot be read is no failure, so that `make clean` goes on."""
    try:
        said = "Ended the cloud that was kept up." if kept.end() else "No cloud was kept up."
    except kept.UnreadableError as error:
        said = visible(str(error))
    sys.stderr.write(f"{said}\n")
    return OBSERVED


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    """Say so at once, since ending takes a while, and end the run.

    What threads of the engine's SDK find closed from then on is no news to anybody.
    """
    with contextlib.suppress(OSError):
        # Not by sys.stderr: the signal may have come in the middle of a line that is being written there.
        os.write(STDERR, b"\nInterrupted: ending what was started; this takes some seconds.\n")
    threading.excepthook = lambda _: None
    warnings.simplefilter("ignore")
    raise KeyboardInterrupt


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m rehearsal",
        description="Play a scenario on this machine: real engine, functions, database, requests.",
        epilog=_epilog(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--scenario", choices=list(SCENARIOS), default="beta", help="what is played, see below (beta)"
    )
    parser.add_argument("--traffic", type=Path, help="an ALB access log to replay, plain or .gz")
    parser.add_argument("--factor", type=_factor, help="cloud seconds in a real one; the scenario's own")
    parser.add_argument("--seed", type=int, default=7, help="seed of users and arrivals (default 7)")
    parser.add_argument("--rate", type=_rate, help="requests a real second; the scenario's own")
    parser.add_argument("--keep", action="store_true", help="leave the cloud up and say how to talk to it")
    parser.add_argument("--json", action="store_true", help="print summary.json to standard output")
    parser.add_argument("--end", action="store_true", help="end a cloud that was kept up, and nothing else")
    return parser


def _epilog() -> str:
    shown = "\n".join(f"  {scenario.name:<13} {scenario.shows}" for scenario in SCENARIOS.values())
    return (
        f"scenarios:\n{shown}\n\n"
        "Exit codes: 0 all observed, 1 something was not, 2 could not run, 3 the machine was too busy to "
        "judge it, 130 interrupted."
    )


def _factor(text: str) -> float:
    why = (
        "slower than 1, it would take longer than the beta itself; faster than 150, a cloud minute is over "
        "before the functions that run in it have answered"
    )
    return _number(text, SLOWEST, FASTEST, why)


def _rate(text: str) -> float:
    return _number(text, SPARSEST, DENSEST, "with fewer nothing would be seen, and one machine sends no more")


def _number(text: str, low: float, high: float, why: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not low <= value <= high or not text.isascii() or "_" in text:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from {low:g} to {high:g}: {why}")
    return value


def _options(arguments: argparse.Namespace) -> Options:
    scenario = SCENARIOS[arguments.scenario]
    return Options(
        scenario=scenario,
        traffic=arguments.traffic,
        factor=arguments.factor or scenario.factor,
        seed=arguments.seed,
        rate=arguments.rate or scenario.rate,
        keep=arguments.keep or os.environ.get("KEEP") == "1",
        json=arguments.json,
    )


if __name__ == "__main__":
    sys.exit(main())
