"""`python -m rehearsal.preview STACK`: what the engine would do under the policies, without an account."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from canary.cli.errors import OpsError
from canary.cli.stack_file import content_of
from canary.unit.visible import ascii_json, visible
from localaws.provider.server import serve
from rehearsal import toolchain
from rehearsal.engine import PROJECT, Engine, EngineError, Outcome, stack_settings
from settings.reading import SettingsError, read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rehearsal.engine import Violation

CLEAN, REFUSED, UNUSABLE, INTERRUPTED = 0, 1, 2, 130
STACKS = ("beta", "prod", "rehearsal")
"""Each has a file `Pulumi.<stack>.yaml`."""


def main(argv: list[str] | None = None) -> int:
    """Preview a stack that does not exist yet.

    Returns:
        0 when the plan stands and every mandatory policy holds, 1 when the engine or a policy refuses,
        2 when the preview could not be made, 130 when it was interrupted.
    """
    arguments = _parser().parse_args(argv)
    try:
        toolchain.find()
    except toolchain.NotSetUpError as error:
        sys.stderr.write(f"{visible(str(error))}\n")
        return UNUSABLE
    sys.stderr.write(f"Previewing {arguments.stack}: real engine, real policy pack, no AWS account ...\n")
    try:
        outcome = preview(arguments.stack, dict(arguments.config))
    except OpsError as error:
        sys.stderr.write(f"{visible(str(error))}\n")
        return UNUSABLE
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted; nothing was started that still runs.\n")
        return INTERRUPTED
    if arguments.json:
        sys.stdout.write(ascii_json(as_dict(arguments.stack, outcome), indent=2) + "\n")
    else:
        sys.stdout.write("\n".join(visible(line) for line in lines(arguments.stack, outcome)) + "\n")
    return REFUSED if outcome.refused else CLEAN


def preview(stack: str, config: dict[str, str] | None = None) -> Outcome:
    """Run the engine on an empty stack, with the provider stand-in in its preview-only form.

    Args:
        stack: Which configuration file to read.
        config: On top of it, by key without the project's name.

    Raises:
        OpsError: The configuration file cannot be read.
    """
    content = content_of(toolchain.ROOT / f"Pulumi.{stack}.yaml")
    if fault := unusable(stack, stack_settings(content, config or {})["config"]):
        return Outcome(failed=True, diagnostics=[fault])
    with tempfile.TemporaryDirectory(prefix="preview-") as folder, serve(None) as provider:
        try:
            return Engine(Path(folder), stack, provider.port, config).preview()
        except EngineError as error:
            outcome = error.outcome
            if not outcome.mandatory and not outcome.diagnostics:
                outcome.diagnostics.append(str(error))
            return outcome


def unusable(stack: str, values: Mapping[str, Any]) -> str:
    """What the program will say against a configuration; empty where it will say nothing.

    Asked before the engine, which stops at the first value whose type is another than `Pulumi.yaml` declares,
    and names neither the file nor what is allowed. A value that is encrypted cannot be read here; then the
    program has the only word.
    """
    if any(isinstance(value, dict) and "secure" in value for value in values.values()):
        return ""
    spelt = {name if ":" in name else f"{PROJECT}:{name}": _text(value) for name, value in values.items()}
    try:
        read(stack, spelt)
    except SettingsError as error:
        return str(error)
    return ""


def _text(value: object) -> str:
    """A value of a stack's file as the engine hands it to a program."""
    if value is None:
        return ""
    if isinstance(value, bool | dict | list):
        return json.dumps(value, default=str)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def as_dict(stack: str, outcome: Outcome) -> dict[str, Any]:
    """The plan and the policy report as plain data."""
    return {
        "stack": stack,
        "refused": outcome.refused,
        "changes": dict(outcome.changes),
        "plan": [
            {"operation": operation, "type": token, "name": name}
            for operation, token, name in outcome.planned
        ],
        "packs": outcome.packs,
        "violations": [violation.as_dict() for violation in outcome.violations],
        "errors": outcome.diagnostics,
    }


def lines(stack: str, outcome: Outcome) -> list[str]:
    """The same for a reviewer: what would change by service, then what the policies say."""
    if outcome.failed and not outcome.violations:
        said = [line for text in outcome.diagnostics for line in text.splitlines()]
        return [f"No plan for {stack}:", "", *(f"  {line}" for line in said), "", "REFUSED"]
    counted = ", ".join(f"{count} to {operation}" for operation, count in sorted(outcome.changes.items()))
    shown = [f"Plan for {stack}: {counted or 'nothing'}", ""]
    by_service: dict[str, list[str]] = defaultdict(list)
    for operation, token, name in outcome.planned:
        service, _, kind = token.rpartition(":")
        by_service[service.split("/")[0]].append(f"    {_SIGNS.get(operation, operation)} {kind:<28} {name}")
    for service, resources in sorted(by_service.items()):
        shown += [f"  {service}", *sorted(resources)]
    packs = ", ".join(f"{name} {version}".strip() for name, version in outcome.packs.items())
    shown += ["", f"Policies: {packs or 'NO PACK WAS ENFORCED'}"]
    shown += [f"  {_said(violation)}" for violation in outcome.violations] or ["  no violations"]
    if outcome.diagnostics:
        shown += ["", "Errors", *(f"  {line}" for text in outcome.diagnostics for line in text.splitlines())]
    shown += ["", "REFUSED" if outcome.refused else "The plan stands: every mandatory policy holds."]
    return shown


def _said(violation: Violation) -> str:
    """A violation in one line; the engine puts the rule's description on a line before the message."""
    message = violation.message.partition("\n")[2] or violation.message
    return f"[{violation.level}] {violation.rule}: {' '.join(message.split())}"


_SIGNS = {"create": "+", "update": "~", "delete": "-", "replace": "+-", "create-replacement": "++"}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m rehearsal.preview",
        description=__doc__,
        epilog="Exit codes: 0 the plan stands, 1 refused, 2 could not preview, 130 interrupted.",
    )
    parser.add_argument("stack", choices=STACKS)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument(
        "--config",
        type=_setting,
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="configuration on top of the stack's file; may be given again",
    )
    return parser


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise argparse.ArgumentTypeError(f"{text!r} is not KEY=VALUE")
    return name, value


if __name__ == "__main__":
    sys.exit(main())
