"""CodeDeploy for Lambda over the wire, deployments played on a clock of our own."""

from __future__ import annotations

import asyncio
import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from localaws.cloud.clock import Clock
from localaws.cloud.codedeploy.codedeploy import CodeDeploy
from localaws.cloud.events import Events

if TYPE_CHECKING:
    from collections.abc import Callable

START = 1_800_000_000.0
NAMES = {"applicationName": "app", "deploymentGroupName": "group"}
EVERY_EVENT = ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"]


class FakeFunctions:
    """One function `mock` with versions 1 to 3 and an alias, and a hook."""

    def __init__(self) -> None:
        self.alias: tuple[str, dict[str, float]] = ("1", {})
        self.moves: list[tuple[str, dict[str, float]]] = []
        self.hooks: list[dict[str, Any]] = []

    def get_alias(self, function: str, alias: str) -> tuple[str, dict[str, float]] | None:
        return self.alias if (function, alias) == ("mock", "live") else None

    def set_alias(self, function: str, alias: str, version: str, weights: dict[str, float]) -> None:
        self.alias = (version, weights)
        self.moves.append(self.alias)

    def has_version(self, function: str, version: str) -> bool:
        return function == "hook" or version in {"1", "2", "3"}

    async def start(self, function: str, event: dict[str, Any]) -> None:
        self.hooks.append(event)


class FakeAlarms:
    """CloudWatch's part: states by name."""

    def __init__(self) -> None:
        self.known = {"errors": "OK"}

    async def states(self, names: list[str]) -> dict[str, str]:
        return {name: state for name, state in self.known.items() if name in names}


class Cloud:
    """A CodeDeploy whose minutes pass when told to; a cloud minute is a real second."""

    def __init__(self, client_of: Callable[..., Any]) -> None:
        self.now = START
        clock = Clock(60, now=lambda: self.now)
        self.functions, self.alarms, self.events = FakeFunctions(), FakeAlarms(), Events(clock.now)
        self.codedeploy = CodeDeploy(clock, self.events, self.functions, self.alarms)  # type: ignore[arg-type]
        self.client = client_of("codedeploy", self.codedeploy.handle)
        self.client.create_application(applicationName="app", computePlatform="Lambda")

    def group(self, config: str = "CodeDeployDefault.LambdaCanary10Percent5Minutes", **more: Any) -> None:
        """The group that tests deploy in."""
        self.client.create_deployment_group(
            **NAMES,
            serviceRoleArn="arn:aws:iam::000000000000:role/deploy",
            deploymentConfigName=config,
            deploymentStyle={"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"},
            alarmConfiguration={"enabled": True, "alarms": [{"name": "errors"}]},
            autoRollbackConfiguration={"enabled": True, "events": EVERY_EVENT},
            **more,
        )

    def deploy(
        self, current: str = "1", target: str = "2", hooks: list[Any] | None = None, **more: Any
    ) -> str:
        """Start a deployment."""
        answer = self.client.create_deployment(**NAMES, revision=revision(current, target, hooks), **more)
        return str(answer["deploymentId"])

    def pass_minutes(self, minutes: float) -> None:
        """Let time pass, looking every ten cloud seconds as the loop does."""
        for _ in range(round(minutes * 6)):
            asyncio.run(self.codedeploy.advance())
            self.now += 10 / 60
        asyncio.run(self.codedeploy.advance())

    def info(self, deployment: str) -> dict[str, Any]:
        """What GetDeployment says."""
        answer: dict[str, Any] = self.client.get_deployment(deploymentId=deployment)["deploymentInfo"]
        return answer

    def lambda_target(self, deployment: str) -> dict[str, Any]:
        """What GetDeploymentTarget says."""
        answer = self.client.get_deployment_target(deploymentId=deployment, targetId="mock:live")
        target: dict[str, Any] = answer["deploymentTarget"]["lambdaTarget"]
        return target

    def hook(self, event: dict[str, Any], status: str) -> None:
        """A hook's function answers."""
        self.client.put_lifecycle_event_hook_execution_status(
            deploymentId=event["DeploymentId"],
            lifecycleEventHookExecutionId=event["LifecycleEventHookExecutionId"],
            status=status,
        )


