"""`python -m rehearsal`: the whole beta on one machine, or the end of one that was kept up."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from canary.cli.errors import OpsError
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
from rehearsal.toolchain import NotSetUpError
from rehearsal.traffic import NotSettledError

if TYPE_CHECKING:
    from types import FrameType

OBSERVED, NOT_OBSERVED, UNUSABLE, INTERRUPTED = 0, 1, 2, 130


def main(argv: list[str] | None = None) -> int:
    """Run a rehearsal.

    Returns:
        0 when everything that must happen was observed, 1 when something was not, 2 when the run
        could not be made, 130 when it was interrupted.
    """
    arguments = _parser().parse_args(argv)
    progress = Progress()
    if arguments.end:
        sys.stderr.write("Ended the cloud that was kept up.\n" if kept.end() else "No cloud was kept up.\n")
        return OBSERVED
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    try:
        return OBSERVED if run(_options(arguments), progress) else NOT_OBSERVED
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
    ) as error:
        progress.step(f"Cannot run: {error}")
        return UNUSABLE


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    """End the run; what threads of the engine's SDK find closed from then on is no news to anybody."""
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
    parser.add_argument("--factor", type=_positive, help="cloud seconds in a real one; the scenario's own")
    parser.add_argument("--seed", type=int, default=7, help="seed of users and arrivals (default 7)")
    parser.add_argument("--rate", type=_positive, help="requests a real second; the scenario's own")
    parser.add_argument("--keep", action="store_true", help="leave the cloud up and say how to talk to it")
    parser.add_argument("--json", action="store_true", help="print summary.json to standard output")
    parser.add_argument("--end", action="store_true", help="end a cloud that was kept up, and nothing else")
    return parser


def _epilog() -> str:
    shown = "\n".join(f"  {scenario.name:<13} {scenario.shows}" for scenario in SCENARIOS.values())
    return (
        f"scenarios:\n{shown}\n\n"
        "Exit codes: 0 all observed, 1 something was not, 2 could not run, 130 interrupted."
    )


def _positive(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= 1000:  # noqa: PLR2004 - beyond it the loops of one machine cannot follow
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0, at most 1000")
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
