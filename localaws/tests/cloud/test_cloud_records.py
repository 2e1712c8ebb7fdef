"""What a running cloud records of its functions: log lines, metrics, and traces from caller to callee."""

from __future__ import annotations

import json
import math
import re
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from localaws.tests.cloud.functions import archive
from localaws.tests.cloud.test_cloud_invoke import eventually

if TYPE_CHECKING:
    from localaws.tests.cloud.live import Live

SEGMENTS = """
    import json, os, secrets, socket, time

    def record(name, annotations, event=None):
        trace = dict(part.split("=", 1) for part in os.environ["_X_AMZN_TRACE_ID"].split(";"))
        host, port = os.environ["AWS_XRAY_DAEMON_ADDRESS"].split(":")
        own = secrets.token_hex(8)
        document = {"type": "subsegment", "id": own, "trace_id": trace["Root"], "parent_id": trace["Parent"],
                    "name": name, "start_time": time.time() - 0.01, "end_time": time.time(),
                    "annotations": annotations}
        header = json.dumps({"format": "json", "version": 1})
        daemon = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        daemon.sendto((header + "\\n" + json.dumps(document)).encode(), (host, int(port)))
        return "Root={};Parent={};Sampled={}".format(trace["Root"], own, trace["Sampled"])
"""
CALLEE = (
    SEGMENTS
    + """
    def handler(event, context):
        record("work", {"path": "prisma"})
        return os.environ["_X_AMZN_TRACE_ID"]
"""
)
CALLER = (
    SEGMENTS
    + """
    import boto3
    def handler(event, context):
        header = record("call", {"path": "mock"})
        client = boto3.client("lambda")
        client.meta.events.register(
            "before-send", lambda request, **_: request.headers.__setitem__("X-Amzn-Trace-Id", header))
        answer = client.invoke(FunctionName="callee", Payload=b"{}")
        return [os.environ["_X_AMZN_TRACE_ID"], json.load(answer["Payload"])]
"""
)
METRICS = """
    import json, time
    def handler(event, context):
        print(json.dumps({"_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [
            {"Namespace": "Test", "Dimensions": [["Path"]], "Metrics": [{"Name": "Requests"}]}]},
            "Path": "mock", "Requests": 1}))
        print(json.dumps({"_aws": {"Timestamp": "now", "CloudWatchMetrics": []}}))
"""


def root(header: str) -> str:
    """The trace id in a header."""
    return dict(part.split("=", 1) for part in header.split(";"))["Root"]


@pytest.fixture(scope="module")
def traced(live: Live) -> list[str]:
    """The trace headers that a caller and its callee saw."""
    live.create("callee", archive(CALLEE))
    live.create("caller", archive(CALLER))
    # The first request of a second is always sampled, by the function's own reservoir.
    headers: list[str] = live.invoke("caller")
    return headers


def test_the_trace_goes_from_caller_to_callee(live: Live, traced: list[str]) -> None:
    """GIVEN a function that calls another with its header WHEN read THEN one trace joins both.

    https://docs.aws.amazon.com/xray/latest/api/API_BatchGetTraces.html
    """
    assert root(traced[0]) == root(traced[1])
    assert "Sampled=1" in traced[1]
    client = live.client("xray")

    def whole() -> list[dict[str, Any]]:
        traces = client.batch_get_traces(TraceIds=[root(traced[0])])["Traces"]
        segments = [json.loads(one["Document"]) for trace in traces for one in trace["Segments"]]
        return segments if len(segments) == 6 else []

    segments = {(one["name"], one.get("origin", "")): one for one in eventually(whole)}
    call = segments["call", ""]
    assert call["parent_id"] == segments["caller", "AWS::Lambda::Function"]["id"]
    assert segments["callee", "AWS::Lambda"]["parent_id"] == call["id"]
    assert segments["work", ""]["parent_id"] == segments["callee", "AWS::Lambda::Function"]["id"]


def test_annotations_find_a_trace(live: Live, traced: list[str]) -> None:
    """GIVEN annotated segments WHEN summaries are filtered by one THEN the trace is found with its values."""
    client, now = live.client("xray"), datetime.now(UTC)

    def found() -> list[dict[str, Any]]:
        page = client.get_trace_summaries(
            StartTime=now - timedelta(minutes=1),
            EndTime=now + timedelta(minutes=1),
            FilterExpression='annotation[path] = "prisma"',
        )
        return [one for one in page["TraceSummaries"] if one["Id"] == root(traced[0])]

    (summary,) = eventually(found)
    paths = {value["AnnotationValue"]["StringValue"] for value in summary["Annotations"]["path"]}
    assert paths == {"mock", "prisma"}