def revision(
    current: str = "1", target: str = "2", hooks: list[Any] | None = None, **properties: Any
) -> dict[str, Any]:
    """An AppSpec as `canary release` writes it."""
    named = {
        "Name": "mock",
        "Alias": "live",
        "CurrentVersion": current,
        "TargetVersion": target,
        **properties,
    }
    document: dict[str, Any] = {
        "version": 0.0,
        "Resources": [{"mock": {"Type": "AWS::Lambda::Function", "Properties": named}}],
    }
    if hooks:
        document["Hooks"] = hooks
    content = json.dumps(document)
    sha256 = hashlib.sha256(content.encode()).hexdigest()
    return {"revisionType": "AppSpecContent", "appSpecContent": {"content": content, "sha256": sha256}}


@pytest.fixture
def cloud(client_of: Callable[..., Any]) -> Cloud:
    """A CodeDeploy with an application."""
    return Cloud(client_of)


def test_a_canary_deployment_shifts_a_part_and_then_the_rest(cloud: Cloud) -> None:
    """GIVEN Canary10Percent5Minutes THEN 10 % at once, all after five minutes, and no weights are left."""
    cloud.group()
    deployment = cloud.deploy()
    assert cloud.info(deployment)["status"] == "Created"
    cloud.pass_minutes(4.5)
    assert cloud.functions.moves == [("1", {"2": 0.1})]
    assert cloud.info(deployment)["status"] == "InProgress"
    assert cloud.lambda_target(deployment)["lambdaFunctionInfo"]["targetVersionWeight"] == 10
    cloud.pass_minutes(1)
    assert cloud.functions.moves == [("1", {"2": 0.1}), ("2", {})]
    info = cloud.info(deployment)
    assert (info["status"], info["creator"], info["deploymentOverview"]["Succeeded"]) == (
        "Succeeded",
        "user",
        1,
    )
    assert info["completeTime"] > info["startTime"]


def test_all_at_once_moves_the_alias_once(cloud: Cloud) -> None:
    """GIVEN LambdaAllAtOnce THEN one move."""
    cloud.group("CodeDeployDefault.LambdaAllAtOnce")
    deployment = cloud.deploy()
    cloud.pass_minutes(0.5)
    assert cloud.functions.moves == [("2", {})]
    assert cloud.info(deployment)["status"] == "Succeeded"


def test_a_linear_deployment_shifts_equal_parts(cloud: Cloud) -> None:
    """GIVEN an own configuration of 25 % every 2 minutes THEN four moves, two minutes apart."""
    routing = {"type": "TimeBasedLinear", "timeBasedLinear": {"linearPercentage": 25, "linearInterval": 2}}
    cloud.client.create_deployment_config(
        deploymentConfigName="quarters", computePlatform="Lambda", trafficRoutingConfig=routing
    )
    cloud.group("quarters")
    cloud.deploy()
    cloud.pass_minutes(6.5)
    assert cloud.functions.moves == [("1", {"2": 0.25}), ("1", {"2": 0.5}), ("1", {"2": 0.75}), ("2", {})]
    shifts = [entry["t"] for entry in cloud.events.since(0) if entry["detail"]["status"] == "Shifted"]
    assert [round(at - shifts[0], 1) for at in shifts] == [0, 2, 4, 6]


