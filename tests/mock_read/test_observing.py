"""One line and one metric record a request, with the dimensions that alarms, dashboard and verdict read."""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from botocore.exceptions import EndpointConnectionError
from mock_read.observe import pseudonym, tracing
from mock_read.observe.observing import Lines, Observer

from canary.read import contract
from canary.read.compare.known_diffs import Known
from tests.mock_read import parts
from tests.mock_read.parts import CANARY, SHADOW, read_path, refusal
from tests.mock_read.test_canary import broken_mock, changed

if TYPE_CHECKING:
    import pytest


def records(path: parts.ReadPath, metric: str) -> list[dict[str, Any]]:
    """EMF records with a metric."""
    return [line for line in path.lines.all if "_aws" in line and metric in line]


def test_a_request_counts_by_path_and_in_all() -> None:
    """Two dimension sets in one record; no id of a user, a request or a creator is a dimension."""
    path = read_path(CANARY)
    path.get()
    record = records(path, "Requests")[0]
    declared = record["_aws"]["CloudWatchMetrics"][0]
    assert declared["Namespace"] == "Huntaze/ReadMigration"
    assert [sorted(one) for one in declared["Dimensions"]] == [["FunctionName"], ["FunctionName", "Path"]]
    assert record["Path"] == "prisma"
    units = {metric["Name"]: metric["Unit"] for metric in declared["Metrics"]}
    assert units == {"Requests": "Count", "Errors": "Count", "Duration": "Milliseconds"}


def test_the_first_request_of_a_sandbox_is_a_cold_start() -> None:
    """Once."""
    path = read_path()
    for _ in range(3):
        path.get()
    assert path.lines.metric("ColdStart") == 1


def test_a_record_of_later_work_has_the_requests_own_time() -> None:
    """After a freeze the two are far apart, and a metric belongs to the minute of its request."""
    path = read_path(SHADOW)
    at = path.clock.at
    path.get()
    path.clock.at += 1200
    path.service.work()
    assert records(path, "ShadowSent")[0]["_aws"]["Timestamp"] == int(at * 1000)


def test_a_line_has_what_the_saved_queries_read() -> None:
    """Fields of SUCCESS by name."""
    path = read_path()
    path.get()
    line = path.lines.messages("SUCCESS")[0]
    assert {"path", "durationMs", "canary", "served", "userId", "requestId"} <= line.keys()
    assert (line["path"], line["canary"], line["level"]) == ("mock", False, "INFO")


