"""What every function and flag of a unit promises, and that a second unit can live beside the first."""

from __future__ import annotations

import json
from typing import Any

import pytest

from canary.read.flags import Flag, killed, ramp
from canary.unit.names import LONGEST_PREFIX
from components.rollback.release import Release
from tests.program.recording import ACCOUNT, REGION, Program, Recorded
from tests.program.stacks import (
    ALIAS,
    BASELINE,
    DEPLOYMENT,
    ENVIRONMENT,
    FUNCTION,
    KEY,
    LOG,
    PROFILE,
    ROLE,
    STRATEGY,
    beside_each_other,
    default,
    protected,
    stack,
    unit_with,
)

FUNCTIONS = (
    "huntaze-mock-read",
    "huntaze-prisma-read",
    "huntaze-prisma-read-shadow",
    "huntaze-prisma-migrate",
    "huntaze-rollback-guard",
    "CodeDeployHook_huntaze-release",
)
IDENTITY = {
    ALIAS: ("functionName", "name"),
    ENVIRONMENT: ("applicationId", "name"),
    PROFILE: ("applicationId", "name"),
    BASELINE: ("configurationProfileId", "content"),
    DEPLOYMENT: ("environmentId", "configurationProfileId"),
    KEY: ("policy",),
    "aws:apigatewayv2/integration:Integration": ("apiId",),
    "aws:apigatewayv2/route:Route": ("apiId", "routeKey"),
    "aws:apigatewayv2/stage:Stage": ("apiId", "name"),
    "aws:cloudwatch/dashboard:Dashboard": ("dashboardName",),
    "aws:codedeploy/deploymentConfig:DeploymentConfig": ("deploymentConfigName",),
    "aws:codedeploy/deploymentGroup:DeploymentGroup": ("appName", "deploymentGroupName"),
    "aws:iam/rolePolicy:RolePolicy": ("role", "policy"),
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": ("functionName", "qualifier"),
    "aws:lambda/permission:Permission": ("function", "principal", "sourceArn"),
    "aws:sns/topicPolicy:TopicPolicy": ("arn",),
    "aws:sns/topicSubscription:TopicSubscription": ("topic", "endpoint"),
}
"""What AWS tells resources of a type apart by; ``name`` for all others."""


def identity(resource: Recorded) -> tuple[str, ...]:
    """What the account may have only one of."""
    inputs = resource.inputs
    return (resource.token, *(str(inputs[key]) for key in IDENTITY.get(resource.token, ("name",))))


def mentions(resource: Recorded, prefix: str) -> bool:
    """Whether any input of a resource names a unit's things."""
    written = json.dumps(resource.inputs, default=str)
    return any(f"{before}{prefix}{after}" in written for before in '"/:_' for after in "-/")


def only_child(program: Program, token: str, of: Recorded) -> Recorded:
    """The one resource of a type in a component."""
    (found,) = [one for one in program.of(token) if one.parent == of.parent]
    return found


def test_a_unit_has_six_functions_by_the_sheets_names() -> None:
    """Both sides, the shadow's own, the one that migrates, the guard, the check before a release."""
    assert sorted(one.inputs["name"] for one in default().of(FUNCTION)) == sorted(FUNCTIONS)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_is_traced_and_logged_for_a_limited_time(name: str) -> None:
    """X-Ray active, a log group of its own with retention, known before the function runs."""
    function = default().named(FUNCTION, name)
    log = default().named(LOG, f"/aws/lambda/{name}")
    assert function.inputs["tracingConfig"] == {"mode": "Active"}
    assert function.inputs["loggingConfig"]["logGroup"] == log.inputs["name"]
    assert log.urn in function.depends_on
    assert log.inputs["retentionInDays"] == 90
    assert not log.retain_on_delete
    assert protected().named(LOG, f"/aws/lambda/{name}").retain_on_delete


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_waits_for_its_permissions_and_publishes_versions_behind_live(name: str) -> None:
    """An invocation without permissions would be a false alarm; callers know nothing but the alias."""
    function = default().named(FUNCTION, name)
    policy = only_child(default(), "aws:iam/rolePolicy:RolePolicy", function)
    assert policy.urn in function.depends_on
    assert function.inputs["publish"] is True
    alias = only_child(default(), ALIAS, function)
    assert (alias.inputs["name"], alias.inputs["functionName"]) == ("live", name)
    assert alias.inputs["functionVersion"] == "1"


def test_only_what_others_move_or_stamp_is_ignored() -> None:
    """CodeDeploy moves aliases, AppConfig stamps documents; anything else ignored would be unseen drift."""
    ignoring = {one.token: one.ignore_changes for one in default().resources if one.ignore_changes}
    assert ignoring == {ALIAS: ("functionVersion", "routingConfig"), BASELINE: ("content",)}
    assert all(one.ignore_changes for token in ignoring for one in default().of(token))


def test_an_alias_has_no_other_input_that_could_change() -> None:
    """The provider sends version and routing with any update, as state remembers them."""
    for alias in default().of(ALIAS):
        assert set(alias.inputs) == {"name", "functionName", "functionVersion"}


