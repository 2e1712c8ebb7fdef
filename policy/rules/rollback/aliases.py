"""Functions are served through an alias, and the alias is CodeDeploy's to move."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from documents import statements
from graph import Outcome, Resource, Stack, Undecided
from kinds import (
    ALARM,
    ALIAS,
    EVENT_SOURCE,
    EVENT_TARGET,
    FUNCTION,
    FUNCTION_URL,
    PERMISSION,
    POLICY,
    ROLE_POLICY,
    SCHEDULE,
    SUBSCRIPTION,
)
from parts import ENTRIES, lambda_groups
from pulumi_policy import Severity
from rule import NotApplicableError, Settings, StackRule, well_architected
from values import UNKNOWN, shown, strings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LATEST = "$LATEST"
OTHERS = {
    ALARM: "alarmActions",
    EVENT_SOURCE: "functionName",
    EVENT_TARGET: "arn",
    SCHEDULE: "target",
    SUBSCRIPTION: "endpoint",
}
"""Other callers: they must use the alias of a function that has one."""
BY_QUALIFIER = (PERMISSION, FUNCTION_URL)
UNQUALIFIED = re.compile(r"arn:aws[\w-]*:lambda:[\w-]*:\d*:function:[\w-]+(:\$LATEST)?(/invocations)?$")
MOVED = (("functionVersion",), ("routingConfig", "additionalVersionWeights"))
"""What CodeDeploy moves; weights are all that a routing configuration holds."""
HOOK = "CodeDeployHook_"
"""CodeDeploy names a hook's function without a qualifier; its managed policy allows functions of this name.

https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html
"""
MEND = "Use the alias (its arn, its invoke_arn, or qualifier=alias.name): only an alias can be shifted back."


def _served(stack: Stack, _: Settings) -> Iterable[Outcome]:
    if not stack.of_type(FUNCTION):
        raise NotApplicableError("the stack has no functions")
    with_alias = {
        function for alias in stack.of_type(ALIAS) for function in alias.sources("functionName", FUNCTION)
    }
    for token, prop in {**ENTRIES, **OTHERS}.items():
        for caller in stack.of_type(token):
            yield from _called_by(stack, caller, prop, None if token in ENTRIES else with_alias)
    for holder in stack.of_type(*BY_QUALIFIER):
        yield from _qualified(stack, holder, with_alias)
    for policy in stack.of_type(ROLE_POLICY, POLICY):
        yield from _invoke_policy(policy, with_alias)
    yield from _versions(stack)


def _called_by(
    stack: Stack, caller: Resource, prop: str, relevant: set[Resource] | None
) -> Iterator[Outcome]:
    """A value made of function and alias is fine: somebody put the alias's name behind the function's ARN."""
    aliases, functions = stack.linked(caller, prop, ALIAS), stack.linked(caller, prop, FUNCTION)
    bare = any(UNQUALIFIED.search(text) or LATEST in text for text in strings(caller.get(prop)))
    without = [] if aliases else [f for f in functions if relevant is None or f in relevant]
    if without or (bare and relevant is None):
        called = f"function '{without[0].name}'" if without else "a function"
        yield caller.must(f"call {called} through an alias, not unqualified or by {LATEST} ({prop})", MEND)


def _qualified(stack: Stack, holder: Resource, with_alias: set[Resource]) -> Iterator[Outcome]:
    prop = "function" if holder.type == PERMISSION else "functionName"
    functions = stack.linked(holder, prop, FUNCTION)
    if holder.type == PERMISSION:
        functions = [function for function in functions if function in with_alias]
    qualifier = holder.get("qualifier")
    by_alias = holder.sources("qualifier", ALIAS) or stack.linked(holder, prop, ALIAS)
    if not functions or by_alias or (isinstance(qualifier, str) and qualifier not in ("", LATEST)):
        return
    if qualifier is UNKNOWN:
        yield Undecided(holder, "qualifier")
    else:
        yield holder.must(
            f"be for an alias of function '{functions[0].name}', not for qualifier {shown(qualifier)}", MEND
        )


def _invoke_policy(policy: Resource, with_alias: set[Resource]) -> Iterator[Outcome]:
    names = {name for name in (f.called() for f in with_alias) if not str(name).startswith(HOOK)}
    for statement in statements(policy.get("policy")):
        if not any(action.startswith("lambda:invoke") for action in statement.actions):
            continue
        for arn in statement.resources:
            if UNQUALIFIED.search(arn) and arn.split(":function:")[-1].split(":")[0] in names:
                yield policy.must(f"allow to invoke an alias, not {arn}", MEND)


def _versions(stack: Stack) -> Iterator[Outcome]:
    """An alias of $LATEST has nothing to go back to."""
    for alias in stack.of_type(ALIAS):
        if alias.get("functionVersion") == LATEST:
            yield alias.must(f"point to a published version, not to {LATEST}", "Use function.version.")
        for function in alias.sources("functionVersion", FUNCTION):
            if function.get("publish") is not True:
                yield function.must(
                    "publish versions, since an alias points to them", "Set publish=True, or drop the alias."
                )


def _left_alone(stack: Stack, _: Settings) -> Iterable[Outcome]:
    if not lambda_groups(stack):
        raise NotApplicableError("the stack has no CodeDeploy deployment group for Lambda")
    aliases = stack.of_type(ALIAS)
    if not aliases:
        raise NotApplicableError("the stack has no aliases")
    for alias in aliases:
        missing = [path[0] for path in MOVED if not alias.ignores(*path)]
        if missing:
            yield alias.must(
                f"ignore changes of {' and '.join(missing)}: CodeDeploy moves it",
                "Set ignore_changes=['functionVersion', 'routingConfig'], and run `pulumi up --refresh`.",
            )
        if alias.get("description") not in (None, ""):
            yield alias.must(
                "have no description: changing it sends version and routing as the state remembers them",
                "Remove description; say it in the code.",
            )


RULES = [
    StackRule(
        name="lambda-served-through-alias",
        description="Whoever calls a function calls its alias, never $LATEST.",
        why=f"Traffic to an unqualified function goes to {LATEST}: it meets new code at once, and "
        f"no rollback "
        "moves it.",
        severity=Severity.HIGH,
        framework=well_architected("Operational Excellence", "OPS06-BP03"),
        remediation="Publish versions, make an alias, and give callers the alias's ARN or name.",
        url="https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html",
        check=_served,
    ),
    StackRule(
        name="lambda-alias-left-to-codedeploy",
        description="Pulumi makes an alias and never moves it, where CodeDeploy does.",
        why="`pulumi up` would shift all traffic at once, or undo a release that CodeDeploy made.",
        severity=Severity.HIGH,
        framework=well_architected("Operational Excellence", "OPS06-BP03"),
        remediation="Set ignore_changes=['functionVersion', 'routingConfig'] and no description.",
        url="https://www.pulumi.com/docs/iac/concepts/resources/options/ignorechanges/",
        check=_left_alone,
    ),
]
