"""A sandbox killed after one of its calls: what it asked for has happened, the rest has not.

What Lambda does next: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

from __future__ import annotations

import json
import math
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from localaws.local_cloud import CloudError, LocalCloud
from localaws.tests.cloud.functions import archive, state_of
from localaws.tests.cloud.test_cloud_invoke import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from localaws.tests.cloud.live import Live

STEPS = """
    import os, time, boto3
    ssm = boto3.client("ssm")

    def write(name, overwrite=True):
        try:
            ssm.put_parameter(Name=name, Value=str(os.getpid()), Type="String", Overwrite=overwrite)
        except ssm.exceptions.ParameterAlreadyExists:
            print("refused", name)

    def handler(event, context):
        if event == "wait":
            write("/waiting")
            time.sleep(3)
            return "waited"
        write(f"/{event}/1")
        write(f"/{event}/1", overwrite=False)
        ssm.get_parameter(Name=f"/{event}/1")
        write(f"/{event}/2")
        ssm.add_tags_to_resource(ResourceType="Parameter", ResourceId=f"/{event}/2", Tags=[])
        write(f"/{event}/3")
        return "done"
"""
"""Changes four things, in which a refused and a reading call are mixed."""
CHANGES = ["SSM.PutParameter", "SSM.PutParameter", "SSM.AddTagsToResource", "SSM.PutParameter"]


@pytest.fixture(scope="module")
def steps(live: Live) -> Live:
    """A cloud with a function that takes steps."""
    live.create("steps", archive(STEPS), Timeout=10)
    return live


@pytest.fixture(autouse=True)
def spent(live: Live) -> Iterator[None]:
    """No fault outlives its test."""
    yield
    live.tell("faults", method="DELETE")


def fault(live: Live, **wanted: Any) -> dict[str, Any]:
    """Set a fault."""
    status, answer = live.tell("faults", wanted)
    assert status == 200, answer
    return dict(answer)


def written(live: Live, run: str) -> list[str]:
    """The parameters of a run that are there."""
    found = live.client("ssm").get_parameters(Names=[f"/{run}/{n}" for n in (1, 2, 3)])
    return sorted(one["Name"] for one in found["Parameters"])


def struck(live: Live) -> list[dict[str, Any]]:
    """Events of faults that struck ``steps``."""
    events = live.control("events?since=0")["events"]
    return [one for one in events if (one["kind"], one["name"]) == ("fault", "steps")]


def test_only_calls_that_change_something_are_counted(steps: Live) -> None:
    """GIVEN a function that reads, changes, and is refused WHEN it ran THEN only its changes are counted."""
    before = steps.control("calls?function=steps")["count"]
    assert steps.invoke("steps", "counted") == "done"
    after = steps.control("calls?function=steps")
    assert after["count"] - before == 4
    assert [call["operation"] for call in after["calls"][-4:]] == CHANGES
    assert [call["n"] for call in after["calls"][-4:]] == list(range(before + 1, before + 5))


@pytest.mark.parametrize(("k", "left"), [(1, ["1"]), (2, ["1", "2"]), (3, ["1", "2"]), (4, ["1", "2", "3"])])
def test_it_dies_after_the_call_it_was_told(steps: Live, k: int, left: list[str]) -> None:
    """GIVEN a fault after the k-th change WHEN invoked THEN k changes stand, the answer says killed, once."""
    before, pids = len(struck(steps)), set(steps.control("processes")["pids"])
    number = fault(steps, function="steps", after_call=k)["n"]
    answer = steps.client("lambda").invoke(FunctionName="steps", Payload=json.dumps(f"after{k}"))
    error = json.loads(answer["Payload"].read())
    assert answer["FunctionError"] == "Unhandled"
    assert error["errorType"] == "Runtime.ExitError"
    assert error["errorMessage"].endswith("Runtime exited with error: signal: killed")
    assert written(steps, f"after{k}") == [f"/after{k}/{n}" for n in left]

    (told,) = steps.control("faults")["faults"]
    assert (told["seen"], told["spent"]["operation"]) == (k, CHANGES[k - 1])
    (event,) = struck(steps)[before:]
    assert (event["detail"]["fault"], event["detail"]["operation"]) == (number, CHANGES[k - 1])
    assert event["detail"]["killed"]
    dead = int(steps.client("ssm").get_parameter(Name=f"/after{k}/1")["Parameter"]["Value"])
    assert state_of(dead) == ""
    assert dead not in set(steps.control("processes")["pids"]) - pids

    assert steps.invoke("steps", f"after{k}") == "done"
    assert len(struck(steps)) == before + 1


def test_a_fault_can_wait_for_one_operation(steps: Live) -> None:
    """GIVEN a fault after an operation WHEN invoked THEN it dies after that one, whatever came before."""
    fault(steps, function="steps", after="SSM.AddTagsToResource")
    assert steps.invoke("steps", "tagged")["errorType"] == "Runtime.ExitError"
    assert written(steps, "tagged") == ["/tagged/1", "/tagged/2"]
    assert steps.control("faults")["faults"][0]["spent"]["operation"] == "SSM.AddTagsToResource"


def test_others_are_left_alone(steps: Live) -> None:
    """GIVEN a fault for one function WHEN another and an operator make such calls THEN nobody dies."""
    steps.create("bystander", archive(STEPS), Timeout=10)
    fault(steps, function="steps", after_call=1)
    steps.client("ssm").put_parameter(Name="/operator", Value="1", Type="String")
    assert steps.invoke("bystander", "bystander") == "done"
    (told,) = steps.control("faults")["faults"]
    assert (told["seen"], told["spent"]) == (0, None)


def test_of_two_sandboxes_only_the_caller_dies(steps: Live) -> None:
    """GIVEN two sandboxes of a function at work WHEN one makes the call THEN the other answers."""
    steps.client("ssm").delete_parameters(Names=["/waiting"])
    with ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(steps.invoke, "steps", "wait")
        eventually(lambda: steps.client("ssm").get_parameters(Names=["/waiting"])["Parameters"])
        fault(steps, function="steps", after_call=1)
        assert steps.invoke("steps", "other")["errorType"] == "Runtime.ExitError"
        assert waiting.result() == "waited"


def test_a_killed_invocation_counts_as_an_error(steps: Live) -> None:
    """GIVEN a killed sandbox WHEN its metrics are read THEN there is one error, and an event that it died."""
    steps.create("dying", archive(STEPS), Timeout=10)
    fault(steps, function="dying", after_call=1)
    steps.invoke("dying", "dying")

    def errors() -> float:
        now = datetime.now(UTC)
        answer = steps.client("cloudwatch").get_metric_statistics(
            Namespace="AWS/Lambda",
            MetricName="Errors",
            Dimensions=[{"Name": "FunctionName", "Value": "dying"}],
            StartTime=now - timedelta(seconds=30),
            EndTime=now + timedelta(seconds=5),
            Period=60,
            Statistics=["Sum"],
        )
        return math.fsum(point["Sum"] for point in answer["Datapoints"])

    assert eventually(errors) == 1
    events = steps.control("events?since=0")["events"]
    assert [one["kind"] for one in events if one["name"] == "dying"] == ["fault", "sandbox"]


def test_an_asynchronous_invocation_is_tried_again(steps: Live) -> None:
    """GIVEN faults for two tries WHEN invoked as an event THEN a third finishes, a minute and two later."""
    begun = time.time()
    fault(steps, function="steps", after_call=1)
    fault(steps, function="steps", after_call=2)
    steps.client("lambda").invoke(FunctionName="steps", InvocationType="Event", Payload=b'"again"')
    eventually(lambda: written(steps, "again") == ["/again/1", "/again/2", "/again/3"])
    assert time.time() - begun >= 3, "three cloud minutes at a minute a second"
    assert all(told["spent"] for told in steps.control("faults")["faults"])


def test_without_retries_it_is_not_tried_again(steps: Live) -> None:
    """GIVEN a function that asks for no retries WHEN killed in an event THEN nothing follows."""
    steps.create("once", archive(STEPS), Timeout=10)
    steps.client("lambda").put_function_event_invoke_config(FunctionName="once", MaximumRetryAttempts=0)
    fault(steps, function="once", after_call=1)
    steps.client("lambda").invoke(FunctionName="once", InvocationType="Event", Payload=b'"once"')
    eventually(lambda: steps.control("faults")["faults"][0]["spent"])
    since = steps.control("clock")["cloud_s"]
    eventually(lambda: steps.control("clock")["cloud_s"] > since + 90)
    assert steps.control("calls?function=once")["count"] == 1


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        ({"function": "absent", "after_call": 1}, "a function that exists, not 'absent'"),
        ({"after_call": 1}, "a function that exists, not None"),
        ({"function": "steps"}, 'give "after_call"'),
        ({"function": "steps", "after_call": 0}, "whole number from 1, not 0"),
        ({"function": "steps", "after_call": "2"}, "whole number from 1, not '2'"),
        ({"function": "steps", "after": "SSM.PutParamter"}, "an operation such as"),
        ({"function": "steps", "after": "SSM.GetParameter"}, "changes nothing"),
        ({"function": "steps", "after_call": 1, "when": "now"}, "unknown: when"),
        ([], "not a JSON object"),
    ],
)
def test_a_fault_that_could_not_strike_is_refused(steps: Live, wanted: Any, why: str) -> None:
    """GIVEN a fault that names nothing real WHEN set THEN 400, with what is wrong, and nothing is set."""
    status, answer = steps.tell("faults", wanted)
    assert status == 400
    assert why in answer["message"]
    assert steps.control("faults")["faults"] == []


def test_a_rehearsal_sets_and_clears_faults(steps: Live, tmp_path: Path) -> None:
    """GIVEN the handle that a rehearsal holds WHEN it sets, lists and clears THEN it is answered."""
    cloud = LocalCloud(steps.endpoint, 0, 60.0, tmp_path / "log", steps.keys)
    assert cloud.post("faults", {"function": "steps", "after_call": 3})["after_call"] == 3
    assert len(cloud.get("faults")["faults"]) == 1
    assert cloud.delete("faults") == {"faults": []}
    with pytest.raises(CloudError, match=r"POST faults: .*'absent'"):
        cloud.post("faults", {"function": "absent", "after_call": 3})