def test_an_alarm_stops_the_shift_and_a_new_deployment_rolls_back(cloud: Cloud) -> None:
    """GIVEN 10 % shifted WHEN the alarm goes off THEN it is stopped, and the alias put back."""
    cloud.group()
    deployment = cloud.deploy()
    cloud.pass_minutes(1)
    cloud.alarms.known["errors"] = "ALARM"
    cloud.pass_minutes(0.5)
    info = cloud.info(deployment)
    assert info["status"] == "Stopped"
    assert info["errorInformation"]["code"] == "ALARM_ACTIVE"
    assert info["errorInformation"]["message"].endswith("Activated alarms: <errors>")
    rollback = cloud.info(info["rollbackInfo"]["rollbackDeploymentId"])
    assert (rollback["creator"], rollback["status"]) == ("codeDeployRollback", "Succeeded")
    assert rollback["rollbackInfo"]["rollbackTriggeringDeploymentId"] == deployment
    assert f"roll back deployment {deployment}." in rollback["rollbackInfo"]["rollbackMessage"]
    assert cloud.functions.alias == ("1", {})


def test_a_red_alarm_blocks_a_deployment_before_it_shifts_anything(cloud: Cloud) -> None:
    """GIVEN an alarm that is red already THEN Stopped without a move, and a rollback that changes nothing."""
    cloud.group()
    cloud.alarms.known["errors"] = "ALARM"
    deployment = cloud.deploy()
    cloud.pass_minutes(0.5)
    info = cloud.info(deployment)
    assert (info["status"], info["errorInformation"]["code"]) == ("Stopped", "ALARM_ACTIVE")
    assert cloud.info(info["rollbackInfo"]["rollbackDeploymentId"])["status"] == "Succeeded"
    assert cloud.functions.moves == []


def test_an_override_of_the_alarms_lets_the_fix_through(cloud: Cloud) -> None:
    """GIVEN a red alarm WHEN alarm polling is turned off for one deployment THEN it succeeds."""
    cloud.group("CodeDeployDefault.LambdaAllAtOnce")
    cloud.alarms.known["errors"] = "ALARM"
    override = {"enabled": False}
    deployment = cloud.deploy(overrideAlarmConfiguration=override)
    cloud.pass_minutes(0.5)
    assert cloud.info(deployment)["status"] == "Succeeded"
    assert cloud.info(deployment)["overrideAlarmConfiguration"] == override


@pytest.mark.parametrize(
    ("more", "status"), [({}, "Stopped"), ({"ignorePollAlarmFailure": True}, "Succeeded")]
)
def test_an_alarm_that_does_not_exist_stops_unless_that_is_ignored(
    cloud: Cloud, more: dict[str, Any], status: str
) -> None:
    """IgnorePollAlarmFailure: whether a deployment goes on when an alarm's state cannot be had."""
    cloud.group("CodeDeployDefault.LambdaAllAtOnce")
    cloud.alarms.known.clear()
    alarms = {"enabled": True, "alarms": [{"name": "errors"}], **more}
    deployment = cloud.deploy(overrideAlarmConfiguration=alarms)
    cloud.pass_minutes(0.5)
    assert cloud.info(deployment)["status"] == status


@pytest.mark.parametrize(
    ("wish", "events", "alias"),
    [
        ({"autoRollbackEnabled": True}, ["DEPLOYMENT_FAILURE"], ("1", {})),
        ({"autoRollbackEnabled": False}, EVERY_EVENT, ("1", {"2": 0.1})),
        ({}, EVERY_EVENT, ("1", {})),
        ({}, ["DEPLOYMENT_FAILURE"], ("1", {"2": 0.1})),
    ],
)
def test_stopping_rolls_back_when_asked_or_configured(
    cloud: Cloud, wish: dict[str, bool], events: list[str], alias: tuple[str, dict[str, float]]
) -> None:
    """GIVEN 10 % shifted WHEN stopped THEN the request decides about the rollback, else the configuration."""
    cloud.group()
    deployment = cloud.deploy(autoRollbackConfiguration={"enabled": True, "events": events})
    cloud.pass_minutes(1)
    assert cloud.client.stop_deployment(deploymentId=deployment, **wish)["status"] == "Pending"
    cloud.pass_minutes(0.5)
    info = cloud.info(deployment)
    assert (info["status"], info["errorInformation"]["code"]) == ("Stopped", "MANUAL_STOP")
    assert cloud.functions.alias == alias
    assert cloud.client.stop_deployment(deploymentId=deployment)["status"] == "Succeeded"


