"""The rollback as it is deployed: what each alarm computes, who acts on it, and what each role may do."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pulumi
import pytest

from canary.unit.thresholds import SHEET, Thresholds
from components import CanaryMigration
from components.rollback.alarms import PERIOD_S
from metric_math.evaluation import Range, Series, evaluate, parse
from tests.program.recording import ACCOUNT, REGION, Program, Recorded, record

ALARM, FUNCTION = "aws:cloudwatch/metricAlarm:MetricAlarm", "aws:lambda/function:Function"
GROUP, POLICY = "aws:codedeploy/deploymentGroup:DeploymentGroup", "aws:iam/rolePolicy:RolePolicy"
CHECK = "CodeDeployHook_huntaze-release"
ROLLBACK_ALARMS = (
    "huntaze-lambda-error-rate-gt-2pct",
    "huntaze-canary-error-rate-gt-2pct",
    "huntaze-canary-p95-gt-130pct",
)


@cache
def unit() -> Program:
    """The beta's unit with the sheet's numbers."""
    return built(SHEET)


def built(thresholds: Thresholds) -> Program:
    """A unit with its own limits."""

    def build() -> dict[str, Any]:
        made = CanaryMigration(
            "unit",
            {
                "prefix": "huntaze",
                "region": REGION,
                "account": ACCOUNT,
                "database": {"host": "db", "port": 5432, "name": "app", "user": "app", "tls": "off"},
                "thresholds": thresholds,
            },
            pulumi.ResourceOptions(),
        )
        return {"canary": made.outputs}

    return record(build)


def alarm(name: str, program: Program | None = None) -> dict[str, Any]:
    """Inputs of an alarm."""
    return (program or unit()).named(ALARM, name).inputs


def fires(inputs: dict[str, Any], **values: float | None) -> bool:
    """Whether one period with these values, by id, breaches; ``None`` is a metric without data."""
    (expression,) = [query["expression"] for query in inputs["metricQueries"] if "expression" in query]
    known = {name: {0: float(value)} for name, value in values.items() if value is not None}
    metrics = {
        query["id"]: Series(dict(known.get(query["id"], {})), PERIOD_S)
        for query in inputs["metricQueries"]
        if "metric" in query
    }
    result = evaluate(parse(expression), Range(0, PERIOD_S, metrics))
    assert isinstance(result, Series)
    return any(value > inputs["threshold"] for value in result.points.values())


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"e": 20, "n": 1000, "x": None, "i": 1000}, False),
        ({"e": 21, "n": 1000, "x": None, "i": 1000}, True),
        ({"e": None, "n": None, "x": 30, "i": 1000}, True),
        ({"e": 10, "n": 990, "x": 11, "i": 1000}, True),
        ({"e": None, "n": None, "x": None, "i": None}, False),
        ({"e": None, "n": 1000, "x": None, "i": 1000}, False),
        ({"e": 1, "n": 40, "x": None, "i": 40}, True),
    ],
    ids=["2 % is go", "2.1 %", "all die uncounted", "both together", "no data", "no errors", "1 of 40"],
)
def test_the_overall_alarm(values: dict[str, float | None], *, expected: bool) -> None:
    """GIVEN errors of ours and of Lambda's own in five minutes THEN over 2 % together fires."""
    assert fires(alarm("huntaze-lambda-error-rate-gt-2pct"), **values) is expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"e": 4, "n": 4}, False),
        ({"e": 5, "n": 5}, True),
        ({"e": 5, "n": 250}, False),
        ({"e": 6, "n": 250}, True),
        ({"e": None, "n": 100}, False),
        ({"e": None, "n": None}, False),
    ],
    ids=["under the floor", "at the floor", "exactly 2 %", "2.4 %", "no errors", "no data"],
)
def test_the_canarys_own_alarm(values: dict[str, float | None], *, expected: bool) -> None:
    """GIVEN canary requests in five minutes THEN at least five errors and over 2 % fire, at any traffic."""
    assert fires(alarm("huntaze-canary-error-rate-gt-2pct"), **values) is expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"c": 131, "m": 100, "n": 20}, True),
        ({"c": 130, "m": 100, "n": 20}, False),
        ({"c": 500, "m": 100, "n": 19}, False),
        ({"c": 49, "m": 1, "n": 100}, False),
        ({"c": 131, "m": None, "n": 100}, False),
    ],
    ids=["131 %", "exactly 130 %", "too few requests", "faster than anybody can tell", "no mock to compare"],
)
def test_the_latency_alarm(values: dict[str, float | None], *, expected: bool) -> None:
    """GIVEN both P95 in five minutes THEN the canary's over 1.3 times the mock's fires, above both floors."""
    assert fires(alarm("huntaze-canary-p95-gt-130pct"), **values) is expected


