"""What a cost estimate is given, and what it has to assume."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Traffic:
    """What comes in.

    Attributes:
        requests: Of users, over all `hours`.
        canary_percent: Of the users.
        shadow_percent: Of the other users' requests.
    """

    requests: float
    hours: float
    canary_percent: float = 1.0
    shadow_percent: float = 100.0


@dataclass(frozen=True)
class Assumptions:
    """What cannot be known from configuration and traffic; sizes were measured on real lines.

    Attributes:
        mock_ms: Entry function, request to answer, without Prisma.
        prisma_ms: Prisma function, warm.
        after_ms: Work after the response of a shadowed request: billed, though no user waits for it.
        guard_ms: One run of the guard.
        start_ms: A cold start, billed as duration.
        noise_percent: Shadow answers that are read twice.
        peak: How many times the mean rate the busiest minute has, for the number of sandboxes.
        sandbox_h: How long a sandbox lives.
        request_bytes: Log bytes of one request: its line, its metrics, the platform's lines.
        shadow_bytes: Log bytes of one shadow answer.
        prisma_bytes: Log bytes of one Prisma invocation.
        guard_bytes: Log bytes of one run of the guard.
        guard_metrics: Metrics that one run of the guard asks for.
        guard_reads: Flag documents that one run of the guard receives: one a sandbox, which lives for hours.
    """

    mock_ms: float = 5.0
    prisma_ms: float = 30.0
    after_ms: float = 60.0
    guard_ms: float = 800.0
    start_ms: float = 1200.0
    noise_percent: float = 1.0
    peak: float = 10.0
    sandbox_h: float = 2.0
    request_bytes: float = 1200.0
    shadow_bytes: float = 800.0
    prisma_bytes: float = 500.0
    guard_bytes: float = 1200.0
    guard_metrics: int = 14
    guard_reads: float = 0.01