def test_a_finished_deployment_cannot_be_stopped(cloud: Cloud) -> None:
    """GIVEN Succeeded THEN DeploymentAlreadyCompletedException."""
    cloud.group("CodeDeployDefault.LambdaAllAtOnce")
    deployment = cloud.deploy()
    cloud.pass_minutes(0.5)
    with pytest.raises(cloud.client.exceptions.DeploymentAlreadyCompletedException):
        cloud.client.stop_deployment(deploymentId=deployment)


@pytest.mark.parametrize(
    ("versions", "alias", "code", "message"),
    [
        (
            ("2", "3"),
            ("1", {}),
            "INVALID_LAMBDA_CONFIGURATION",
            "does not match the current version in AppSpec",
        ),
        (("1", "1"), ("1", {}), "INVALID_LAMBDA_CONFIGURATION", "are the same"),
        (("1", "2"), ("1", {"3": 0.5}), "INVALID_LAMBDA_CONFIGURATION", "routing configuration already"),
        (("1", "9"), ("1", {}), "INVALID_LAMBDA_FUNCTION", "mock:9 does not exist"),
    ],
)
def test_an_alias_that_cannot_be_shifted_fails_the_deployment(
    cloud: Cloud, versions: tuple[str, str], alias: tuple[str, dict[str, float]], code: str, message: str
) -> None:
    """GIVEN a wrong version or weights THEN the deployment is made, fails, and the alias stays."""
    cloud.group()
    cloud.functions.alias = alias
    deployment = cloud.deploy(*versions)
    cloud.pass_minutes(0.5)
    info = cloud.info(deployment)
    assert (info["status"], info["errorInformation"]["code"]) == ("Failed", code)
    assert message in info["errorInformation"]["message"]
    assert cloud.functions.alias == alias


def test_one_deployment_runs_in_a_group_at_a_time(cloud: Cloud) -> None:
    """GIVEN one in progress WHEN another is created THEN it is refused; afterwards it may."""
    cloud.group()
    first = cloud.deploy()
    with pytest.raises(cloud.client.exceptions.DeploymentLimitExceededException, match=first):
        cloud.deploy()
    cloud.pass_minutes(6)
    cloud.deploy("2", "3")


def test_hooks_run_before_and_after_and_are_told_what_to_answer(cloud: Cloud) -> None:
    """GIVEN both hooks WHEN their functions answer Succeeded THEN the deployment does too, in that order."""
    cloud.group("CodeDeployDefault.LambdaAllAtOnce")
    deployment = cloud.deploy(hooks=[{"BeforeAllowTraffic": "hook"}, {"AfterAllowTraffic": "hook"}])
    cloud.pass_minutes(0.5)
    assert (len(cloud.functions.hooks), cloud.functions.moves) == (1, [])
    cloud.hook(cloud.functions.hooks[0], "Succeeded")
    cloud.pass_minutes(0.5)
    assert (len(cloud.functions.hooks), cloud.functions.moves) == (2, [("2", {})])
    assert cloud.info(deployment)["status"] == "InProgress"
    cloud.hook(cloud.functions.hooks[1], "Succeeded")
    cloud.pass_minutes(0.5)
    assert cloud.info(deployment)["status"] == "Succeeded"
    events = cloud.lambda_target(deployment)["lifecycleEvents"]
    assert [(event["lifecycleEventName"], event["status"]) for event in events] == [
        ("BeforeAllowTraffic", "Succeeded"),
        ("AllowTraffic", "Succeeded"),
        ("AfterAllowTraffic", "Succeeded"),
    ]
    assert cloud.functions.hooks[0].keys() == {"DeploymentId", "LifecycleEventHookExecutionId"}