def test_stdout_closed_fails_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """A closed stream and a pipe that nobody reads are swallowed: the answer matters more."""

    class Broken(io.StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    closed = io.StringIO()
    closed.close()
    path = read_path(SHADOW)
    for stream in (closed, Broken()):
        monkeypatch.setattr(sys, "stdout", stream)
        assert isinstance(path.service.observer, Observer)
        path.service.observer._lines = Lines()
        assert path.body() == parts.expected()
        path.service.work()


def test_an_expired_declaration_is_said_once_a_sandbox() -> None:
    """With its owner, who then knows."""
    known = Known("creator.displayName", "value", "profiles", "renamed", date(2020, 1, 1))
    path = read_path(
        SHADOW,
        shadow=changed(lambda body: body["creator"].update(displayName="other")),
        rules=replace(contract.RULES, known=(known,)),
    )
    for _ in range(3):
        path.get()
        path.service.work()
    assert [line["owner"] for line in path.lines.messages("KNOWN-DIFF-EXPIRED")] == ["profiles"]
    assert path.lines.metric("ShadowDiffs") == 3


def test_a_declared_difference_is_named_and_not_counted() -> None:
    """It stays visible while it does not count."""
    known = Known("creator.displayName", "", "profiles", "renamed", date(9999, 1, 1))
    path = read_path(
        SHADOW,
        shadow=changed(lambda body: body["creator"].update(displayName="other")),
        rules=replace(contract.RULES, known=(known,)),
    )
    path.get()
    path.service.work()
    assert path.lines.messages("SHADOW-MATCH")[0]["declared"] == ["creator.displayName"]
    assert path.lines.metric("ShadowDiffs") == 0


class Recorder:
    """X-Ray's recorder, which breaks at every call when it is told to."""

    def __init__(self, *, broken: bool) -> None:
        self.broken, self.annotations, self.ended = broken, {}, 0  # type: ignore[var-annotated]
        self.id = "53995c3f42cd8ad9"

    def begin_subsegment(self, _: str) -> Recorder:
        if self.broken:
            raise OSError("no daemon")
        return self

    def end_subsegment(self) -> None:
        self.ended += 1
        if self.broken:
            raise OSError("no daemon")

    def put_annotation(self, name: str, value: Any) -> None:
        self.annotations[name] = value


def test_a_subsegment_is_annotated(monkeypatch: pytest.MonkeyPatch) -> None:
    """With what a fallback hides from X-Ray's own flags too."""
    recorder = Recorder(broken=False)
    monkeypatch.setattr(tracing, "xray_recorder", recorder)
    path = read_path(CANARY, canary=lambda _: b"")
    path.get()
    pseudonymous = path.service.key.of(parts.USER)
    assert recorder.annotations == {
        "canary": True,
        "path": "prisma",
        "userId": pseudonymous,
        "canaryError": "malformed",
    }
    assert recorder.ended == 1


def test_the_mocks_own_fault_is_annotated_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind a canary's error, where the user got 503, and without one; never behind Prisma's answer."""
    annotated = []
    for flags, prisma_side in ((CANARY, lambda _: b""), (None, parts.prisma), (CANARY, parts.prisma)):
        recorder = Recorder(broken=False)
        monkeypatch.setattr(tracing, "xray_recorder", recorder)
        read_path(flags, canary=prisma_side, mock=broken_mock).get()
        annotated.append([recorder.annotations.get(name) for name in ("canaryError", "mockError")])
    assert annotated == [["malformed", "KeyError"], [None, "KeyError"], [None, None]]


def test_no_fault_of_tracing_reaches_a_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """The daemon is absent, or the SDK could not even be imported."""
    path = read_path(CANARY)
    for recorder in (Recorder(broken=True), None):
        monkeypatch.setattr(tracing, "xray_recorder", recorder)
        assert path.body() == parts.expected()


class Kms:
    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def generate_mac(self, **_: Any) -> Any:
        if isinstance(self.answer, Exception):
            raise self.answer
        return {"Mac": self.answer}


def test_a_pseudonym_is_the_same_in_every_sandbox_and_says_nothing() -> None:
    """One KMS key, one pseudonym; another key, another; and never the id."""
    one, same, other = (pseudonym.derive(Kms(mac), "key", bytes) for mac in (b"a" * 32, b"a" * 32, b"b" * 32))
    assert one.of("eve") == same.of("eve") != other.of("eve")
    assert len(one.of("eve")) == 16
    assert one.of("eve") != one.of("eve ")
    assert one.secret.hex() not in repr(one.of("eve"))


def test_without_kms_everybody_is_answered_under_a_key_of_the_sandboxs_own() -> None:
    """Pseudonyms then join within the sandbox, and the reason is said."""
    for fault, why in (
        (refusal("AccessDeniedException"), "KMS refused: AccessDeniedException"),
        (EndpointConnectionError(endpoint_url="http://kms"), "KMS unreachable: EndpointConnectionError"),
    ):
        key = pseudonym.derive(Kms(fault), "key", lambda count: b"r" * count)
        assert (key.secret, key.why) == (b"r" * 32, why)


def test_ids_that_are_no_unicode_have_pseudonyms_too() -> None:
    """Half of a surrogate pair comes in through JSON."""
    assert len(pseudonym.Key(b"k").of("\ud800")) == 16
