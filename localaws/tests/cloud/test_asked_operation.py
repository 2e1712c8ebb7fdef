"""The operation behind a request, however its protocol names it, and whether it changes something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from localaws.cloud.asked_operation import asked, changes, exists
from localaws.cloud.credentials import Caller, caller_of, session_of
from localaws.cloud.request import AwsRequest, AwsResponse
from localaws.keys import Keys

if TYPE_CHECKING:
    from collections.abc import Callable

DEPLOYMENT = {
    "ApplicationId": "abcdefg",
    "EnvironmentId": "bcdefgh",
    "DeploymentStrategyId": "cdefghi",
    "ConfigurationProfileId": "defghij",
    "ConfigurationVersion": "1",
}
STOPPED = {"ApplicationId": "abcdefg", "EnvironmentId": "bcdefgh", "DeploymentNumber": 1}
PARAMETER = {"Name": "/a", "Value": "b", "Type": "String"}
ALIAS = {"FunctionName": "f", "Name": "live", "FunctionVersion": "1"}


@pytest.mark.parametrize(
    ("call", "parameters", "operation", "changing"),
    [
        ("ssm.put_parameter", PARAMETER, "SSM.PutParameter", True),
        ("ssm.get_parameter", {"Name": "/a"}, "SSM.GetParameter", False),
        ("sns.publish", {"TopicArn": "arn:aws:sns:us-east-1:1:t", "Message": "m"}, "SNS.Publish", True),
        ("appconfig.start_deployment", DEPLOYMENT, "AppConfig.StartDeployment", True),
        ("appconfig.stop_deployment", STOPPED, "AppConfig.StopDeployment", True),
        ("appconfig.get_deployment", STOPPED, "AppConfig.GetDeployment", False),
        (
            "appconfig.create_hosted_configuration_version",
            {
                "ApplicationId": "abcdefg",
                "ConfigurationProfileId": "defghij",
                "Content": b"{}",
                "ContentType": "application/json",
            },
            "AppConfig.CreateHostedConfigurationVersion",
            True,
        ),
        (
            "appconfigdata.start_configuration_session",
            {
                "ApplicationIdentifier": "a",
                "EnvironmentIdentifier": "e",
                "ConfigurationProfileIdentifier": "p",
            },
            "AppConfigData.StartConfigurationSession",
            False,
        ),
        ("lambda.update_alias", ALIAS, "Lambda.UpdateAlias", True),
        ("lambda.get_alias", {"FunctionName": "f", "Name": "live"}, "Lambda.GetAlias", False),
        ("lambda.invoke", {"FunctionName": "f"}, "Lambda.Invoke", False),
        ("codedeploy.stop_deployment", {"deploymentId": "d-1"}, "CodeDeploy.StopDeployment", True),
        (
            "codedeploy.batch_get_deployments",
            {"deploymentIds": ["d-1"]},
            "CodeDeploy.BatchGetDeployments",
            False,
        ),
        ("cloudwatch.describe_alarms", {}, "CloudWatch.DescribeAlarms", False),
        (
            "cloudwatch.set_alarm_state",
            {"AlarmName": "a", "StateValue": "OK", "StateReason": "r"},
            "CloudWatch.SetAlarmState",
            True,
        ),
    ],
)
def test_an_sdk_s_call_is_recognised(
    client_of: Callable[..., Any], call: str, parameters: dict[str, Any], operation: str, *, changing: bool
) -> None:
    """GIVEN a call as boto3 sends it WHEN read THEN its operation is known, and whether it changes things."""
    seen: list[str] = []
    service, _, method = call.partition(".")

    async def handler(request: AwsRequest) -> AwsResponse:
        seen.append(asked(request))
        return AwsResponse(400, b"{}")

    with pytest.raises((ClientError, ResponseParserError)):
        getattr(client_of(service, handler), method)(**parameters)
    assert seen == [operation]
    assert changes(operation) == changing


def test_what_no_model_knows_is_named_by_its_path() -> None:
    """GIVEN a request that AWS has no operation for WHEN read THEN it is not left out."""
    request = AwsRequest("PUT", "/no.such/thing", {}, {}, b"", "appconfig")
    assert asked(request) == "appconfig.PUT /no.such/thing"
    assert changes(asked(request))
    assert not changes(asked(AwsRequest("GET", "/no.such/thing", {}, {}, b"", "appconfig")))


@pytest.mark.parametrize(
    ("operation", "known"),
    [
        ("AppConfig.StartDeployment", True),
        ("AppConfig.Startdeployment", False),
        ("Nothing.Start", False),
        ("", False),
    ],
)
def test_an_operation_can_be_looked_up(operation: str, *, known: bool) -> None:
    """GIVEN a name WHEN looked up THEN only an operation that AWS has is known."""
    assert exists(operation) == known


@pytest.mark.parametrize("name", ["f", "huntaze-mock-read", "a_b-C" * 12])
def test_a_sandbox_is_known_by_its_credentials(name: str) -> None:
    """GIVEN a sandbox's environment WHEN a request is signed with it THEN function and sandbox are known."""
    session = session_of(name, "2026/11/25/[1]ab", Keys.random())
    credential = f"{session['AWS_ACCESS_KEY_ID']}/20261125/us-east-1/ssm/aws4_request"
    headers = {
        "authorization": f"AWS4-HMAC-SHA256 Credential={credential}",
        "x-amz-security-token": session["AWS_SESSION_TOKEN"],
    }
    assert caller_of(headers) == Caller(name, "2026/11/25/[1]ab")


@pytest.mark.parametrize("key", ["test", "rehearsal", "AKIAIOSFODNN7EXAMPLE", "ASIA7", ""])
def test_nobody_else_is_taken_for_a_sandbox(key: str) -> None:
    """GIVEN keys that no sandbox has WHEN a request is signed with them THEN its caller is nobody."""
    assert caller_of({"authorization": f"AWS4-HMAC-SHA256 Credential={key}/20261125/us-east-1/ssm/x"}) is None
    assert caller_of({}) is None