@pytest.mark.parametrize(
    ("hook", "moves"), [("BeforeAllowTraffic", []), ("AfterAllowTraffic", [("2", {}), ("1", {})])]
)
def test_a_hook_that_fails_fails_the_deployment_and_rolls_back(
    cloud: Cloud, hook: str, moves: list[Any]
) -> None:
    """GIVEN a hook that answers Failed THEN HOOK_EXECUTION_FAILURE, and traffic goes where it came from."""
    cloud.group("CodeDeployDefault.LambdaAllAtOnce")
    deployment = cloud.deploy(hooks=[{hook: "hook"}])
    cloud.pass_minutes(0.5)
    cloud.hook(cloud.functions.hooks[0], "Failed")
    cloud.pass_minutes(0.5)
    info = cloud.info(deployment)
    assert (info["status"], info["errorInformation"]["code"]) == ("Failed", "HOOK_EXECUTION_FAILURE")
    assert cloud.functions.moves == moves
    assert cloud.functions.alias == ("1", {})


def test_a_hook_that_never_answers_fails_after_an_hour(cloud: Cloud) -> None:
    """GIVEN silence THEN the deployment is in progress for an hour of cloud time, and then failed."""
    cloud.group("CodeDeployDefault.LambdaAllAtOnce")
    deployment = cloud.deploy(hooks=[{"BeforeAllowTraffic": "hook"}])
    cloud.pass_minutes(59)
    assert cloud.info(deployment)["status"] == "InProgress"
    cloud.pass_minutes(2)
    assert cloud.info(deployment)["status"] == "Failed"


def test_a_hook_answers_once_with_a_known_execution_and_result(cloud: Cloud) -> None:
    """GIVEN a wrong result, a wrong execution, or a second answer THEN each its own exception."""
    cloud.group("CodeDeployDefault.LambdaAllAtOnce")
    cloud.deploy(hooks=[{"BeforeAllowTraffic": "hook"}])
    cloud.pass_minutes(0.5)
    event = cloud.functions.hooks[0]
    raised = cloud.client.exceptions
    with pytest.raises(raised.InvalidLifecycleEventHookExecutionStatusException):
        cloud.hook(event, "Skipped")
    with pytest.raises(raised.InvalidLifecycleEventHookExecutionIdException):
        cloud.hook({**event, "LifecycleEventHookExecutionId": "other"}, "Succeeded")
    cloud.hook(event, "Succeeded")
    with pytest.raises(raised.LifecycleEventAlreadyCompletedException):
        cloud.hook(event, "Succeeded")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"revisionType": "S3"}, "must be AppSpecContent"),
        ({"appSpecContent": {"content": ""}}, "empty"),
        ({"appSpecContent": {"content": "x: [", "sha256": None}}, "neither JSON nor YAML"),
        ({"appSpecContent": {"content": "{}"}}, "resources must be a list"),
        ({"appSpecContent": {"content": "{}", "sha256": "0" * 64}}, "sha256"),
        (revision("1", 2), "targetversion must be a string"),  # type: ignore[arg-type]
        (revision(Alias=""), "alias must be a string"),
        (revision(hooks=[{"BeforeInstall": "hook"}]), "hooks are BeforeAllowTraffic and AfterAllowTraffic"),
    ],
)
def test_a_revision_that_is_no_lambda_appspec_is_refused(
    cloud: Cloud, change: dict[str, Any], message: str
) -> None:
    """InvalidRevisionException with what is wrong, and nothing is created."""
    cloud.group()
    given = {**revision(), **change}
    content = {name: value for name, value in given["appSpecContent"].items() if value is not None}
    with pytest.raises(cloud.client.exceptions.InvalidRevisionException, match=message):
        cloud.client.create_deployment(**NAMES, revision={**given, "appSpecContent": content})
    assert cloud.client.list_deployments(**NAMES)["deployments"] == []


