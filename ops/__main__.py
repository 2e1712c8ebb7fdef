"""The command `canary`: arguments in, plain functions called, data on stdout and talk on stderr."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - typer reads the annotations
from pathlib import Path  # noqa: TC003 - as above
from typing import TYPE_CHECKING, Annotated, Any

import typer
from botocore.exceptions import BotoCoreError, ClientError
from rollback_guard.act import ramp_environment
from rollback_guard.documents import ramp_state

from ops import errors
from ops.clients import Clients
from ops.enable import enable as run_enable
from ops.errors import OpsError
from ops.resume import resume as run_resume
from ops.rollback import rollback as run_rollback
from ops.status import status as run_status
from ops.target import Target
from ops.teardown import teardown as run_teardown
from ops.verdict import judged, table

if TYPE_CHECKING:
    from collections.abc import Sequence

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Operate a read migration: look, enable, roll back. Exit codes: 0 fine, 1 refused or failed, "
    "2 usage, 3 needs attention, and for `verdict` 4 NO-GO, 5 INVESTIGATE, 6 INCONCLUSIVE.",
)

Percent = Annotated[float | None, typer.Option(help="In percent, 0 for off. Unchanged unless given.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]
Reason = Annotated[str, typer.Option(help="Why; kept in the audit trail.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask; for machines.")]


@dataclass(frozen=True)
class Session:
    """What every verb needs."""

    clients: Clients
    target: Target


@app.callback()
def begin(
    context: typer.Context,
    stack: Annotated[
        str | None, typer.Option(help="Pulumi stack whose output `canary` names the unit.")
    ] = None,
    outputs: Annotated[
        Path | None, typer.Option(envvar="CANARY_OUTPUTS", help="That output, saved as a JSON file.")
    ] = None,
    endpoint_url: Annotated[
        str | None, typer.Option(envvar="AWS_ENDPOINT_URL", help="A local AWS instead of the real one.")
    ] = None,
) -> None:
    """Find the unit."""
    if (stack is None) == (outputs is None):
        raise typer.BadParameter("Say which unit: either --stack NAME or --outputs FILE.")
    target = Target.from_file(outputs) if outputs else Target.from_stack(str(stack))
    context.obj = Session(Clients(endpoint_url, target.region), target)


@app.command()
def status(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Show phase, flags, kill switch, latch, alias, alarms and verdict; 3 when something needs attention."""
    report = run_status(context.obj.clients, context.obj.target)
    _print(report.as_dict(), report.lines(), as_json=as_json)
    raise typer.Exit(errors.OK if report.healthy else errors.ATTENTION)


@app.command()
def verdict(
    context: typer.Context,
    since: Annotated[
        datetime | None, typer.Option(help="Start of a past window, UTC unless it says so.")
    ] = None,
    until: Annotated[datetime | None, typer.Option(help="Its end.")] = None,
    percentage: Annotated[float | None, typer.Option(help="What was configured then.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Judge the step in force: GO (0), NO-GO (4), INVESTIGATE (5) or INCONCLUSIVE (6)."""
    found = judged(
        context.obj.clients, context.obj.target, since=_utc(since), until=_utc(until), percentage=percentage
    )
    _print(found.as_dict(), table(found.verdict), as_json=as_json)
    raise typer.Exit(errors.BY_DECISION[found.verdict.decision])


@app.command()
def enable(  # noqa: PLR0913 - a command's options
    context: typer.Context,
    reason: Reason,
    percentage: Percent = None,
    shadow: Percent = None,
    *,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Turn the canary or the shadow on, or change their percentages; 0 turns one off. Refuses on a latch."""
    session: Session = context.obj
    now = ramp_state(ramp_environment(session.target.settings(), session.clients).served())
    canary_percent = now.percentage if percentage is None else percentage
    shadow_percent = now.shadow if shadow is None else shadow
    _say(f"canary {now.percentage:g} -> {canary_percent:g} %, shadow {now.shadow:g} -> {shadow_percent:g} %")
    _confirm(session.target, yes=yes)
    done = run_enable(
        session.clients,
        session.target,
        percentage=canary_percent or None,
        shadow=shadow_percent or None,
        reason=reason,
        say=_say,
    )
    _print(done.as_dict(), [f"Deployment {done.deployment} is served."], as_json=as_json)


@app.command()
def rollback(
    context: typer.Context,
    reason: Reason,
    wait: Annotated[float, typer.Option(help="Seconds to follow it; the guard does the rest.")] = 1200,
    *,
    as_json: AsJson = False,
) -> None:
    """Take users off Prisma, at once and for good. Never asks, safe to repeat; 3 when not finished in time."""
    report = run_rollback(context.obj.clients, context.obj.target, reason=reason, wait_s=wait, say=_say)
    lines = [f"{name}: {outcome.status} ({outcome.detail})" for name, outcome in report.outcomes.items()]
    _print(report.as_dict(), lines, as_json=as_json)
    raise typer.Exit(errors.OK if report.finished else errors.ATTENTION)


@app.command()
def resume(context: typer.Context, reason: Reason, *, yes: Yes = False, as_json: AsJson = False) -> None:
    """Clear the latch and take the kill switch off after a rollback. Turns nothing on."""
    session: Session = context.obj
    _confirm(session.target, yes=yes)
    done = run_resume(session.clients, session.target, reason=reason, say=_say)
    _print(done.as_dict(), ["The rollback has ended; the ramp is off."], as_json=as_json)


@app.command()
def teardown(context: typer.Context, *, yes: Yes = False, as_json: AsJson = False) -> None:
    """Remove what deployments left outside the state, so that `pulumi destroy` succeeds."""
    session: Session = context.obj
    _confirm(session.target, yes=yes)
    done = run_teardown(session.clients, session.target, say=_say)
    _print(done.as_dict(), ["Now `pulumi destroy` can remove the rest."], as_json=as_json)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command; every fault that can be expected is one sentence on stderr."""
    try:
        app(args=list(arguments) if arguments is not None else None)
    except OpsError as error:
        _say(f"canary: {error}")
        raise SystemExit(errors.REFUSED) from None
    except (ClientError, BotoCoreError) as error:
        _say(f"canary: AWS refused: {error}")
        raise SystemExit(errors.REFUSED) from None


def _confirm(target: Target, *, yes: bool) -> None:
    """In prod a change is confirmed by typing the stack's name."""
    if yes or not target.stack.endswith("prod"):
        return
    typed = typer.prompt(f"This changes production. Type the stack's name ({target.stack})", err=True)
    if typed != target.stack:
        raise OpsError("That is not the stack's name: nothing was changed.")


def _print(document: dict[str, Any], lines: list[str], *, as_json: bool) -> None:
    sys.stdout.write(
        json.dumps(document, indent=2, default=str) + "\n" if as_json else "\n".join(lines) + "\n"
    )


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


def _utc(moment: datetime | None) -> datetime | None:
    return moment if moment is None or moment.tzinfo else moment.astimezone()


if __name__ == "__main__":
    main()
