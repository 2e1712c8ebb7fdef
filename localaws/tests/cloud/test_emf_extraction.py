"""The Embedded Metric Format against its specification's example and its MUSTs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from localaws.cloud.clock import Clock
from localaws.cloud.metrics.emf import EmfError, EmfParseError, extract, ingest_log_line
from localaws.cloud.metrics.metrics import Datum, MetricStore, Query, key
from localaws.cloud.metrics.statistics import parse

EXAMPLE: dict[str, Any] = {
    "_aws": {
        "Timestamp": 1574109732004,
        "CloudWatchMetrics": [
            {
                "Namespace": "lambda-function-metrics",
                "Dimensions": [["functionVersion"]],
                "Metrics": [{"Name": "time", "Unit": "Milliseconds", "StorageResolution": 60}],
            }
        ],
    },
    "functionVersion": "$LATEST",
    "time": 100,
    "requestId": "989ffbf8-9ace-4817-a57c-e4dd734019ee",
}


def changed(**root: Any) -> dict[str, Any]:
    """The example with members of its root replaced."""
    return {**EXAMPLE, **root}


def directive(**members: Any) -> dict[str, Any]:
    """The example with its directive's members replaced."""
    only = {**EXAMPLE["_aws"]["CloudWatchMetrics"][0], **members}
    return changed(_aws={**EXAMPLE["_aws"], "CloudWatchMetrics": [only]})


def test_the_specifications_example_is_one_metric() -> None:
    """Namespace, name, dimension, unit, and the document's own timestamp."""
    dimensions = (("functionVersion", "$LATEST"),)
    assert extract(json.dumps(EXAMPLE)) == [
        Datum("lambda-function-metrics", "time", dimensions, 100.0, 1574109732.004, unit="Milliseconds")
    ]


def test_every_dimension_set_makes_a_metric_of_its_own() -> None:
    """GIVEN three sets, one of them empty THEN the value is put three times."""
    document = directive(Dimensions=[["functionVersion"], ["functionVersion", "path"], []])
    data = extract(json.dumps({**document, "path": "prisma"}))
    assert [datum.dimensions for datum in data] == [
        (("functionVersion", "$LATEST"),),
        (("functionVersion", "$LATEST"), ("path", "prisma")),
        (),
    ]


def test_an_array_is_many_values() -> None:
    """A metric target may be an array of numbers."""
    assert [datum.value for datum in extract(json.dumps(changed(time=[1, 2.5, 2.5])))] == [1, 2.5, 2.5]


def test_several_directives_may_have_several_metrics() -> None:
    """GIVEN two directives THEN each has its namespace and its metrics."""
    first = EXAMPLE["_aws"]["CloudWatchMetrics"][0]
    second = {"Namespace": "other", "Dimensions": [[]], "Metrics": [{"Name": "time"}, {"Name": "size"}]}
    document = changed(_aws={"Timestamp": 1, "CloudWatchMetrics": [first, second]}, size=3)
    found = [(datum.namespace, datum.name, datum.value) for datum in extract(json.dumps(document))]
    assert found == [("lambda-function-metrics", "time", 100), ("other", "time", 100), ("other", "size", 3)]


def test_high_resolution_is_asked_for_by_the_definition() -> None:
    """StorageResolution 1 keeps the metric by the second."""
    document = directive(Metrics=[{"Name": "time", "StorageResolution": 1}])
    assert extract(json.dumps(document))[0].resolution == 1


def test_what_lambda_puts_in_front_does_no_harm() -> None:
    """A valid document after a timestamp and a request id is valid."""
    line = f"2026-11-24T10:00:00.000Z\t989ffbf8\tINFO\t{json.dumps(EXAMPLE)}"
    assert len(extract(line)) == 1


@pytest.mark.parametrize(
    "line",
    ["", "START RequestId: 1", '{"message": "SUCCESS"}', '{"_aws": {}}', '{"_aws": 3}', '["_aws"]', '"_aws"'],
)
def test_other_lines_have_no_metrics(line: str) -> None:
    """A log line that does not claim to be EMF is none, and no error."""
    assert extract(line) == []


@pytest.mark.parametrize(
    "document",
    [
        changed(_aws={"CloudWatchMetrics": EXAMPLE["_aws"]["CloudWatchMetrics"]}),
        changed(_aws={**EXAMPLE["_aws"], "Timestamp": "2019"}),
        changed(_aws={**EXAMPLE["_aws"], "CloudWatchMetrics": {}}),
        changed(functionVersion=3),
        changed(functionVersion={"nested": "x"}),
        changed(time="100"),
        changed(time=True),
        changed(time=[]),
        changed(time=[1] * 101),
        changed(time=[1, "2"]),
        {name: value for name, value in EXAMPLE.items() if name != "time"},
        directive(Namespace=""),
        directive(Namespace=None),
        directive(Dimensions="functionVersion"),
        directive(Dimensions=["functionVersion"]),
        directive(Dimensions=[[3]]),
        directive(Dimensions=[["functionVersion"] * 31]),
        directive(Metrics=[{"Unit": "Count"}]),
        directive(Metrics=["time"]),
        directive(Metrics=[{"Name": "time"}] * 101),
        directive(Metrics=[{"Name": "time", "StorageResolution": 10}]),
        changed(padding="x" * 256 * 1024),
    ],
)
def test_a_document_that_breaks_the_specification_is_no_metric_at_all(document: dict[str, Any]) -> None:
    """Missing or wrong members, targets that are absent or of the wrong type, too many of anything."""
    with pytest.raises(EmfError):
        extract(json.dumps(document))


def test_a_line_that_is_cut_off_is_a_parsing_error() -> None:
    """GIVEN a document that was cut THEN it counts as not parsed, not as not valid."""
    with pytest.raises(EmfParseError):
        extract(json.dumps(EXAMPLE)[:-5])


@pytest.mark.parametrize(
    ("line", "counter"),
    [(json.dumps(changed(time="x")), "EMFValidationErrors"), (json.dumps(EXAMPLE)[:-5], "EMFParsingErrors")],
)
def test_a_broken_document_is_counted_where_aws_counts_it(line: str, counter: str) -> None:
    """GIVEN a broken line WHEN ingested THEN AWS/Logs counts it by log group and nothing else is kept."""
    store = MetricStore(Clock(1, now=lambda: 0.0))
    with pytest.raises(EmfError):
        ingest_log_line(store, "mock", line, 30.0)
    metric = key("AWS/Logs", counter, {"LogGroupName": "/aws/lambda/mock"})
    assert store.names() == [metric]
    assert store.series(Query(metric, 60, parse("Sum")), 0, 60) == {0: 1}


def test_a_line_is_ingested_at_its_own_time() -> None:
    """GIVEN a record printed late THEN it lands in the minute of its own timestamp."""
    store = MetricStore(Clock(1, now=lambda: 0.0))
    ingest_log_line(store, "mock", json.dumps(EXAMPLE), 2e9)
    minute = 1574109732 - 1574109732 % 60
    assert list(store.series(Query(store.names()[0], 60, parse("Sum")), minute, minute + 60)) == [minute]
