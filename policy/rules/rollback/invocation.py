"""Asynchronous invocations, which AWS repeats and delays unless told otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graph import Stack, Undecided
from kinds import ALIAS, EVENT_TARGET, FUNCTION, INVOKE_CONFIG, PERMISSION, SCHEDULE, SUBSCRIPTION
from pulumi_policy import Severity
from rule import NotApplicableError, Settings, StackRule, number, well_architected
from values import UNKNOWN, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from graph import Outcome, Resource

CALLERS = {SCHEDULE: "target", EVENT_TARGET: "arn", SUBSCRIPTION: "endpoint"}
"""Who invokes asynchronously, and the property that says whom."""
PRINCIPALS = frozenset(
    {
        "events.amazonaws.com",
        "lambda.alarms.cloudwatch.amazonaws.com",
        "s3.amazonaws.com",
        "ses.amazonaws.com",
        "sns.amazonaws.com",
    }
)
"""Services that invoke asynchronously."""


def _bounded(stack: Stack, settings: Settings) -> Iterable[Outcome]:
    invoked = _invoked(stack)
    if not invoked:
        raise NotApplicableError("nothing invokes a function of the stack asynchronously")
    for function, target in invoked.items():
        configured = [c for c in stack.of_type(INVOKE_CONFIG) if _is_about(stack, c, function, target)]
        if not configured:
            called = "the alias" if target.type == ALIAS else "the function"
            yield function.must(
                f"bound its asynchronous invocations: {called} is invoked so",
                "Add a FunctionEventInvokeConfig with maximum_retry_attempts and "
                "maximum_event_age_in_seconds, for the qualifier that is invoked: "
                "AWS repeats twice and keeps events for 6 hours.",
            )
        for config in configured:
            yield from _limits(config, (), settings)
    for schedule in stack.of_type(SCHEDULE):
        if stack.linked(schedule, "target", ALIAS, FUNCTION):
            yield from _limits(schedule, ("target", "retryPolicy"), settings)


def _invoked(stack: Stack) -> dict[Resource, Resource]:
    """Functions that are invoked asynchronously, with the alias, or the function itself, that is invoked."""
    found: dict[Resource, Resource] = {}
    for target in _targets(stack):
        for function in [target] if target.type == FUNCTION else target.sources("functionName", FUNCTION):
            if found.get(function, function).type == FUNCTION:
                found[function] = target
    return found


def _targets(stack: Stack) -> Iterator[Resource]:
    for token, prop in CALLERS.items():
        for caller in stack.of_type(token):
            yield from stack.linked(caller, prop, ALIAS) or stack.linked(caller, prop, FUNCTION)
    for permission in stack.of_type(PERMISSION):
        if permission.get("principal") in PRINCIPALS:
            aliases = permission.sources("qualifier", ALIAS) + permission.sources("function", ALIAS)
            yield from aliases or permission.sources("function", FUNCTION)


def _is_about(stack: Stack, config: Resource, function: Resource, target: Resource) -> bool:
    """Whether it is for what is invoked: a function's configuration does not hold for its aliases."""
    if function not in stack.linked(config, "functionName", FUNCTION) and (
        target not in stack.linked(config, "functionName", ALIAS)
    ):
        return False
    if target.type == FUNCTION:
        return config.get("qualifier") in (None, "", "$LATEST")
    return target in config.sources("qualifier", ALIAS) or config.get("qualifier") == target.called()


def _limits(holder: Resource, path: tuple[str, ...], settings: Settings) -> Iterator[Outcome]:
    for key, limit, unit in (
        ("maximumRetryAttempts", settings["maxRetries"], "times"),
        ("maximumEventAgeInSeconds", settings["maxAgeSeconds"], "seconds"),
    ):
        value = holder.get(*path, key)
        if value is UNKNOWN:
            yield Undecided(holder, key)
        elif value is None or value > limit:
            yield holder.must(
                f"have {'.'.join((*path, key))} of at most {limit:g} {unit}, not {shown(value)}",
                "An event that is acted on late, or again and again, is acted on when the world has changed.",
            )


RULES = [
    StackRule(
        name="lambda-async-bounded",
        description="Functions that are invoked asynchronously have bounded retries and event age.",
        why="A rollback that is repeated, or acted on hours later, undoes what people did in between.",
        severity=Severity.MEDIUM,
        framework=well_architected("Reliability"),
        remediation="Add a FunctionEventInvokeConfig for the qualifier that is invoked, and a retry "
        "policy to "
        "schedules.",
        url="https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html",
        settings=(
            number("maxRetries", "Most retries of an asynchronous invocation.", 2, 0, 2),
            number("maxAgeSeconds", "Oldest event that may still be acted on, seconds.", 3600, 60, 21600),
        ),
        check=_bounded,
    )
]
