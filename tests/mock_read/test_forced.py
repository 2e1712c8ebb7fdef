"""The check before a release takes the path it names, counts nowhere, and cannot be had by a client."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mock_read.backend import forced
from mock_read.backend.breaker import FAILURES

from tests.mock_read import parts
from tests.mock_read.lambda_host import ARN
from tests.mock_read.parts import ALL_OFF, CANARY, KILL_ON, SHADOW, alb, http_api, read_path, rest

VERSION = f"{ARN}:huntaze-mock-read:7"
ALIAS = f"{ARN}:huntaze-mock-read:live"


def checked(path: parts.ReadPath, wanted: Any, event: dict[str, Any] | None = None) -> dict[str, Any]:
    """The answer to a check's event, as the handler gives it."""
    asking = {**(event or http_api()), "releaseCheck": {"path": wanted} if wanted else {}}
    assert forced.asked(asking, VERSION)
    return forced.answer(path.service, asking, "r-1", 15.0)


@pytest.mark.parametrize("flags", [ALL_OFF, CANARY, SHADOW], ids=["all off", "canary", "shadow"])
@pytest.mark.parametrize("wanted", ["mock", "prisma"])
def test_the_path_is_the_one_that_is_named(flags: Any, wanted: str) -> None:
    """Whatever the flags say, and with the kill switch on; the document is what a user gets."""
    path = read_path(flags, kill=KILL_ON)
    answer = checked(path, wanted)
    assert answer["releaseCheck"] == {"served": wanted}
    assert json.loads(answer["body"]) == parts.expected()
    assert len(path.canary.asked) == (wanted == "prisma")


def test_a_fallback_is_told_with_what_it_hides() -> None:
    """A user is served by the mock, and so is the check; but the check hears of it."""
    path = read_path(canary=lambda _: b"")
    answer = checked(path, "prisma")
    assert answer["statusCode"] == 200
    assert answer["releaseCheck"] == {"served": "mock", "canaryError": "malformed"}


def test_nothing_that_is_judged_counts_a_check() -> None:
    """Neither metrics nor the lines that queries count; nothing is shadowed, and no user's start is cold."""
    path = read_path(SHADOW, canary=lambda _: b"")
    for wanted in ("mock", "prisma", None):
        checked(path, wanted)
    path.service.work()
    assert not [line for line in path.lines.all if "_aws" in line]
    assert not path.lines.messages("SUCCESS", "ERROR")
    assert [line["failed"] for line in path.lines.messages("RELEASE-CHECK")] == [False, True, False]
    assert not path.shadow.asked
    path.get()
    assert path.lines.metric("ColdStart") == 0
    assert path.lines.metric("Requests") == 1


def test_a_check_and_a_user_share_no_breaker() -> None:
    """Checks that fail keep no user from Prisma, and a breaker that users opened hides nothing of Prisma."""
    path = read_path(CANARY, canary=lambda _: b"")
    for _ in range(FAILURES):
        checked(path, "prisma")
    path.get()
    assert path.lines.messages("ERROR")[0]["canaryError"] == "malformed"
    for _ in range(FAILURES):
        path.get()
    assert path.breaker.open
    assert checked(path, "prisma")["releaseCheck"]["canaryError"] == "malformed"


def test_what_reads_nothing_is_answered_as_ever() -> None:
    """The health path, and a request that nobody can answer."""
    path = read_path()
    health = checked(path, None, http_api("/health"))
    assert (health["statusCode"], health["releaseCheck"]) == (200, {})
    assert checked(path, None, http_api("/creators/not%20an%20id"))["statusCode"] == 400


@pytest.mark.parametrize("wanted", ["both", 7, [], {"path": "live"}, {"path": ["mock"]}])
def test_a_path_that_there_is_not_is_named(wanted: Any) -> None:
    """The check is code too: a wrong question is told so."""
    event = {**http_api(), "releaseCheck": wanted}
    answer = forced.answer(read_path().service, event, "r-1", 15.0)
    assert answer["statusCode"] == 400
    assert "releaseCheck.path: mock or prisma" in answer["body"]


def test_a_fault_of_ours_is_told_to_the_check_and_counts_for_nobody() -> None:
    """The version must not pass, and the function's users have seen nothing."""
    path = read_path()
    path.service.key = replace(path.service.key, secret="no bytes")  # type: ignore[arg-type]
    assert checked(path, "mock")["statusCode"] == 503
    assert path.lines.messages("FAULT")
    assert path.lines.metric("Errors") == 0


WORDS = st.sampled_from(
    ["releaseCheck", "ReleaseCheck", "prisma", '{"releaseCheck": {"path": "prisma"}}', "path", ""]
) | st.text(max_size=8)
SENT = st.dictionaries(WORDS, WORDS, max_size=3)


@given(SENT, SENT, WORDS, st.sampled_from(["v2", "v1", "alb", "alb-multi"]))
def test_no_client_can_ask_for_it(
    headers: dict[str, str], parameters: dict[str, str], body: str, through: str
) -> None:
    """Headers, parameters, path and body are values inside an entry's members, whatever is in them.

    The entry invokes the alias; and even an event that had the member would be read as any other there.
    """
    path = f"/creators/{parts.CREATOR}"
    many = {name: [value] for name, value in parameters.items()}
    sent: dict[str, Any] = {"body": body, "queryStringParameters": parameters}
    event: dict[str, Any] = {
        "v2": lambda: http_api(path) | sent | {"headers": {**headers, "x-user-id": parts.USER}},
        "v1": lambda: rest(path, **sent, headers={**headers, "x-user-id": parts.USER}),
        "alb": lambda: alb(path, **sent),
        "alb-multi": lambda: alb(path, multi=True, body=body, multiValueQueryStringParameters=many),
    }[through]()
    assert not forced.asked(event, VERSION)
    assert not forced.asked({**event, "releaseCheck": {"path": "prisma"}}, ALIAS)


@pytest.mark.parametrize("arn", [ALIAS, f"{ARN}:huntaze-mock-read", f"{ARN}:huntaze-mock-read:$LATEST", ""])
def test_only_a_version_by_its_number_hears_it(arn: str) -> None:
    """Neither the alias that users come through, nor the function without a qualifier."""
    assert not forced.asked({**http_api(), "releaseCheck": {"path": "prisma"}}, arn)


def test_events_that_are_no_objects_are_no_checks() -> None:
    """They get their 400 as ever."""
    assert not [
        event for event in (None, "releaseCheck", ["releaseCheck"], 7) if forced.asked(event, VERSION)
    ]