def test_the_prisma_functions_are_one_bundle_and_only_the_shadow_is_bounded() -> None:
    """Shadow reads can never take the canary's place."""
    program = stack(shadowReservedConcurrency="5")
    canary, shadow = (
        program.named(FUNCTION, name).inputs for name in ("huntaze-prisma-read", "huntaze-prisma-read-shadow")
    )
    assert canary["code"].path == shadow["code"].path == "build/functions/prisma_read.zip"
    assert canary["environment"]["variables"].pop("ROLE") == "canary"
    assert shadow["environment"]["variables"].pop("ROLE") == "shadow"
    assert canary["environment"] == shadow["environment"]
    assert (canary["reservedConcurrentExecutions"], shadow["reservedConcurrentExecutions"]) == (-1, 5)


def test_only_the_prisma_functions_are_in_the_databases_network() -> None:
    """The entry function and the guard reach AWS without a NAT."""
    inside = {one.inputs["name"] for one in default().of(FUNCTION) if "vpcConfig" in one.inputs}
    assert inside == {"huntaze-prisma-read", "huntaze-prisma-read-shadow", "huntaze-prisma-migrate"}


def test_the_ramp_has_the_rollback_alarms_for_monitors_and_the_kill_switch_has_none() -> None:
    """AppConfig takes five at most; nothing may roll the kill switch back."""
    by_name = {one.inputs["name"]: one for one in default().of(ENVIRONMENT)}
    assert set(by_name) == {"ramp", "kill"}
    monitors = by_name["ramp"].inputs["monitors"]
    assert 0 < len(monitors) <= 5
    assert [one["alarmArn"].rpartition(":")[2] for one in monitors] == [
        "huntaze-lambda-error-rate-gt-2pct",
        "huntaze-canary-error-rate-gt-2pct",
        "huntaze-canary-p95-gt-130pct",
    ]
    assert not by_name["kill"].inputs.get("monitors")
    role = default().named(ROLE, "huntaze-flag-monitor")
    assert role.urn in by_name["ramp"].sources["monitors"]
    policy = next(one for one in default().resources if one.inputs.get("role") == "huntaze-flag-monitor")
    assert policy.urn in by_name["ramp"].depends_on


def test_every_alarm_tells_its_end_where_it_told_its_beginning() -> None:
    """All six; and what takes silence for failure warms up first, which what rolls back never does."""
    alarms = {
        one.inputs["name"]: one.inputs for one in default().of("aws:cloudwatch/metricAlarm:MetricAlarm")
    }
    assert len(alarms) == 6
    for name, alarm in alarms.items():
        assert set(alarm["okActions"]) == {one for one in alarm["alarmActions"] if ":sns:" in one}, name
    warm = {
        name: alarm["warmUpConfiguration"] for name, alarm in alarms.items() if "warmUpConfiguration" in alarm
    }
    assert warm == {"huntaze-guard-silent": {"warmUpPeriodDurationInMinutes": 30}}


def baseline(role: str) -> dict[str, Any]:
    """What the stack deploys first."""
    (found,) = [one for one in default().of(BASELINE) if one.name.endswith(f"-{role}-baseline")]
    document: dict[str, Any] = json.loads(found.inputs["content"])
    return document


def served(document: dict[str, Any]) -> dict[str, Any]:
    """As AppConfig serves flags: the attributes of one that is off are left out."""
    return {
        name: value if value["enabled"] else {"enabled": False} for name, value in document["values"].items()
    }


def test_the_baselines_are_deployed_and_off() -> None:
    """A rollback of the first real deployment needs something safe to go back to."""
    assert ramp(served(baseline("ramp"))) == (Flag(), Flag())
    assert killed(served(baseline("kill"))) is False
    for role, strategy in (("ramp", "huntaze-ramp"), ("kill", "huntaze-kill")):
        (found,) = [one for one in default().of(DEPLOYMENT) if f"-{role}-" in one.name]
        assert found.inputs["environmentId"].endswith(f"-{role}-env")
        urns = found.sources["deploymentStrategyId"]
        assert urns == {default().named(STRATEGY, strategy).urn}


def test_appconfig_itself_refuses_a_percentage_that_is_none() -> None:
    """Typed into the console, it never reaches a function."""
    flags = baseline("ramp")["flags"]
    for name in ("prismaAdapter", "prismaShadow"):
        bounds = flags[name]["attributes"]["percentage"]["constraints"]
        assert (bounds["type"], bounds["minimum"], bounds["maximum"]) == ("number", 0, 100)
        assert bounds["required"] is True


@pytest.mark.parametrize(("strategy", "bake"), [("huntaze-ramp", 10), ("huntaze-kill", 0)])
def test_deployments_go_out_at_once_and_only_the_ramp_bakes(strategy: str, bake: int) -> None:
    """Growth over time is per session and would flip users back and forth."""
    inputs = default().named(STRATEGY, strategy).inputs
    assert (inputs["deploymentDurationInMinutes"], inputs["growthFactor"]) == (0, 100)
    assert inputs["finalBakeTimeInMinutes"] == bake


