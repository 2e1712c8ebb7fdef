"""X-Ray on every function."""

from __future__ import annotations

from pulumi_policy import (
    EnforcementLevel,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
)

from graph import inner

FUNCTION = "aws:lambda/function:Function"


def _tracing_active(args: ResourceValidationArgs, report: ReportViolation) -> None:
    if args.resource_type != FUNCTION:
        return
    if inner(args.props, "tracingConfig", "mode") != "Active":
        report(
            f"Function '{args.name}' must have tracingConfig.mode 'Active' (PassThrough records nothing of its own). "
            "Set tracing_config={'mode': 'Active'}."
        )


lambda_tracing_active = ResourceValidationPolicy(
    name="lambda-tracing-active",
    description="Every Lambda function traces actively, so that both sides of a canary can be followed.",
    enforcement_level=EnforcementLevel.MANDATORY,
    validate=_tracing_active,
)
RULES = [lambda_tracing_active]
