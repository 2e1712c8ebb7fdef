"""The eight saved Logs Insights queries.

Logs Insights has no `eval`, so arithmetic on aggregates goes into `stats`, and `strcontains`, which is 1 or
0, can be summed there. `sort` comes after the last `stats` and can only use names that it defines.
`docs/LOGS_INSIGHTS_QUERIES.md` explains what each query is for. Tests run each query on real lines.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi_aws as aws

if TYPE_CHECKING:
    import pulumi

LONGEST = 10_000
"""Maximum length of a saved query, in characters."""
PLACEHOLDER = "PSEUDONYM"
"""Placeholder that the reader replaces with a user's pseudonym."""
QUERIES = {
    "1-errors-per-minute": """filter message in ["SUCCESS", "ERROR", "FAULT"]
| stats count(*) as requests, count(*) - sum(strcontains(message, "SUCCESS")) as errors,
    100 * (count(*) - sum(strcontains(message, "SUCCESS"))) / count(*) as error_pct
    by bin(1m) as minute
| sort minute desc""",
    "2-p95-mock-vs-canary": """filter message in ["SUCCESS", "ERROR"]
| stats count(*) as requests, avg(durationMs) as avg_ms, pct(durationMs, 95) as p95_ms
    by path, bin(5m) as minutes
| sort minutes desc, path asc""",
    "3-shadow-diffs-with-rate": """filter message in ["SHADOW-MATCH", "SHADOW-DIFF"]
| stats count(*) as compared, sum(strcontains(message, "DIFF")) as diffs,
    100 * sum(strcontains(message, "DIFF")) / count(*) as diff_pct
    by bin(1m) as minute
| sort minute desc""",
    "4-shadow-diffs-by-path": """filter message = "SHADOW-DIFF"
| fields jsonParse(@message) as line
| unnest line.diffs into difference
| stats count_distinct(requestId) as answers, count_distinct(userId) as users
    by difference.path as path, difference.kind as kind
| sort answers desc""",
    "5-slowest-canary-requests": """filter message in ["SUCCESS", "ERROR"] and path = "prisma"
| fields @timestamp, durationMs, served, canaryError, userId, xrayTraceId
| sort durationMs desc
| limit 20""",
    "6-one-users-requests": """filter userId = "PSEUDONYM"
| fields @timestamp, message, path, served, canaryError, durationMs, xrayTraceId
| sort @timestamp desc
| limit 100""",
    "7-flag-changes-as-seen": """filter message = "FLAG"
| fields @timestamp, prismaAdapter.enabled, prismaAdapter.percentage, prismaShadow.percentage,
    kill, why, @logStream
| sort @timestamp desc
| limit 100""",
    "8-cold-starts": """filter @type = "REPORT"
| parse @message /Init Duration: (?<initMs>[0-9.]+) ms/
| stats count(*) as invocations, count(initMs) as cold_starts,
    100 * count(initMs) / count(*) as cold_pct, avg(initMs) as init_ms, max(initMs) as slowest_ms
    by bin(5m) as minutes
| sort minutes desc""",
}
"""Query texts by name; the full name is the prefix followed by it."""


def saved_queries(
    name: str, prefix: str, log_group: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> list[aws.cloudwatch.QueryDefinition]:
    """Create a query definition for each query, in a folder named like the prefix."""
    return [
        aws.cloudwatch.QueryDefinition(
            f"{name}-{query}",
            name=f"{prefix}/{query}",
            log_group_names=[log_group],
            query_string=text,
            opts=opts,
        )
        for query, text in QUERIES.items()
    ]
