"""The account has concurrency left: a throttled canary falls back to the mock and looks like a failure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from canary.cli.checks.finding import Check, failed, ok

if TYPE_CHECKING:
    from canary.cli.checks.finding import Finding, Look

LEAST = 100
"""What Lambda itself insists on leaving unreserved; a new account may have a limit of 10 in all.
https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""


def _run(look: Look) -> Finding:
    limit = look.clients.lambda_.get_account_settings()["AccountLimit"]
    left, total = limit["UnreservedConcurrentExecutions"], limit["ConcurrentExecutions"]
    if left < LEAST:
        return failed(
            f"{left} of {total} concurrent executions are unreserved",
            "Ask for more in Service Quotas (Lambda, Concurrent executions), or take reservations back.",
        )
    return ok(f"{left} of {total} concurrent executions are unreserved")


CHECKS = (Check("the account has concurrency left", 0, "the account's Lambda limits", _run),)
