"""Segments arrive with annotations, without which none of the X-Ray guide's filters finds anything.

Lambda samples the first request of each second and 5 % of the rest, so one request a second is always there;
the entry function's check has just made one. A segment takes seconds to be found, hence the wait.
https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from canary.cli.checks.finding import Check, failed, ok

if TYPE_CHECKING:
    from datetime import datetime

    from canary.cli.checks.finding import Finding, Look

LOOKS_BACK = timedelta(minutes=15)
EXPRESSION = 'annotation[path] = "mock" OR annotation[path] = "prisma"'
WANTED = {"canary", "path", "userId"}


def _run(look: Look) -> Finding:
    end = look.now()
    pauses = look.patience().pauses()
    while not (found := _annotations(look, end - LOOKS_BACK)):
        if not pauses.take():
            return failed(
                f"no trace of the last {LOOKS_BACK} is annotated with a path",
                "`canary traffic --requests 20`, then run this again. Still nothing: "
                "xray:PutTraceSegments of the "
                "functions' roles.",
            )
    missing = WANTED - found
    if missing:
        return failed(
            f"traces arrive without {', '.join(sorted(missing))}",
            "Is this version of the entry function released? `canary status`.",
        )
    return ok(f"annotated with {', '.join(sorted(found))}")


def _annotations(look: Look, start: datetime) -> set[str]:
    pages = look.clients.xray.get_paginator("get_trace_summaries").paginate(
        StartTime=start, EndTime=look.now(), FilterExpression=EXPRESSION
    )
    return {
        name
        for page in pages
        for summary in page["TraceSummaries"]
        for name in summary.get("Annotations", {})
    }


CHECKS = (Check("traces arrive, annotated", 9, "traces of the last 15 minutes", _run),)
