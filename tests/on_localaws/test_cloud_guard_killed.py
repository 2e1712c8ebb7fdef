"""The guard itself, killed after each of its changing calls in turn: the end is the same as if it had lived.

Lambda kills a sandbox at any moment, and the guard's stack asks for no retries, so what goes on is the next
minute's tick: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html.
"""

from __future__ import annotations

import io
import itertools
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from canary.unit.act.world import kill_environment, ramp_environment
from canary.unit.flags import documents
from canary.unit.latch.latch import Latches
from localaws.tests.cloud.functions import ROOT
from localaws.tests.cloud.test_cloud_invoke import eventually
from tests.on_localaws.small_unit import SmallUnit, make

if TYPE_CHECKING:
    from collections.abc import Iterator

    from canary.unit.latch.latch import Latch
    from localaws.tests.cloud.live import Live

TICK = {"tick": True}
ACT = [
    "SSM.PutParameter",  # the latch
    "AppConfig.CreateHostedConfigurationVersion",
    "AppConfig.StartDeployment",  # the kill switch
    "AppConfig.CreateHostedConfigurationVersion",
    "AppConfig.StartDeployment",  # the ramp flag, off behind it
    "SSM.PutParameter",  # this run tells people
    "SNS.Publish",
    "SSM.PutParameter",  # they were told
    "SSM.PutParameter",  # the latch, with what was done
]
"""What an act changes that nothing disturbs."""
NUMBERS = itertools.count(1)


