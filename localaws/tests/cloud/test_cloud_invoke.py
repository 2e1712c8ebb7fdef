"""Invoking functions in a running cloud, as boto3 does.

https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html and, for weights,
https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
"""

from __future__ import annotations

import json
import math
import time
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from localaws.tests.cloud.functions import archive

if TYPE_CHECKING:
    from collections.abc import Callable

    from localaws.tests.cloud.live import Live

ECHO = """
    import os
    def handler(event, context):
        if event == "fail":
            raise ValueError("asked to")
        if event == "long":
            return "x" * (6 * 2**20)
        return {"event": event, "version": os.environ["AWS_LAMBDA_FUNCTION_VERSION"],
                "arn": context.invoked_function_arn, "name": context.function_name}
"""

ENTRY = """
    import json, os
    def handler(event, context):
        body = [os.environ["AWS_LAMBDA_FUNCTION_VERSION"], context.invoked_function_arn]
        return {"statusCode": 200, "body": json.dumps(body)}
"""


def eventually(look: Callable[[], Any], within_s: float = 15.0) -> Any:
    """What `look` finds, as soon as it finds something."""
    deadline = time.monotonic() + within_s
    while not (found := look()):
        assert time.monotonic() < deadline, "nothing was found in time"
        time.sleep(0.05)
    return found


@pytest.fixture(scope="module")
def echo(live: Live) -> Any:
    """The Lambda client of a cloud with a function in two versions, and an alias on both."""
    live.create("echo", archive(ECHO))
    client = live.client("lambda")
    client.publish_version(FunctionName="echo")
    client.update_function_configuration(FunctionName="echo", Description="second")
    client.publish_version(FunctionName="echo")
    client.create_alias(
        FunctionName="echo",
        Name="live",
        FunctionVersion="1",
        RoutingConfig={"AdditionalVersionWeights": {"2": 0.25}},
    )
    return client


def test_an_answer_names_the_version_that_gave_it(echo: Any) -> None:
    """GIVEN a published version WHEN invoked by qualifier THEN each part of the answer says it."""
    answer = echo.invoke(FunctionName="echo", Qualifier="2", Payload=b'{"a": 1}')
    body = json.loads(answer["Payload"].read())
    assert (answer["StatusCode"], answer["ExecutedVersion"], body["version"]) == (200, "2", "2")
    assert body["event"] == {"a": 1}
    assert body["arn"].endswith(":function:echo:2")
    assert "FunctionError" not in answer


@pytest.mark.parametrize(
    "reference",
    [
        "echo",
        "echo:1",
        "arn:aws:lambda:us-east-1:000000000000:function:echo",
        "arn:aws:lambda:us-east-1:000000000000:function:echo:live",
    ],
)
def test_a_function_is_found_by_each_of_its_names(echo: Any, reference: str) -> None:
    """GIVEN the forms that Invoke takes WHEN invoked THEN it is the same function."""
    assert json.loads(echo.invoke(FunctionName=reference, Payload=b"1")["Payload"].read())["name"] == "echo"


def test_a_weighted_alias_shares_its_invocations(echo: Any) -> None:
    """GIVEN a weight of 25 % WHEN invoked 400 times THEN the shares fit it within 4 standard deviations."""
    count, share = 400, 0.25
    seen = Counter(
        echo.invoke(FunctionName="echo", Qualifier="live", Payload=b"1")["ExecutedVersion"]
        for _ in range(count)
    )
    assert set(seen) == {"1", "2"}
    assert abs(seen["2"] - count * share) < 4 * math.sqrt(count * share * (1 - share))


@pytest.mark.parametrize("qualifier", ["9", "absent"])
def test_what_is_not_there_is_refused(echo: Any, qualifier: str) -> None:
    """GIVEN no such version or alias WHEN invoked THEN ResourceNotFoundException with its ARN."""
    with pytest.raises(ClientError, match=f"Function not found.*echo:{qualifier}") as refused:
        echo.invoke(FunctionName="echo", Qualifier=qualifier)
    assert refused.value.response["Error"]["Code"] == "ResourceNotFoundException"


def test_a_failure_is_a_200_with_a_function_error(echo: Any) -> None:
    """GIVEN a handler that raises WHEN invoked THEN status 200, Unhandled, and the error."""
    answer = echo.invoke(FunctionName="echo", Payload=b'"fail"')
    assert (answer["StatusCode"], answer["FunctionError"]) == (200, "Unhandled")
    assert json.loads(answer["Payload"].read())["errorMessage"] == "asked to"


def test_an_answer_beyond_six_megabytes_is_an_error(echo: Any) -> None:
    """GIVEN the limit of 6 MB WHEN a handler answers more THEN Function.ResponseSizeTooLarge."""
    answer = echo.invoke(FunctionName="echo", Payload=b'"long"')
    assert json.loads(answer["Payload"].read())["errorType"] == "Function.ResponseSizeTooLarge"


