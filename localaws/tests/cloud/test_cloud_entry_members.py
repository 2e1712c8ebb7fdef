"""What a client sends through an HTTP API stays inside the members that the API writes."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from typing import TYPE_CHECKING

from localaws.tests.cloud.functions import archive

if TYPE_CHECKING:
    from localaws.tests.cloud.live import Live

MEMBER = "releaseCheck"
TOLD = """
    import json
    def handler(event, context):
        return {"statusCode": 200, "body": json.dumps([sorted(event), context.invoked_function_arn])}
"""


def test_no_client_adds_a_member_to_the_event(live: Live) -> None:
    """GIVEN the member's name in header, query and body WHEN sent THEN the event has none of it.

    The check before a release is asked for by that member, of a version by its number.
    """
    functions, api = live.client("lambda"), live.client("apigatewayv2")
    live.create("told", archive(TOLD))
    functions.publish_version(FunctionName="told")
    functions.create_alias(FunctionName="told", Name="live", FunctionVersion="1")
    number = api.create_api(Name="told", ProtocolType="HTTP")["ApiId"]
    integration = api.create_integration(
        ApiId=number,
        IntegrationType="AWS_PROXY",
        IntegrationUri="arn:aws:lambda:us-east-1:000000000000:function:told:live",
        PayloadFormatVersion="2.0",
    )["IntegrationId"]
    api.create_route(ApiId=number, RouteKey="POST /told", Target=f"integrations/{integration}")
    api.create_stage(ApiId=number, StageName="$default", AutoDeploy=True)
    wanted = json.dumps({"path": "prisma"})
    query = urllib.parse.urlencode({MEMBER: wanted, f"{MEMBER}[path]": "prisma"})
    request = urllib.request.Request(  # noqa: S310 - ours
        f"{live.endpoint}/_aws/execute-api/{number}/told?{query}",
        data=json.dumps({MEMBER: {"path": "prisma"}}).encode(),
        headers={MEMBER: wanted, "content-type": "application/json"},
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - ours
        members, arn = json.load(answer)
    assert "rawPath" in members
    assert "body" in members
    assert MEMBER not in members
    assert arn.endswith(":live")
