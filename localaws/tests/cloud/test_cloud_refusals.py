"""What AWS refuses, a running cloud refuses too."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from localaws.tests.cloud.functions import archive

if TYPE_CHECKING:
    from localaws.tests.cloud.live import Live

FLAGS = json.dumps(
    {"version": "1", "flags": {"a": {"name": "a"}}, "values": {"a": {"enabled": False}}}
).encode()


@pytest.fixture(scope="module")
def deployed(live: Live) -> dict[str, Any]:
    """An AppConfig environment whose first deployment bakes for an hour of the cloud's."""
    client = live.client("appconfig")
    app = client.create_application(Name="refusals")["Id"]
    environment = client.create_environment(ApplicationId=app, Name="ramp")["Id"]
    profiles = [
        client.create_configuration_profile(
            ApplicationId=app, Name=name, LocationUri="hosted", Type="AWS.AppConfig.FeatureFlags"
        )["Id"]
        for name in ("flags", "other")
    ]
    for profile in profiles:
        client.create_hosted_configuration_version(
            ApplicationId=app, ConfigurationProfileId=profile, Content=FLAGS, ContentType="application/json"
        )
    strategy = client.create_deployment_strategy(
        Name="bakes", DeploymentDurationInMinutes=0, FinalBakeTimeInMinutes=60, GrowthFactor=100
    )["Id"]
    asked = {"ApplicationId": app, "EnvironmentId": environment, "DeploymentStrategyId": strategy}
    first = {**asked, "ConfigurationProfileId": profiles[0], "ConfigurationVersion": "1"}
    client.start_deployment(**first)
    return {"client": client, "asked": asked, "profiles": profiles, "app": app, "environment": environment}


def refusal(call: Any, **arguments: Any) -> tuple[str, int]:
    """Code and HTTP status of a refusal."""
    with pytest.raises(ClientError) as refused:
        call(**arguments)
    answer = refused.value.response
    return str(answer["Error"]["Code"]), int(answer["ResponseMetadata"]["HTTPStatusCode"])


@pytest.mark.parametrize("which", [0, 1], ids=["same profile", "other profile"])
def test_a_baking_environment_takes_no_second_deployment(deployed: dict[str, Any], which: int) -> None:
    """GIVEN a deployment that bakes WHEN another is started in its environment THEN 409, whichever profile.

    https://docs.aws.amazon.com/appconfig/2019-10-09/APIReference/API_StartDeployment.html
    """
    current = deployed["client"].get_deployment(
        ApplicationId=deployed["app"], EnvironmentId=deployed["environment"], DeploymentNumber=1
    )
    assert current["State"] in {"DEPLOYING", "BAKING"}
    more = {
        **deployed["asked"],
        "ConfigurationProfileId": deployed["profiles"][which],
        "ConfigurationVersion": "1",
    }
    assert refusal(deployed["client"].start_deployment, **more) == ("ConflictException", 409)


def test_a_profile_with_hosted_versions_cannot_be_deleted(deployed: dict[str, Any]) -> None:
    """GIVEN a hosted version WHEN its profile is deleted THEN 409; without it the deletion is done.

    https://docs.aws.amazon.com/appconfig/2019-10-09/APIReference/API_DeleteConfigurationProfile.html
    """
    client, where = deployed["client"], {"ApplicationId": deployed["app"]}
    where["ConfigurationProfileId"] = deployed["profiles"][1]
    assert refusal(client.delete_configuration_profile, **where) == ("ConflictException", 409)
    client.delete_hosted_configuration_version(**where, VersionNumber=1)
    client.delete_configuration_profile(**where)
    assert refusal(client.get_configuration_profile, **where)[0] == "ResourceNotFoundException"


def test_a_deployment_from_another_version_than_the_aliases_fails(live: Live) -> None:
    """GIVEN an alias on version 2 WHEN a deployment says CurrentVersion 1 THEN it fails, and the alias stays.

    https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html
    """
    functions, deploy = live.client("lambda"), live.client("codedeploy")
    live.create("shifted", archive("def handler(event, context): return 1"))
    for text in ("a", "b", "c"):
        functions.update_function_configuration(FunctionName="shifted", Description=text)
        functions.publish_version(FunctionName="shifted")
    functions.create_alias(FunctionName="shifted", Name="live", FunctionVersion="2")
    deploy.create_application(applicationName="shift", computePlatform="Lambda")
    deploy.create_deployment_group(
        applicationName="shift",
        deploymentGroupName="group",
        serviceRoleArn="arn:aws:iam::000000000000:role/deploy",
        deploymentConfigName="CodeDeployDefault.LambdaAllAtOnce",
        deploymentStyle={"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"},
    )
    properties = {"Name": "shifted", "Alias": "live", "CurrentVersion": "1", "TargetVersion": "3"}
    spec = {"version": 0.0, "Resources": [{"f": {"Type": "AWS::Lambda::Function", "Properties": properties}}]}
    number = deploy.create_deployment(
        applicationName="shift",
        deploymentGroupName="group",
        revision={"revisionType": "AppSpecContent", "appSpecContent": {"content": json.dumps(spec)}},
    )["deploymentId"]
    deploy.get_waiter("deployment_successful").config.delay = 1
    from localaws.tests.cloud.test_cloud_invoke import eventually  # noqa: PLC0415

    def ended() -> Any:
        found = deploy.get_deployment(deploymentId=number)["deploymentInfo"]
        return found if found["status"] in {"Failed", "Succeeded", "Stopped"} else None

    assert eventually(ended)["status"] == "Failed"
    assert functions.get_alias(FunctionName="shifted", Name="live")["FunctionVersion"] == "2"


def test_an_unknown_control_route_is_not_found(live: Live) -> None:
    """GIVEN the rehearsal's own routes WHEN another is asked for THEN 404 that names it."""
    status, answer = live.tell("absent", method="GET")
    assert status == 404
    assert "GET /_rehearsal/absent" in answer["message"]


def test_the_clock_says_its_factor(live: Live) -> None:
    """GIVEN a cloud at 60 WHEN its clock is read twice THEN it is a minute a second."""
    first, second = live.control("clock"), live.control("clock")
    assert first["factor"] == 60
    assert second["cloud_s"] > first["cloud_s"] > 0


def test_events_are_read_from_where_one_was(live: Live) -> None:
    """GIVEN events WHEN read since the last one known THEN none comes twice."""
    events = live.control("events?since=0")["events"]
    assert [event["n"] for event in events] == list(range(1, len(events) + 1))
    assert all(event["n"] > 1 for event in live.control("events?since=1")["events"])
