"""What a process writes depends on no environment variable that the stack did not set."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.mock_read.lambda_host import ROOT

_PROGRAM = """
from mock_read.observe import tracing
from mock_read.observe.observing import Lines, Observer
observer = Observer("read", "Huntaze/ReadMigration", lambda: 1.5e9, Lines())
fields = {"requestId": "r-1", "userId": "0123456789abcdef", "xrayTraceId": None}
observer.request(fields, path="prisma", failed=True, ms=1.5, cold=True)
observer.request(fields, path="mock", failed=False, ms=1.5, cold=False)
observer.metrics(ShadowSent=1, ShadowLost=1)
observer.warn("SHADOW-LOST", cause="deadline")
"""

# Whatever Powertools for Python (shared/constants.py of its source), Lambda's logging controls, Python and
# the X-Ray SDK read: https://docs.aws.amazon.com/powertools/python/latest/environment_variables/
_NAMES = [
    "POWERTOOLS_SERVICE_NAME",
    "POWERTOOLS_METRICS_NAMESPACE",
    "POWERTOOLS_METRICS_DISABLED",
    "POWERTOOLS_METRICS_FUNCTION_NAME",
    "POWERTOOLS_LOG_LEVEL",
    "POWERTOOLS_LOGGER_SAMPLE_RATE",
    "POWERTOOLS_DEV",
    "POWERTOOLS_DEBUG",
    "POWERTOOLS_LOG_DEDUPLICATION_DISABLED",
    "POWERTOOLS_LOGGER_LOG_EVENT",
    "POWERTOOLS_TRACE_DISABLED",
    "LOG_LEVEL",
    "AWS_LAMBDA_LOG_LEVEL",
    "AWS_LAMBDA_LOG_FORMAT",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "DD_FLUSH_TO_LOG",
    "TZ",
    "AWS_XRAY_CONTEXT_MISSING",
    "AWS_XRAY_TRACING_NAME",
    "AWS_XRAY_SDK_ENABLED",
    "AWS_XRAY_DAEMON_ADDRESS",
    "AWS_XRAY_DEBUG_MODE",
]


def written(others: dict[str, str]) -> bytes:
    """Standard output of a process with these variables besides the usual ones."""
    kept = {name: value for name, value in os.environ.items() if name not in _NAMES}
    environment = {**kept, **others, "PYTHONPATH": f"{ROOT / 'functions'}:{ROOT}"}
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM], env=environment, capture_output=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@pytest.fixture(scope="module")
def plain() -> bytes:
    """What is written with none of the variables set."""
    return written({})


@pytest.mark.parametrize("value", ["true", "CRITICAL"])
def test_no_variable_of_others_changes_a_byte(value: str, plain: bytes) -> None:
    """Each of them set, to a value that some of them take and others refuse."""
    assert written(dict.fromkeys(_NAMES, value)) == plain


def test_another_encoding_changes_no_byte(plain: bytes) -> None:
    """Python takes the encoding of standard output from the environment, too."""
    assert written({"PYTHONIOENCODING": "utf-16"}) == plain


def test_the_dimensions_are_the_two_that_are_read(plain: bytes) -> None:
    """Exactly these sets, in the records of requests; the function alone elsewhere."""
    lines = [json.loads(line) for line in plain.splitlines()]
    records = [line for line in lines if "_aws" in line]
    sets = [record["_aws"]["CloudWatchMetrics"][0]["Dimensions"] for record in records]
    total, by_path = [["FunctionName"]], [["FunctionName"], ["FunctionName", "Path"]]
    assert sets == [total, by_path, by_path, total]
    assert {line["service"] for line in lines if "_aws" not in line} == {"read"}