def test_yaml_in_lower_case_is_an_appspec_too(cloud: Cloud) -> None:
    """The page's own structure: YAML with lower-case members."""
    cloud.group("CodeDeployDefault.LambdaAllAtOnce")
    content = """
version: 0.0
resources:
  - mock:
      type: "AWS::Lambda::Function"
      properties:
        name: mock
        alias: live
        currentversion: "1"
        targetversion: "2"
hooks:
  - BeforeAllowTraffic: hook
"""
    given = {"revisionType": "AppSpecContent", "appSpecContent": {"content": content}}
    cloud.client.create_deployment(**NAMES, revision=given)
    cloud.pass_minutes(0.5)
    cloud.hook(cloud.functions.hooks[0], "Succeeded")
    cloud.pass_minutes(0.5)
    assert cloud.functions.alias == ("2", {})


@pytest.mark.parametrize(
    ("call", "params", "error"),
    [
        (
            "create_application",
            {"applicationName": "app", "computePlatform": "Lambda"},
            "ApplicationAlreadyExists",
        ),
        ("create_application", {"applicationName": "b", "computePlatform": "ECS"}, "InvalidComputePlatform"),
        ("get_application", {"applicationName": "none"}, "ApplicationDoesNotExist"),
        ("get_deployment_group", {**NAMES, "deploymentGroupName": "none"}, "DeploymentGroupDoesNotExist"),
        ("create_deployment", {"applicationName": "app"}, "DeploymentGroupNameRequired"),
        ("create_deployment", NAMES, "RevisionRequired"),
        ("create_deployment", {**NAMES, "applicationName": "none"}, "ApplicationDoesNotExist"),
        (
            "create_deployment",
            {**NAMES, "revision": revision(), "deploymentConfigName": "none"},
            "DeploymentConfigDoesNotExist",
        ),
        ("get_deployment", {"deploymentId": "d-NONE"}, "DeploymentDoesNotExist"),
        ("delete_deployment_config", {"deploymentConfigName": "own"}, "DeploymentConfigInUse"),
        (
            "create_deployment_config",
            {
                "deploymentConfigName": "long",
                "computePlatform": "Lambda",
                "trafficRoutingConfig": {
                    "type": "TimeBasedCanary",
                    "timeBasedCanary": {"canaryPercentage": 10, "canaryInterval": 2881},
                },
            },
            "InvalidTrafficRoutingConfiguration",
        ),
        (
            "update_deployment_group",
            {
                "applicationName": "app",
                "currentDeploymentGroupName": "group",
                "alarmConfiguration": {"enabled": True, "alarms": []},
            },
            "InvalidAlarmConfig",
        ),
        (
            "update_deployment_group",
            {
                "applicationName": "app",
                "currentDeploymentGroupName": "group",
                "autoRollbackConfiguration": {"enabled": True, "events": []},
            },
            "InvalidAutoRollbackConfig",
        ),
        ("list_deployments", {"applicationName": "app"}, "InvalidInput"),
        (
            "get_application_revision",
            {"applicationName": "app", "revision": revision()},
            "RevisionDoesNotExist",
        ),
    ],
)
def test_what_codedeploy_refuses_has_its_own_exception(
    cloud: Cloud, call: str, params: Any, error: str
) -> None:
    """Each by its name in the API, so that a client can catch it."""
    routing = {"type": "TimeBasedLinear", "timeBasedLinear": {"linearPercentage": 50, "linearInterval": 1}}
    cloud.client.create_deployment_config(
        deploymentConfigName="own", computePlatform="Lambda", trafficRoutingConfig=routing
    )
    cloud.group("own")
    with pytest.raises(getattr(cloud.client.exceptions, f"{error}Exception")):
        getattr(cloud.client, call)(**params)


