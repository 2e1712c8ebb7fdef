"""The guard runs every minute, starts with the settings that it has, and may do what it must.

A rollback is rehearsed dry: what the act would do now is asked of the act's own decisions, and whether the
guard's role is allowed to do it, of IAM:
https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from canary.cli.checks.finding import Check, failed, ok
from canary.cli.checks.functions_answer import invoked
from canary.unit.act.act import kill_environment
from canary.unit.act.replacing import Deploy, Done, Replacement, Stop, next_move
from canary.unit.flags import documents

if TYPE_CHECKING:
    from canary.cli.checks.finding import Finding, Look

SILENT_AFTER = timedelta(minutes=2)
SELF_TEST = {"selfTest": True}
"""The guard tries every call that it has to make, as far as that changes nothing."""


def _ran(look: Look) -> Finding:
    group = look.target.log_group(look.target.guard_function)
    since = look.now() - SILENT_AFTER
    pages = look.clients.logs.get_paginator("filter_log_events").paginate(
        logGroupName=group, startTime=int(since.timestamp() * 1000), filterPattern='"GuardTicks"'
    )
    runs = sum(len(page["events"]) for page in pages)
    if runs:
        return ok(f"{runs} runs in the last 2 minutes")
    return failed(
        "no run that came to its end in the last 2 minutes",
        "`canary logs --function guard --since 10m`. No lines at all: the schedule is disabled, or may "
        "not invoke.",
    )


def _self_test(look: Look) -> Finding:
    payload, error = invoked(look, look.target.guard_alias_arn, SELF_TEST)
    said = payload.get("selfTest", payload) if isinstance(payload, dict) else {}
    mend = (
        "`canary logs --function guard --since 5m` shows why; `pulumi up --refresh` restores its permissions."
    )
    if error is not None or not isinstance(said, dict) or "ok" not in said:
        return failed(error or f"it answered {payload}", mend)
    tried = said.get("tried", [])
    if said["ok"]:
        return ok(f"{len(tried)} calls that it must make were tried, and went well")
    wrong = [f"{one['what']} on {one['on']}: {one['detail']}" for one in tried if not one["ok"]]
    return failed("; ".join(wrong), mend)


def _dry_rollback(look: Look) -> Finding:
    settings = look.target.settings()
    replacement = Replacement(
        kill_environment(settings, look.clients),
        "kill-on",
        settings.kill_strategy,
        "dry",
        documents.is_killed,
        lambda document: documents.kill(document, on=True),
        lambda: (),
        look.patience(),
    )
    move = next_move(replacement.look())
    if isinstance(move, Deploy | Done | Stop):
        doing = {
            Deploy: "deploy the kill switch",
            Done: "find the kill switch on",
            Stop: "stop what is in its way",
        }[type(move)]
        return ok(f"a rollback now would {doing}, waiting for nothing")
    return failed(
        f"a rollback now would have to wait: {move.detail}", "`canary status` says what is deploying there."
    )


def _may(look: Look) -> Finding:
    role = look.clients.lambda_.get_function_configuration(
        FunctionName=look.target.guard_function, Qualifier=look.target.alias
    )["Role"]
    refused = []
    for action, resources in needs(look).items():
        answer = look.clients.iam.simulate_principal_policy(
            PolicySourceArn=role, ActionNames=[action], ResourceArns=resources
        )
        if any(result["EvalDecision"] != "allowed" for result in answer["EvaluationResults"]):
            refused.append(action)
    if refused:
        return failed(
            f"its role may not {', '.join(refused)}", "`pulumi up --refresh` restores the role's policy."
        )
    return ok("IAM allows each of its acts on this unit")


def needs(look: Look) -> dict[str, list[str]]:
    """What the act calls, and on which resources."""
    target = look.target
    account = target.guard_alias_arn.split(":")[4]

    def arn(service: str, resource: str) -> str:
        return f"arn:aws:{service}:{target.region}:{account}:{resource}"

    application = f"application/{target.appconfig_application_id}"
    profile = f"{application}/configurationprofile/{target.kill_profile_id}"
    kill, ramp = (
        f"{application}/environment/{each}"
        for each in (target.kill_environment_id, target.ramp_environment_id)
    )
    group = f"deploymentgroup:{target.codedeploy_application}/{target.codedeploy_group}"
    return {
        "appconfig:CreateHostedConfigurationVersion": [
            arn("appconfig", application),
            arn("appconfig", profile),
        ],
        "appconfig:StartDeployment": [
            arn("appconfig", application),
            arn("appconfig", kill),
            arn("appconfig", profile),
            arn("appconfig", f"deploymentstrategy/{target.kill_strategy_id}"),
        ],
        "appconfig:StopDeployment": [arn("appconfig", f"{ramp}/deployment/1")],
        "codedeploy:StopDeployment": [arn("codedeploy", group)],
        "ssm:PutParameter": [arn("ssm", f"parameter{target.latch_parameter}")],
        "sns:Publish": [target.topic_arn],
        "lambda:UpdateAlias": [arn("lambda", f"function:{target.mock_function}")],
    }


CHECKS = (
    Check("the guard ran in the last 2 minutes", 12, "the guard's log", _ran),
    Check("the guard passes a self-test", 12, "an invocation that asks for nothing", _self_test),
    Check("a rollback would act at once", 0, "the act's own decision on the kill switch, dry", _dry_rollback),
    Check("the guard may act", 0, "IAM's answer for each call of the act", _may),
)
