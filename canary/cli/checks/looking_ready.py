"""What people look at is there: the dashboard, the saved queries, the documents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from canary.cli.checks.finding import Check, failed, ok, warning
from canary.cli.errors import OpsError
from canary.cli.queries import saved

if TYPE_CHECKING:
    from canary.cli.checks.finding import Finding, Look

QUERIES = 8
DOCUMENTS = ("BETA_PLAYBOOK.md", "LOGS_INSIGHTS_QUERIES.md", "XRAY_TRACING_GUIDE.md")
DOCS = Path(__file__).resolve().parents[3] / "docs"


def _dashboard(look: Look) -> Finding:
    name = look.target.dashboard_name
    try:
        body = json.loads(look.clients.cloudwatch.get_dashboard(DashboardName=name)["DashboardBody"])
    except ClientError as error:
        return failed(f"{name}: {error.response['Error']['Code']}", "`pulumi up` makes it.")
    widgets = len(body.get("widgets", []))
    return (
        ok(f"{name} with {widgets} widgets")
        if widgets
        else failed(f"{name} is empty", "`pulumi up --refresh`.")
    )


def _queries(look: Look) -> Finding:
    try:
        names = saved(look.clients, look.target).lines()
    except OpsError as error:
        return failed(str(error), "`pulumi up --refresh` saves them.")
    if len(names) < QUERIES:
        return failed(
            f"{len(names)} of {QUERIES}: {', '.join(sorted(names)) or 'none'}",
            "`pulumi up --refresh` saves them.",
        )
    return ok(", ".join(names))


def _documents(_look: Look) -> Finding:
    missing = [name for name in DOCUMENTS if not (DOCS / name).is_file()]
    if missing:
        return warning(
            f"not beside this command: {', '.join(missing)}", "Have the checkout's docs folder at hand."
        )
    return ok(", ".join(DOCUMENTS))


CHECKS = (
    Check("the dashboard is there", 7, "the dashboard's body", _dashboard),
    Check("the saved queries are there", 10, "query definitions of the unit", _queries),
    Check("the playbook is at hand", 13, "the docs folder beside this command", _documents),
)
