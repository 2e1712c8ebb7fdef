"""The eight saved Logs Insights queries.

There is no `eval`: arithmetic on aggregates stands in `stats` itself, where `strcontains`, 1 or 0, can be
summed. `sort` comes after the last `stats`, and knows what that names.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi_aws as aws

if TYPE_CHECKING:
    import pulumi

LONGEST = 10_000
"""Characters that a saved query may have."""
QUERIES = {
    "1-errors-per-minute": """filter message in ["SUCCESS", "ERROR"]
| stats count(*) as requests, sum(strcontains(message, "ERROR")) as errors,
    100 * sum(strcontains(message, "ERROR")) / count(*) as error_pct
    by bin(1m) as minute
| sort minute desc""",
    "2-p95-mock-vs-canary": """filter message in ["SUCCESS", "ERROR"]
| stats count(*) as requests, avg(durationMs) as avg_ms, pct(durationMs, 95) as p95_ms
    by path, bin(5m) as minutes
| sort minutes desc""",
    "3-shadow-diffs-with-rate": """filter message in ["SHADOW-MATCH", "SHADOW-DIFF"]
| stats count(*) as compared, sum(strcontains(message, "DIFF")) as diffs,
    100 * sum(strcontains(message, "DIFF")) / count(*) as diff_pct
    by bin(1m) as minute
| sort minute desc""",
    "4-shadow-diffs-by-path": """filter message = "SHADOW-DIFF"
| stats count(*) as answers, count_distinct(userId) as users by diffs.0.path as path, diffs.0.kind as kind
| sort answers desc""",
    "5-canary-errors-by-cause": """filter ispresent(canaryError)
| stats count(*) as errors, count_distinct(userId) as users, pct(durationMs, 95) as p95_ms by canaryError
| sort errors desc""",
    "6-one-users-requests": """filter userId = "PSEUDONYM"
| fields @timestamp, message, path, served, canaryError, durationMs, xrayTraceId
| sort @timestamp desc
| limit 100""",
    "7-flag-changes-as-seen": """filter message = "FLAG"
| fields @timestamp, prismaAdapter.enabled, prismaAdapter.percentage, prismaShadow.percentage,
    kill, why, @logStream
| sort @timestamp desc
| limit 100""",
    "8-slowest-canary-requests": """filter message in ["SUCCESS", "ERROR"] and path = "prisma"
| fields @timestamp, durationMs, served, canaryError, userId, xrayTraceId
| sort durationMs desc
| limit 20""",
}
"""Query texts by the name that follows the prefix; PSEUDONYM is for the reader to fill in."""


def saved_queries(
    name: str, prefix: str, log_group: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> list[aws.cloudwatch.QueryDefinition]:
    """A query definition for each, in a folder of the prefix's name."""
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