def test_limits_are_configuration() -> None:
    """GIVEN other numbers THEN expressions, thresholds and names follow them."""
    program = built({**SHEET, "error_rate_pct": 1, "canary_error_floor": 3})
    inputs = alarm("huntaze-canary-error-rate-gt-1pct", program)
    assert fires(inputs, e=3, n=250)
    assert not fires(inputs, e=2, n=2)


def test_late_data_cannot_hold_an_alarm_and_no_data_cannot_fire_one() -> None:
    """GIVEN any alarm that rolls back THEN 300 s, 1 of 1, no FILL, missing data not breaching, actions on."""
    for name in ROLLBACK_ALARMS:
        inputs = alarm(name)
        periods = {query["metric"]["period"] for query in inputs["metricQueries"] if "metric" in query}
        assert periods == {300}, name
        assert (inputs["evaluationPeriods"], inputs["datapointsToAlarm"]) == (1, 1), name
        assert inputs["treatMissingData"] == "notBreaching", name
        assert inputs["actionsEnabled"], name
        assert "FILL" not in json.dumps(inputs["metricQueries"]), name


def test_every_rollback_alarm_wakes_the_guard_directly_and_through_the_topic() -> None:
    """GIVEN the alarms that roll back THEN they, and no others, act on the guard; all on the topic."""
    guard = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:huntaze-rollback-guard:live"
    for found in unit().of(ALARM):
        actions = found.inputs["alarmActions"]
        assert (guard in actions) == (found.inputs["name"] in ROLLBACK_ALARMS), found.name
        assert any(":sns:" in action for action in actions), found.name


def test_a_guard_that_does_not_run_and_one_that_cannot_judge_are_alarms() -> None:
    """GIVEN the guard's health THEN silence breaches, an unbelievable split does, and both tell people."""
    silent, blind = alarm("huntaze-guard-silent"), alarm("huntaze-guard-cannot-judge")
    assert (silent["metricName"], silent["treatMissingData"]) == ("GuardTicks", "breaching")
    assert (blind["metricName"], blind["treatMissingData"]) == ("GuardCannotJudge", "notBreaching")


def test_codedeploy_stops_on_every_rollback_alarm_and_rolls_back_on_everything() -> None:
    """GIVEN the deployment group THEN failure, alarm and request roll back, and it asks the three alarms."""
    (group,) = unit().of(GROUP)
    asked = group.inputs["alarmConfiguration"]
    assert set(asked["alarms"]) == set(ROLLBACK_ALARMS)
    assert asked["enabled"]
    assert not asked["ignorePollAlarmFailure"]
    assert group.inputs["autoRollbackConfiguration"]["events"] == [
        "DEPLOYMENT_FAILURE",
        "DEPLOYMENT_STOP_ON_ALARM",
        "DEPLOYMENT_STOP_ON_REQUEST",
    ]


def statements(role: str) -> list[dict[str, Any]]:
    """What a role may do."""
    documents = [one.inputs["policy"] for one in unit().of(POLICY) if one.inputs["role"] == role]
    assert documents
    return [statement for document in documents for statement in json.loads(document)["Statement"]]


def allowed(role: str, action: str) -> list[str]:
    """Resources on which a role may do something."""
    return [
        resource
        for statement in statements(role)
        if action in statement["Action"]
        for resource in statement["Resource"]
    ]


def test_the_check_may_ask_versions_and_answer_codedeploy_and_no_more() -> None:
    """GIVEN the release check's role THEN it invokes versions and one alias, and answers for one group."""
    role = f"{CHECK}-role"
    entry = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:huntaze-mock-read:*"
    prisma = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:huntaze-prisma-read:live"
    assert allowed(role, "lambda:InvokeFunction") == [entry, prisma]
    # By AWS's service reference this action takes no resource (tests/program/test_service_reference.py).
    assert allowed(role, "codedeploy:PutLifecycleEventHookExecutionStatus") == ["*"]
    actions = {action for statement in statements(role) for action in statement["Action"]}
    assert not {one for one in actions if one.startswith(("appconfig:", "ssm:", "kms:")) or "*" in one}


def test_codedeploy_may_invoke_the_check_alone() -> None:
    """GIVEN CodeDeploy's role THEN the only function that it invokes is the check."""
    assert allowed("huntaze-codedeploy", "lambda:InvokeFunction") == [
        f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{CHECK}"
    ]


def test_names_fit_what_aws_allows_at_the_longest_prefix() -> None:
    """GIVEN a prefix of 32 characters THEN no role's name is longer than IAM's 64."""
    longest = max((one for one in unit().of("aws:iam/role:Role")), key=_length)
    assert _length(longest) - len("huntaze") + 32 <= 64


def _length(role: Recorded) -> int:
    return len(role.inputs["name"])


def test_the_guard_is_told_which_function_the_canary_reads_from() -> None:
    """GIVEN the guard's environment THEN it names the Prisma function whose invocations it counts."""
    guard = unit().named(FUNCTION, "huntaze-rollback-guard")
    assert guard.inputs["environment"]["variables"]["PRISMA_FUNCTION"] == "huntaze-prisma-read"
