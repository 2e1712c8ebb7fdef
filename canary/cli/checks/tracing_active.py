"""X-Ray is active on every function, on the version that the alias leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from canary.cli.checks.finding import Check, failed, ok

if TYPE_CHECKING:
    from canary.cli.checks.finding import Finding, Look


def _run(look: Look) -> Finding:
    target = look.target
    functions = (target.mock_function, target.prisma_function, target.shadow_function, target.guard_function)
    modes = {
        name: look.clients.lambda_.get_function_configuration(FunctionName=name, Qualifier=target.alias)
        .get("TracingConfig", {})
        .get("Mode", "not set")
        for name in functions
    }
    passive = [f"{name}: {mode}" for name, mode in modes.items() if mode != "Active"]
    if passive:
        return failed(", ".join(passive), "`pulumi up`, then `canary release`: tracing is part of a version.")
    return ok(f"Active on {', '.join(functions)}")


CHECKS = (Check("X-Ray is active", 8, "TracingConfig of each function's live version", _run),)