def bundle() -> bytes:
    """The guard's own code, with what it imports."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as package:
        package.writestr("f.py", "from rollback_guard.handler import lambda_handler as handler\n")
        for base, folder in ((ROOT / "functions", "rollback_guard"), (ROOT, "canary")):
            for path in (base / folder).rglob("*.py"):
                package.write(path, path.relative_to(base))
    return content.getvalue()


@pytest.fixture
def unit(live: Live) -> Iterator[SmallUnit]:
    """A unit with its canary on and a guard of its own."""
    with pytest.MonkeyPatch.context() as patched:
        for name, value in live.keys.environment().items():
            patched.setenv(name, value)
        yield _guarded(make(live, f"guarded-{next(NUMBERS)}"))
    live.tell("faults", method="DELETE")


def _guarded(unit: SmallUnit) -> SmallUnit:
    target, client = unit.target, unit.live.client("lambda")
    on = documents.ramp(None, percentage=1, shadow=100)
    unit.flag(target.flag_profile_id, target.ramp_environment_id, on, "on")
    client.update_function_code(FunctionName=target.guard_function, ZipFile=bundle())
    variables = {"Variables": environment(unit)}
    client.update_function_configuration(
        FunctionName=target.guard_function, Timeout=60, Environment=variables
    )
    return unit


def environment(unit: SmallUnit) -> dict[str, str]:
    """What the stack tells the guard."""
    settings = unit.target.settings()
    return {
        "APPCONFIG_APPLICATION": settings.application,
        "RAMP_ENVIRONMENT": settings.ramp_environment,
        "FLAG_PROFILE": settings.flag_profile,
        "KILL_ENVIRONMENT": settings.kill_environment,
        "KILL_PROFILE": settings.kill_profile,
        "RAMP_STRATEGY": settings.ramp_strategy,
        "KILL_STRATEGY": settings.kill_strategy,
        "LATCH_PARAMETER": settings.latch_parameter,
        "TOPIC_ARN": settings.topic_arn,
        "CODEDEPLOY_APPLICATION": settings.codedeploy_application,
        "CODEDEPLOY_GROUP": settings.codedeploy_group,
        "FUNCTION_NAME": settings.function_name,
        "PRISMA_FUNCTION": settings.prisma_function,
        "ALIAS_NAME": settings.alias_name,
        "METRICS_NAMESPACE": settings.metrics_namespace,
        "ALARM_NAMES": json.dumps(dict(settings.alarm_names)),
        "THRESHOLDS": json.dumps(dict(settings.thresholds)),
        "TELL_AGAIN_AFTER_S": "60",
    }


def alarm(unit: SmallUnit) -> dict[str, Any]:
    """What the alarm tells the guard when it goes off: later than all that the alarm itself knows by now.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html
    """
    name = unit.target.alarms["overallErrorRate"]
    when = (datetime.now(UTC) + timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
    state = {"value": "ALARM", "reason": "5 of 5 fail", "timestamp": when}
    return {"time": when, "alarmData": {"alarmName": name, "state": state}}


def run(unit: SmallUnit, event: dict[str, Any]) -> Any:
    """One run of the guard."""
    return unit.live.invoke(unit.target.guard_function, event)


def changed(unit: SmallUnit) -> list[str]:
    """What the guard has changed so far."""
    found = unit.live.control(f"calls?function={unit.target.guard_function}")
    return [call["operation"] for call in found["calls"]]


def latch(unit: SmallUnit) -> Latch | None:
    """The latch as it stands."""
    return Latches(unit.clients.ssm, unit.target.latch_parameter).read()


def finished(unit: SmallUnit) -> bool:
    """Tick once, as the clock does each minute; whether the act is finished then."""
    run(unit, TICK)
    found = latch(unit)
    return found is not None and found.finished


def hosted(unit: SmallUnit) -> list[list[str]]:
    """Labels of the hosted versions of the kill switch and of the ramp flag; a number where there is none."""
    settings = unit.target.settings()
    return [
        [
            item.get("VersionLabel", str(item["VersionNumber"]))
            for item in unit.clients.appconfig.list_hosted_configuration_versions(
                ApplicationId=settings.application, ConfigurationProfileId=profile
            )["Items"]
        ]
        for profile in (settings.kill_profile, settings.flag_profile)
    ]


def outcome(unit: SmallUnit) -> dict[str, Any]:
    """The end state, whatever way led there."""
    settings = unit.target.settings()
    kill, ramp = kill_environment(settings, unit.clients), ramp_environment(settings, unit.clients)
    found = latch(unit)
    assert found is not None
    return {
        "killed": documents.is_killed(kill.served()),
        "off": documents.is_off(ramp.served()),
        "kill deployments": [one.state for one in kill.deployments()],
        "ramp deployments": [one.state for one in ramp.deployments()],
        "hosted": [len(labels) for labels in hosted(unit)],
        "alias": unit.alias(),
        "by": found.by,
        "steps": {name: step["status"] for name, step in found.steps.items()},
    }


END = {
    "killed": True,
    "off": True,
    "kill deployments": ["COMPLETE", "COMPLETE"],
    "ramp deployments": ["COMPLETE", "COMPLETE", "COMPLETE"],
    "hosted": [2, 3],
    "alias": ("1", {}),
    "by": "alarm",
    "steps": {"kill-switch": "done", "release": "not needed", "ramp-flag": "done", "people": "done"},
}


def test_an_act_that_nothing_disturbs_takes_nine_calls(unit: SmallUnit) -> None:
    """GIVEN a canary that is on WHEN the alarm goes off THEN these calls, and no more in any later minute."""
    report = run(unit, alarm(unit))
    assert report["acts"][0]["finished"], report
    assert changed(unit) == ACT
    assert outcome(unit) == {**END, "by": f"alarm {unit.target.alarms['overallErrorRate']}"}
    run(unit, TICK)
    run(unit, alarm(unit))
    assert changed(unit).count("SNS.Publish") == 1
    assert changed(unit).count("AppConfig.StartDeployment") == 2


@pytest.mark.parametrize("k", range(1, len(ACT) + 1))
def test_a_guard_that_is_killed_after_any_call_comes_to_the_same_end(unit: SmallUnit, k: int) -> None:
    """GIVEN a kill after the k-th change WHEN the minutes go on THEN all is as without it.

    People hear of it once; twice only where the kill came between telling them and writing that down.
    """
    status, _ = unit.live.tell("faults", {"function": unit.target.guard_function, "after_call": k})
    assert status == 200
    assert run(unit, alarm(unit))["errorType"] == "Runtime.ExitError"
    assert changed(unit) == ACT[:k]
    eventually(lambda: finished(unit))
    assert outcome(unit) == {**END, "by": f"alarm {unit.target.alarms['overallErrorRate']}"}
    assert changed(unit).count("SNS.Publish") == (2 if ACT[k - 1] == "SNS.Publish" else 1)


def test_two_guards_at_once_and_one_is_killed(unit: SmallUnit) -> None:
    """GIVEN two runs at once WHEN one is killed amidst THEN the other, or the next tick, ends it the same.

    Both may find no hosted version of a document at the same moment and create one each: alike to the letter.
    """
    unit.live.tell("faults", {"function": unit.target.guard_function, "after_call": 4})
    with ThreadPoolExecutor(2) as threads:
        reports = list(threads.map(lambda event: run(unit, event), [alarm(unit)] * 2))
    assert [report.get("errorType") for report in reports].count("Runtime.ExitError") == 1
    eventually(lambda: finished(unit))
    different = {"hosted": [len(set(labels)) for labels in hosted(unit)]}
    assert outcome(unit) | different == {**END, "by": f"alarm {unit.target.alarms['overallErrorRate']}"}
