"""X-Ray on every function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kinds import FUNCTION
from pulumi_policy import Severity
from rule import ResourceRule, Settings, expect, well_architected

if TYPE_CHECKING:
    from collections.abc import Iterable

    from graph import Outcome, Resource


def _traces(function: Resource, _: Settings) -> Iterable[Outcome]:
    return expect(
        function,
        ("tracingConfig", "mode"),
        lambda mode: mode == "Active",
        "have tracingConfig.mode 'Active'",
        "Set tracing_config={'mode': 'Active'}: PassThrough follows only what somebody else began to trace.",
    )


RULES = [
    ResourceRule(
        name="lambda-tracing-active",
        description="Every Lambda function traces actively, so that both sides of a canary can be followed.",
        why="With PassThrough a request is traced only when its caller was: most canary errors have "
        "no trace.",
        severity=Severity.MEDIUM,
        framework=well_architected("Operational Excellence", "OPS04-BP05"),
        remediation="Set tracing_config={'mode': 'Active'}; the role needs xray:PutTraceSegments.",
        url="https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html",
        types=frozenset({FUNCTION}),
        check=_traces,
    )
]