def test_a_group_knows_its_last_deployments(cloud: Cloud) -> None:
    """GIVEN one that succeeded and one that failed THEN the group names both, and the revision that runs."""
    cloud.group("CodeDeployDefault.LambdaAllAtOnce")
    good = cloud.deploy()
    cloud.pass_minutes(1)
    bad = cloud.deploy("1", "3", autoRollbackConfiguration={"enabled": False})
    cloud.pass_minutes(1)
    group = cloud.client.get_deployment_group(**NAMES)["deploymentGroupInfo"]
    assert group["lastSuccessfulDeployment"]["deploymentId"] == good
    assert (group["lastAttemptedDeployment"]["deploymentId"], group["lastAttemptedDeployment"]["status"]) == (
        bad,
        "Failed",
    )
    assert group["targetRevision"] == revision()
    assert cloud.info(bad)["previousRevision"] == revision()


def test_deployments_are_listed_newest_first_and_by_status(cloud: Cloud) -> None:
    """GIVEN two finished and one failed THEN lists find them."""
    cloud.group("CodeDeployDefault.LambdaAllAtOnce", tags=[{"Key": "unit", "Value": "huntaze"}])
    first = cloud.deploy("1", "2")
    cloud.pass_minutes(1)
    second = cloud.deploy("2", "3")
    cloud.pass_minutes(1)
    failed = cloud.deploy("1", "2", autoRollbackConfiguration={"enabled": False})
    cloud.pass_minutes(1)
    assert cloud.client.list_deployments(**NAMES)["deployments"] == [failed, second, first]
    found = cloud.client.list_deployments(**NAMES, includeOnlyStatuses=["Succeeded"])["deployments"]
    assert found == [second, first]
    statuses = [
        cloud.client.get_deployment(deploymentId=each)["deploymentInfo"]["status"] for each in (first, failed)
    ]
    assert statuses == ["Succeeded", "Failed"]
    info = cloud.client.get_application_revision(applicationName="app", revision=revision("2", "3"))[
        "revisionInfo"
    ]
    assert info["deploymentGroups"] == ["group"]


def test_resources_are_updated_tagged_and_deleted(cloud: Cloud) -> None:
    """The life of an application and its group, as the engine leads it."""
    cloud.group(tags=[{"Key": "unit", "Value": "huntaze"}])
    arn = "arn:aws:codedeploy:us-east-1:000000000000:deploymentgroup:app/group"
    cloud.client.tag_resource(ResourceArn=arn, Tags=[{"Key": "a", "Value": "b"}])
    cloud.client.untag_resource(ResourceArn=arn, TagKeys=["unit"])
    assert cloud.client.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "a", "Value": "b"}]
    cloud.client.update_deployment_group(
        applicationName="app",
        currentDeploymentGroupName="group",
        deploymentConfigName="CodeDeployDefault.LambdaAllAtOnce",
    )
    group = cloud.client.get_deployment_group(**NAMES)["deploymentGroupInfo"]
    assert group["deploymentConfigName"] == "CodeDeployDefault.LambdaAllAtOnce"
    assert group["alarmConfiguration"]["alarms"] == [{"name": "errors"}]
    cloud.client.delete_deployment_group(**NAMES)
    cloud.client.delete_application(applicationName="app")
    assert cloud.client.list_applications()["applications"] == []


def test_an_operation_of_other_platforms_is_refused_by_name(cloud: Cloud) -> None:
    """It must not look as if it had worked."""
    with pytest.raises(ClientError, match="ListOnPremisesInstances"):
        cloud.client.list_on_premises_instances()


def test_a_request_that_is_not_the_apis_is_refused(cloud: Cloud, client_of: Callable[..., Any]) -> None:
    """GIVEN a member of a wrong type THEN the model's own report."""
    client = client_of("codedeploy", cloud.codedeploy.handle, parameter_validation=False)
    with pytest.raises(ClientError, match="Invalid type for parameter computePlatform"):
        client.create_application(applicationName="b", computePlatform=["Lambda"])
