"""X-Ray on every function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kinds import FUNCTION
from parts import edge_functions
from pulumi_policy import Severity
from rule import NotApplicableError, Settings, StackRule, expect, well_architected

if TYPE_CHECKING:
    from collections.abc import Iterable

    from graph import Outcome, Stack


def _traces(stack: Stack, _: Settings) -> Iterable[Outcome]:
    functions = stack.of_type(FUNCTION)
    if not functions:
        raise NotApplicableError("the stack has no functions")
    edge = edge_functions(stack)
    for function in functions:
        if function not in edge:
            yield from expect(
                function,
                ("tracingConfig", "mode"),
                lambda mode: mode == "Active",
                "have tracingConfig.mode 'Active'",
                "Set tracing_config={'mode': 'Active'}: PassThrough follows only its caller.",
            )


RULES = [
    StackRule(
        name="lambda-tracing-active",
        description="Every Lambda function traces actively, so that both sides of a canary can be followed.",
        why="With PassThrough a request is traced only when its caller was: most canary errors have "
        "no trace.",
        severity=Severity.MEDIUM,
        framework=well_architected("Operational Excellence", "OPS04-BP05"),
        remediation="Set tracing_config={'mode': 'Active'}; the role needs xray:PutTraceSegments.",
        url="https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html",
        check=_traces,
    )
]