def test_production_protects_what_cannot_be_made_again() -> None:
    """Flags, their baselines, the key of the pseudonyms, the data; the beta protects nothing."""
    assert not any(one.protect for one in default().resources)
    kept = {one.token for one in protected().resources if one.protect}
    assert kept == {PROFILE, BASELINE, DEPLOYMENT, KEY, "aws:rds/instance:Instance"}
    assert all(one.protect for one in protected().resources if one.token in kept)


def test_every_component_ends_with_its_outputs_and_holds_its_children() -> None:
    """No resource of a unit hangs beside it."""
    program = default()
    components = {one.urn for one in program.components()}
    outside = [one for one in program.resources if one.custom and one.parent not in components]
    assert not outside
    top = [one for one in program.components() if one.parent not in components]
    assert {one.kind for one in top} == {"Database", "CanaryMigration"}


def test_two_units_in_one_stack_share_nothing() -> None:
    """GIVEN two prefixes THEN no name of Pulumi's or of AWS's is taken twice, and neither knows the other."""
    program = beside_each_other("huntaze", "second")
    assert len({one.urn for one in program.resources}) == len(program.resources)
    identities = [identity(one) for one in program.resources if one.custom]
    assert len(set(identities)) == len(identities)
    for own, other in (("huntaze", "second"), ("second", "huntaze")):
        mine = [one for one in program.resources if one.name.startswith(f"{own}-")]
        assert len(mine) * 2 == len(program.resources)
        assert not [one.name for one in mine if mentions(one, other)]
        assert all(mentions(one, own) for one in mine if one.token == FUNCTION)
        assert program.outputs[own]["canary"]["bucketSalt"] == f"{own}/read-migration"


def test_names_fit_aws_at_the_longest_prefix() -> None:
    """IAM, Lambda, AppConfig and the scheduler take 64 characters, RDS 63."""
    program = stack(prefix="p" * LONGEST_PREFIX)
    limits = {
        ROLE: 64,
        FUNCTION: 64,
        STRATEGY: 64,
        "aws:appconfig/application:Application": 64,
        "aws:scheduler/schedule:Schedule": 64,
        "aws:codedeploy/application:Application": 100,
        "aws:rds/proxy:Proxy": 60,
    }
    for token, longest in limits.items():
        found = program.of(token)
        assert found
        assert all(len(one.inputs["name"]) <= longest for one in found)


def test_outputs_are_all_that_operating_needs() -> None:
    """Physical names and ARNs that exist in the same program."""
    outputs = default().outputs["canary"]
    assert outputs["prefix"] == "huntaze"
    assert outputs["mockAliasArn"] == f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:huntaze-mock-read:live"
    assert sorted(outputs["alarms"].values()) == sorted(
        one.inputs["name"] for one in default().of("aws:cloudwatch/metricAlarm:MetricAlarm")
    )
    assert outputs["codedeployGroup"] == "huntaze-mock-read-live"
    assert outputs["migrateFunction"] == "huntaze-prisma-migrate"
    assert outputs["dashboardName"] == "huntaze-prisma-migration"
    assert default().outputs["url"] == outputs["apiUrl"]


def test_a_dashboard_of_another_name_is_told_where_names_alone_are_known() -> None:
    """GIVEN a dashboard name THEN the guard's environment holds it, for `canary --prefix`; else nothing."""
    named = unit_with(dashboard_name="reads")
    (board,) = named.of("aws:cloudwatch/dashboard:Dashboard")
    assert board.inputs["dashboardName"] == named.outputs["canary"]["dashboardName"] == "reads"
    told = [one.named(FUNCTION, "huntaze-rollback-guard").inputs["environment"] for one in (named, default())]
    assert [one["variables"].get("DASHBOARD_NAME") for one in told] == ["reads", None]


@pytest.mark.parametrize(
    ("shift", "kind"),
    [("linear", "TimeBasedLinear"), ("canary", "TimeBasedCanary"), (None, "TimeBasedLinear")],
)
def test_a_release_shifts_as_its_unit_is_told(shift: str | None, kind: str) -> None:
    """In equal steps unless told otherwise."""
    (config,) = unit_with(shift=shift).of("aws:codedeploy/deploymentConfig:DeploymentConfig")
    assert config.inputs["trafficRoutingConfig"]["type"] == kind


@pytest.mark.parametrize("shift", ["Linear", "all-at-once", ""])
def test_another_shift_is_refused_before_anything_is_made(shift: str) -> None:
    """GIVEN a shift that there is not THEN the error says it, and what is allowed."""
    with pytest.raises(ValueError, match=f"^shift = '{shift}': must be 'linear' or 'canary'.$"):
        unit_with(shift=shift)


def test_a_release_by_itself_takes_no_other_shift_either() -> None:
    """A program may use the component without the unit around it."""
    with pytest.raises(ValueError, match=r"^shift = 'blue': must be 'linear' or 'canary'\.$"):
        Release("r", {"shift": "blue", "shift_percentage": 10, "shift_interval_minutes": 1})  # type: ignore[typeddict-item]
