"""Whatever comes in at the entry gets an answer in the entry's own shape, and never one of 500."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from mock_read.http.identity import Identity

from tests.mock_read import parts
from tests.mock_read.parts import USER, alb, http_api, read_path, rest

PROBLEM = "application/problem+json"


def problem(answer: dict[str, Any]) -> dict[str, Any]:
    """The problem document of an answer."""
    assert answer["headers"]["content-type"] == PROBLEM
    document: dict[str, Any] = json.loads(answer["body"])
    assert document["status"] == answer["statusCode"]
    return document


@pytest.mark.parametrize(
    "event", [http_api(), rest(), alb(), alb(multi=True)], ids=["v2", "v1", "alb", "alb-multi"]
)
def test_every_entry_gets_the_same_document(event: dict[str, Any]) -> None:
    """One request gets one body, whichever of the three entries it came through."""
    assert read_path().body(event) == parts.expected()


def test_a_load_balancer_is_told_the_status_in_words() -> None:
    """Without a status description some targets are answered 502."""
    assert read_path().get(alb())["statusDescription"] == "200 OK"


def test_multi_value_headers_are_answered_with_multi_value_headers_only() -> None:
    """A target group with multi-value headers on drops an answer's plain ones."""
    answer = read_path().get(alb(multi=True))
    assert answer["multiValueHeaders"]["content-type"] == ["application/json"]
    assert "headers" not in answer


def test_an_http_api_stage_is_no_part_of_the_path() -> None:
    """An HTTP API with a named stage puts it in front of the raw path."""
    event = http_api("/beta/creators/c-0001")
    event["requestContext"]["stage"] = "beta"
    assert read_path().get(event)["statusCode"] == 200


def test_parameters_of_all_entries_mean_the_same() -> None:
    """A load balancer leaves parameters percent-encoded; a list holds what a plain field drops."""
    asked = [
        {**http_api(), "queryStringParameters": {"limit": "3"}},
        rest(queryStringParameters={"limit": "3"}, multiValueQueryStringParameters={"limit": ["3"]}),
        alb(queryStringParameters={"limit": "%33"}),
    ]
    for event in asked:
        assert len(read_path().body(event)["posts"]["items"]) == 3


def test_a_page_is_followed_by_the_next_one() -> None:
    """A cursor that was given out is taken back, and no post comes twice."""
    path = read_path()
    first = path.body({**http_api(), "queryStringParameters": {"limit": "2"}})
    cursor = first["posts"]["nextCursor"]
    second = path.body({**http_api(), "queryStringParameters": {"limit": "2", "cursor": cursor}})
    ids = [post["id"] for page in (first, second) for post in page["posts"]["items"]]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    ("event", "status"),
    [
        (http_api("/nothing"), 404),
        (http_api("/creators/c-9999"), 404),
        (http_api(method="POST"), 405),
        (http_api(method="DELETE", path="/nothing"), 404),
        (http_api(user=None), 400),
        (http_api(user=" "), 400),
        (http_api(user="x" * 300), 400),
        (http_api(user="a,b"), 400),
        (http_api("/creators/bad%20id"), 400),
        ({**http_api(), "queryStringParameters": {"limit": "0"}}, 400),
        ({**http_api(), "queryStringParameters": {"limit": "51"}}, 400),
        ({**http_api(), "queryStringParameters": {"limit": "٣"}}, 400),
        ({**http_api(), "queryStringParameters": {"cursor": "!!"}}, 400),
        ({**http_api(), "body": "not base64", "isBase64Encoded": True}, 400),
        ({}, 400),
        ("event", 400),
        (None, 400),
    ],
)
def test_a_request_that_cannot_be_answered_is_told_why(event: Any, status: int) -> None:
    """Malformed is 400, unknown 404, another method 405: each a problem document."""
    answer = read_path().service.handle(event, "r-1", 15.0)
    assert answer["statusCode"] == status
    assert problem(answer)["title"]


def test_a_405_says_what_is_allowed() -> None:
    """RFC 9110 wants an Allow header."""
    assert read_path().get(http_api(method="PUT"))["headers"]["allow"] == "GET, HEAD"


def test_a_problem_never_repeats_what_was_sent() -> None:
    """A document that echoes its request could be made to say anything."""
    for event in (http_api("/creators/<script>"), http_api("/<script>"), http_api(user="<script>\0")):
        assert "script" not in read_path().get(event)["body"]


def test_an_unknown_creator_is_404_from_both_sides() -> None:
    """Whether the mock or Prisma says so makes no difference to a client."""
    event = http_api("/creators/c-9999")
    assert read_path().get(event) == read_path(parts.CANARY).get(event)


def test_a_head_request_has_no_body() -> None:
    """Everything else is as for GET."""
    answer = read_path().get(http_api(method="HEAD"))
    assert (answer["statusCode"], answer["body"]) == (200, "")


def test_a_base64_body_is_taken() -> None:
    """Entries encode binary bodies; a read ignores what is in them."""
    event = {**http_api(), "body": base64.b64encode(b"\xff").decode(), "isBase64Encoded": True}
    assert read_path().get(event)["statusCode"] == 200


def test_health_needs_no_user_and_counts_as_no_request() -> None:
    """A load balancer's check names nobody."""
    path = read_path()
    assert path.body(alb("/health", headers={})) == {"status": "ok"}
    assert path.lines.metric("Requests") == 0


@pytest.mark.parametrize(
    "authorizer",
    [{"jwt": {"claims": {"sub": "user-9"}}}, {"claims": {"sub": "user-9"}}, {"lambda": {"sub": "user-9"}}],
    ids=["v2 token", "v1 token", "Lambda authorizer"],
)
def test_an_authorizer_names_the_user(authorizer: dict[str, Any]) -> None:
    """Its claim is believed, and a header that says otherwise is not."""
    path = read_path()
    event = http_api(user="somebody-else")
    event["requestContext"]["authorizer"] = authorizer
    path.get(event)
    assert path.lines.messages("SUCCESS")[0]["userId"] == path.service.key.of("user-9")


def test_an_authorizer_without_the_claim_names_nobody() -> None:
    """A header must not stand in where an authorizer has spoken."""
    event = http_api()
    event["requestContext"]["authorizer"] = {"jwt": {"claims": {"scope": "read"}}}
    assert read_path().get(event)["statusCode"] == 400


def test_the_path_names_the_user_where_it_is_configured() -> None:
    """The user's part is taken off, and a header is not asked."""
    path = read_path()
    path.service.identity = Identity("x-user-id", "/users/{user}")
    assert path.body(http_api("/users/user-9/creators/c-0001", user=None)) == parts.expected()
    assert path.lines.messages("SUCCESS")[0]["userId"] == path.service.key.of("user-9")
    assert path.get(http_api())["statusCode"] == 400


def test_a_fault_of_ours_is_a_503_that_can_be_tried_again() -> None:
    """A bug is an answer that a client can read, counted as an error."""

    def broken(_: object) -> None:
        raise RuntimeError

    path = read_path()
    path.service.identity.known = broken  # type: ignore[assignment,method-assign]
    answer = path.get()
    assert (answer["statusCode"], answer["headers"]["retry-after"]) == (503, "1")
    assert path.lines.metric("Errors") == 1
    assert path.lines.messages("FAULT")[0]["error"] == "RuntimeError"


def test_the_user_id_of_a_request_stands_in_no_line() -> None:
    """Only its keyed pseudonym leaves the function."""
    path = read_path(parts.CANARY)
    path.get(http_api(user="eve@example.com"))
    assert "eve@example.com" not in path.lines.text.getvalue()
    assert USER not in path.lines.text.getvalue()