def test_a_decision_not_to_sample_is_kept(live: Live, traced: list[str]) -> None:
    """GIVEN a header that says Sampled=0 WHEN invoked with it THEN it goes on, unrecorded."""
    trace = f"1-{int(time.time()):08x}-{'0' * 23}1"
    client = live.client("lambda")

    def add(request: Any, **_: Any) -> None:
        request.headers["X-Amzn-Trace-Id"] = f"Root={trace};Sampled=0"

    client.meta.events.register("before-sign.lambda.Invoke", add)
    seen = json.loads(client.invoke(FunctionName="callee")["Payload"].read())
    assert (root(seen), "Sampled=0" in seen) == (trace, True)
    origins = [
        json.loads(one["Document"]).get("origin")
        for kept in live.client("xray").batch_get_traces(TraceIds=[trace])["Traces"]
        for one in kept["Segments"]
    ]
    assert "AWS::Lambda" not in origins


def test_embedded_metrics_leave_the_log_for_cloudwatch(live: Live) -> None:
    """GIVEN an EMF line and a broken one WHEN printed THEN the metric is there, the other counted.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Monitoring-CloudWatch-Metrics.html
    """
    live.create("metrics", archive(METRICS))
    for _ in range(3):
        live.invoke("metrics")

    def total(namespace: str, name: str, dimension: tuple[str, str]) -> float:
        now = datetime.now(UTC)
        answer = live.client("cloudwatch").get_metric_statistics(
            Namespace=namespace,
            MetricName=name,
            Dimensions=[{"Name": dimension[0], "Value": dimension[1]}],
            StartTime=now - timedelta(seconds=30),
            EndTime=now + timedelta(seconds=5),
            Period=60,
            Statistics=["Sum"],
        )
        return math.fsum(point["Sum"] for point in answer["Datapoints"])

    eventually(lambda: total("Test", "Requests", ("Path", "mock")) == 3)
    eventually(lambda: total("AWS/Logs", "EMFValidationErrors", ("LogGroupName", "/aws/lambda/metrics")) == 3)
    eventually(lambda: total("AWS/Lambda", "Invocations", ("FunctionName", "metrics")) == 3)
    assert total("AWS/Lambda", "Errors", ("FunctionName", "metrics")) == 0
    assert any(name.startswith("metrics: ") for name in live.control("processes")["invalid_emf"])


def test_an_overrun_counts_as_one_error(live: Live) -> None:
    """GIVEN a function that overruns WHEN invoked once THEN Errors is 1, and an event says why."""
    live.create("late", archive("import time\ndef handler(event, context): time.sleep(9)"), Timeout=1)
    assert live.invoke("late")["errorType"] == "Sandbox.Timedout"
    now = datetime.now(UTC)

    def errors() -> float:
        answer = live.client("cloudwatch").get_metric_statistics(
            Namespace="AWS/Lambda",
            MetricName="Errors",
            Dimensions=[{"Name": "FunctionName", "Value": "late"}],
            StartTime=now - timedelta(seconds=30),
            EndTime=now + timedelta(seconds=5),
            Period=60,
            Statistics=["Sum"],
        )
        return math.fsum(point["Sum"] for point in answer["Datapoints"])

    assert eventually(errors) == 1
    events = live.control("events?since=0")["events"]
    assert [one["detail"]["why"] for one in events if one["name"] == "late"] == ["timed out"]


def test_log_lines_keep_the_order_of_their_stream(live: Live) -> None:
    """GIVEN a function that prints WHEN its log is read THEN all are in order."""
    live.create("printing", archive('def handler(event, context):\n  print("one")\n  print("two")'))
    live.invoke("printing")
    logs = live.client("logs")

    def messages() -> list[str]:
        streams = logs.describe_log_streams(logGroupName="/aws/lambda/printing")["logStreams"]
        events = logs.get_log_events(
            logGroupName="/aws/lambda/printing", logStreamName=streams[0]["logStreamName"], startFromHead=True
        )["events"]
        found = [event["message"].split(" ")[0] for event in events]
        return found if "REPORT" in found else []

    assert eventually(messages) == ["one", "two", "REPORT"]


def test_a_report_says_what_a_cold_start_took(live: Live) -> None:
    """GIVEN two invocations of a sandbox WHEN they are reported THEN only the first says its init phase."""
    live.create("reported", archive('def handler(event, context):\n  return "ok"'))
    live.invoke("reported")
    live.invoke("reported")
    logs = live.client("logs")

    def reports() -> list[str]:
        events = logs.filter_log_events(logGroupName="/aws/lambda/reported", filterPattern="REPORT")["events"]
        return [event["message"] for event in events] if len(events) == 2 else []

    cold, warm = eventually(reports)
    form = r"REPORT RequestId: \S+\tDuration: [\d.]+ ms\tBilled Duration: (\d+) ms\tMemory Size: 128 MB"
    assert re.search(rf"{form}\tMax Memory Used: [1-9]\d* MB\tInit Duration: [\d.]+ ms$", cold)
    assert re.search(rf"{form}\tMax Memory Used: [1-9]\d* MB$", warm)
