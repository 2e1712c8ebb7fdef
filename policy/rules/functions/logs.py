"""Logs that are kept long enough, and not for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graph import Stack, Undecided
from kinds import FUNCTION, LOG_GROUP
from parts import edge_functions
from pulumi_policy import Severity
from rule import NotApplicableError, Settings, StackRule, number, well_architected
from values import UNKNOWN, shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from graph import Outcome, Resource

WITHOUT_END = 0
"""AWS's way to say never."""


def _kept(stack: Stack, settings: Settings) -> Iterable[Outcome]:
    functions = stack.of_type(FUNCTION)
    if not functions:
        raise NotApplicableError("the stack has no functions")
    edge = edge_functions(stack)
    for function in (function for function in functions if function not in edge):
        groups = _groups(stack, function)
        if not groups:
            yield function.must(
                "write to a log group of this stack",
                f"Add a LogGroup '/aws/lambda/{function.called()}' with retention_in_days, or name one in "
                "logging_config: the group that Lambda makes by itself keeps logs for ever.",
            )
        for group in groups:
            yield from _retention(group, settings)


def _groups(stack: Stack, function: Resource) -> list[Resource]:
    """By the function's logging configuration; else by Lambda's own name for it."""
    configured = stack.linked(function, "loggingConfig", LOG_GROUP)
    if configured:
        return configured
    own = f"/aws/lambda/{function.called()}"
    return [
        group
        for group in stack.of_type(LOG_GROUP)
        if group.get("name") == own or function in group.sources("name", FUNCTION)
    ]


def _retention(group: Resource, settings: Settings) -> Iterable[Outcome]:
    days, least, most = group.get("retentionInDays"), settings["minDays"], settings["maxDays"]
    if days is UNKNOWN:
        yield Undecided(group, "retentionInDays")
    elif days in (None, WITHOUT_END) or not least <= days <= most:
        kept = "for ever" if days in (None, WITHOUT_END) else f"{shown(days)} days"
        yield group.must(
            f"keep a function's log {least:g} to {most:g} days, not {kept}",
            "Set retention_in_days: a ramp's evidence is in the logs, and so is what users did.",
        )


RULES = [
    StackRule(
        name="lambda-log-retention",
        description="Every function's log group is the stack's own and keeps logs for a number of days.",
        why="Evidence of a ramp is gone when logs are kept for days, and costs for ever when they "
        "are kept so.",
        severity=Severity.MEDIUM,
        framework=well_architected("Operational Excellence"),
        remediation="Make the log group in the stack, with retention_in_days within the limits.",
        url="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
        settings=(
            number("minDays", "Fewest days that logs are kept.", 14, 1, 3653),
            number("maxDays", "Most days that logs are kept.", 400, 1, 3653),
        ),
        check=_kept,
    )
]
