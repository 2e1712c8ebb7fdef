"""What AppConfig and CodeDeploy list is read back as evidence; answers are held to the API's own model."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import boto3
import pytest
from botocore.response import StreamingBody
from botocore.stub import Stubber

from rehearsal import readback

if TYPE_CHECKING:
    from collections.abc import Iterator

    from canary.cli.target import Target


OF_RAMP = {"ApplicationId": "a", "EnvironmentId": "e"}


def when(minute: int) -> datetime:
    """A moment of the hour."""
    return datetime(2026, 11, 25, 20, minute, tzinfo=UTC)


@pytest.fixture
def appconfig() -> Iterator[Stubber]:
    """AppConfig, answering what it is told to."""
    with stubbed("appconfig") as stubber:
        yield stubber


@pytest.fixture
def codedeploy() -> Iterator[Stubber]:
    """CodeDeploy, the same."""
    with stubbed("codedeploy") as stubber:
        yield stubber


def stubbed(name: str) -> Stubber:
    """A client that sends nothing."""
    client: Any = boto3.client(  # type: ignore[call-overload]
        name, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
    )
    return Stubber(client)


def deployed(appconfig: Stubber, number: int, state: str, log: list[dict[str, Any]], *, on: bool) -> None:
    """What is asked about one deployment."""
    content = json.dumps({"version": "1", "values": {"prismaAdapter": {"enabled": on}}}).encode()
    appconfig.add_response(
        "get_hosted_configuration_version",
        {"Content": StreamingBody(io.BytesIO(content), len(content)), "ContentType": "application/json"},
        {"ApplicationId": "a", "ConfigurationProfileId": "p", "VersionNumber": number},
    )
    appconfig.add_response(
        "get_deployment",
        {"State": state, "EventLog": log},
        {"ApplicationId": "a", "EnvironmentId": "e", "DeploymentNumber": number},
    )


def test_deployments_are_read_oldest_first_with_what_they_deployed(appconfig: Stubber) -> None:
    """However AppConfig lists them; one that was taken back ended then, one that bakes has not."""
    listed = [
        {"DeploymentNumber": 4, "ConfigurationVersion": "4", "State": "BAKING", "StartedAt": when(30)},
        {"DeploymentNumber": 3, "ConfigurationVersion": "3", "State": "ROLLED_BACK", "StartedAt": when(10)},
        {
            "DeploymentNumber": 2,
            "ConfigurationVersion": "2",
            "State": "COMPLETE",
            "StartedAt": when(5),
            "CompletedAt": when(6),
        },
    ]
    appconfig.add_response(
        "list_deployments", {"Items": listed}, {"ApplicationId": "a", "EnvironmentId": "e"}
    )
    log = [
        {"EventType": "ROLLBACK_COMPLETED", "TriggeredBy": "APPCONFIG", "OccurredAt": when(13)},
        {"EventType": "ROLLBACK_STARTED", "TriggeredBy": "CLOUDWATCH_ALARM", "OccurredAt": when(12)},
        {"EventType": "DEPLOYMENT_STARTED", "TriggeredBy": "USER", "OccurredAt": when(10)},
    ]
    deployed(appconfig, 2, "COMPLETE", [], on=False)
    deployed(appconfig, 3, "ROLLED_BACK", log, on=True)
    deployed(appconfig, 4, "BAKING", [], on=True)
    second, third, fourth = readback.deployments(appconfig.client, "a", "e", "p", after=1)
    assert (second.number, second.state, second.completed) == (2, "COMPLETE", when(6).timestamp())
    assert second.content == {"prismaAdapter": {"enabled": False}}
    assert (third.number, third.started) == (3, when(10).timestamp())
    assert third.completed == when(13).timestamp()
    assert third.triggered_by == ("APPCONFIG", "CLOUDWATCH_ALARM", "USER")
    assert (fourth.number, fourth.completed) == (4, None)
    appconfig.assert_no_pending_responses()


def test_deployments_that_are_known_already_are_not_asked_for_again(appconfig: Stubber) -> None:
    """Only those after a number."""
    listed = [{"DeploymentNumber": 2, "ConfigurationVersion": "2", "State": "BAKING", "StartedAt": when(5)}]
    appconfig.add_response(
        "list_deployments", {"Items": listed}, {"ApplicationId": "a", "EnvironmentId": "e"}
    )
    assert readback.deployments(appconfig.client, "a", "e", "p", after=2) == []
    appconfig.assert_no_pending_responses()


def release(codedeploy: Stubber, number: str, minute: int, creator: str, **info: Any) -> None:
    """What is asked about one release; nothing more about what CodeDeploy began by itself."""
    told = {"creator": creator, "createTime": when(minute), "status": "Succeeded", **info}
    codedeploy.add_response("get_deployment", {"deploymentInfo": told}, {"deploymentId": number})
    if creator != "user":
        return
    codedeploy.add_response("list_deployment_targets", {"targetIds": ["t"]}, {"deploymentId": number})
    events = [{"lifecycleEventName": "BeforeAllowTraffic", "status": "Succeeded"}]
    shown = {"deploymentTargetType": "LambdaTarget", "lambdaTarget": {"lifecycleEvents": events}}
    codedeploy.add_response(
        "get_deployment_target", {"deploymentTarget": shown}, {"deploymentId": number, "targetId": "t"}
    )


def test_releases_are_read_oldest_first_without_codedeploys_own_rollbacks(codedeploy: Stubber) -> None:
    """CodeDeploy lists in no order, and a rollback is a deployment too."""
    asked = {"applicationName": "a", "deploymentGroupName": "g"}
    codedeploy.add_response("list_deployments", {"deployments": ["d-3", "d-2", "d-1"]}, asked)
    release(codedeploy, "d-3", 30, "user")
    release(codedeploy, "d-2", 12, "codeDeployRollback")
    stopped = {"status": "Stopped", "errorInformation": {"code": "ALARM_ACTIVE", "message": "an alarm"}}
    release(codedeploy, "d-1", 10, "user", rollbackInfo={"rollbackDeploymentId": "d-2"}, **stopped)
    target = cast("Target", SimpleNamespace(codedeploy_application="a", codedeploy_group="g"))
    first, third = readback.releases(codedeploy.client, target)
    assert first == {
        "deploymentId": "d-1",
        "created": when(10).timestamp(),
        "status": "Stopped",
        "error": "an alarm",
        "rollback": "d-2",
        "lifecycle": {"BeforeAllowTraffic": "Succeeded"},
    }
    assert (third["deploymentId"], third["error"], third["rollback"]) == ("d-3", None, None)
    codedeploy.assert_no_pending_responses()