def test_a_request_beyond_six_megabytes_is_refused(echo: Any) -> None:
    """GIVEN the limit of 6 MB WHEN more is sent THEN RequestTooLargeException."""
    with pytest.raises(ClientError) as refused:
        echo.invoke(FunctionName="echo", Payload=json.dumps("x" * (6 * 2**20)))
    assert refused.value.response["Error"]["Code"] == "RequestTooLargeException"


def test_a_dry_run_runs_nothing(echo: Any) -> None:
    """GIVEN DryRun WHEN invoked THEN 204 and no answer."""
    answer = echo.invoke(FunctionName="echo", InvocationType="DryRun")
    assert (answer["StatusCode"], answer["Payload"].read()) == (204, b"")


def test_an_event_is_tried_again_as_often_as_configured(live: Live) -> None:
    """GIVEN one retry WHEN an asynchronous invocation fails THEN it ran twice, not three times."""
    live.create("failing", archive('def handler(event, context):\n  print("ran")\n  raise ValueError("no")'))
    client = live.client("lambda")
    client.put_function_event_invoke_config(FunctionName="failing", MaximumRetryAttempts=1)
    assert client.invoke(FunctionName="failing", InvocationType="Event")["StatusCode"] == 202
    logs = live.client("logs")

    def reports() -> bool:
        try:
            events = logs.filter_log_events(logGroupName="/aws/lambda/failing", filterPattern="REPORT")[
                "events"
            ]
        except logs.exceptions.ResourceNotFoundException:
            return False
        return len(events) >= 2

    eventually(reports)
    time.sleep(0.5)  # the time a third attempt would need
    ran = [
        event
        for event in logs.filter_log_events(logGroupName="/aws/lambda/failing")["events"]
        if event["message"].strip() == "ran"
    ]
    assert len(ran) == 2


def test_a_reserved_concurrency_of_zero_stops_a_function(live: Live) -> None:
    """Until it is taken off again: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html."""
    live.create("stopped", archive(ECHO))
    client = live.client("lambda")
    client.put_function_concurrency(FunctionName="stopped", ReservedConcurrentExecutions=0)

    with pytest.raises(ClientError, match="TooManyRequestsException"):
        client.invoke(FunctionName="stopped", Payload=b"1")

    client.delete_function_concurrency(FunctionName="stopped")
    assert json.load(client.invoke(FunctionName="stopped", Payload=b"1")["Payload"])["event"] == 1


def test_new_code_takes_the_place_of_the_old(live: Live) -> None:
    """GIVEN a warm function WHEN its code is updated THEN the new answers, the old is gone."""
    live.create("changing", archive("def handler(event, context): return 'old'"))
    assert live.invoke("changing") == "old"
    before = set(live.control("processes")["pids"])
    live.client("lambda").update_function_code(
        FunctionName="changing", ZipFile=archive("def handler(event, context): return 'new'")
    )
    assert live.invoke("changing") == "new"
    eventually(lambda: before - set(live.control("processes")["pids"]))


def test_an_http_api_invokes_by_the_alias(live: Live, echo: Any) -> None:
    """GIVEN an HTTP API on a weighted alias WHEN asked 40 times THEN both versions answer as it."""
    live.create("entry", archive(ENTRY))
    for text in ("a", "b"):
        echo.update_function_configuration(FunctionName="entry", Description=text)
        echo.publish_version(FunctionName="entry")
    weights = {"AdditionalVersionWeights": {"2": 0.5}}
    echo.create_alias(FunctionName="entry", Name="live", FunctionVersion="1", RoutingConfig=weights)
    api = live.client("apigatewayv2")
    number = api.create_api(Name="entry", ProtocolType="HTTP")["ApiId"]
    integration = api.create_integration(
        ApiId=number,
        IntegrationType="AWS_PROXY",
        IntegrationUri="arn:aws:lambda:us-east-1:000000000000:function:entry:live",
        PayloadFormatVersion="2.0",
    )["IntegrationId"]
    api.create_route(ApiId=number, RouteKey="GET /who", Target=f"integrations/{integration}")
    api.create_stage(ApiId=number, StageName="$default", AutoDeploy=True)
    url = f"{live.endpoint}/_aws/execute-api/{number}/who"

    def ask(_: int) -> tuple[str, str]:
        with urllib.request.urlopen(url, timeout=20) as answer:  # noqa: S310 - ours
            version, arn = json.load(answer)
            return version, arn.rpartition(":")[2]

    with ThreadPoolExecutor(20) as threads:
        assert set(threads.map(ask, range(40))) == {("1", "live"), ("2", "live")}
