"""The command `canary`: every verb in one application, and every fault in one sentence."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import sys
from typing import TYPE_CHECKING

import typer

from canary.cli.commands.audit import audit
from canary.cli.commands.cost import cost
from canary.cli.commands.enable import enable
from canary.cli.commands.finish import finish
from canary.cli.commands.logs import logs
from canary.cli.commands.migrate import migrate
from canary.cli.commands.monitor import monitor
from canary.cli.commands.open_console import open_console
from canary.cli.commands.preflight import preflight
from canary.cli.commands.prune import prune
from canary.cli.commands.queries import queries
from canary.cli.commands.ramp import ramp
from canary.cli.commands.ready import ready
from canary.cli.commands.release import release
from canary.cli.commands.resume import resume
from canary.cli.commands.rollback import rollback
from canary.cli.commands.session import begin
from canary.cli.commands.status import status
from canary.cli.commands.teardown import teardown
from canary.cli.commands.traces import traces
from canary.cli.commands.traffic import traffic
from canary.cli.commands.verbs import Verb, Verbs
from canary.cli.commands.verdict import verdict
from canary.cli.errors import INTERRUPTED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

VERBS: dict[str, dict[str, Callable[..., None]]] = {
    "Look": {
        "preflight": preflight,
        "ready": ready,
        "status": status,
        "monitor": monitor,
        "verdict": verdict,
        "logs": logs,
        "traces": traces,
        "open": open_console,
        "audit": audit,
    },
    "Change": {
        "enable": enable,
        "ramp": ramp,
        "migrate": migrate,
        "release": release,
        "rollback": rollback,
        "resume": resume,
    },
    "Besides": {"traffic": traffic, "cost": cost, "finish": finish, "prune": prune, "teardown": teardown},
}


def application() -> typer.Typer:
    """The application with all verbs."""
    made = typer.Typer(
        cls=Verbs, add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, callback=begin
    )
    for panel, verbs in VERBS.items():
        for name, verb in verbs.items():
            made.command(name, cls=Verb, rich_help_panel=panel)(verb)
    made.add_typer(queries, name="queries", rich_help_panel="Look")
    return made


app = application()


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command.

    It ends at once when it is interrupted: a thread that waits for an answer is not waited for.
    """
    if signal.getsignal(signal.SIGINT) == signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    _open_what_is_closed()
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        app(args=list(arguments) if arguments is not None else None, prog_name="canary")
    except SystemExit as ended:
        if ended.code != INTERRUPTED:
            raise
        with contextlib.suppress(OSError):
            sys.stdout.flush()
        os._exit(INTERRUPTED)


def _open_what_is_closed() -> None:
    """Give a stream that the shell closed (``>&-``) the null device: a change must not fail on its talk."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 - until the end
