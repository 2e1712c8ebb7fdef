"""An authorizer's word is final, and one name has one value."""

from __future__ import annotations

from typing import Any

import pytest
from mock_read.http.identity import Identity

from tests.mock_read.parts import alb, http_api, read_path, rest

PATHS = [read_path(), read_path()]
PATHS[1].service.identity = Identity("x-user-id", "", authorized=True)


def named(event: dict[str, Any], *, authorized: bool = False) -> tuple[int, str | None]:
    """Status of the answer and the pseudonym that is written."""
    path = PATHS[authorized]
    path.lines.text.truncate(0)
    path.lines.text.seek(0)
    status = path.get(event)["statusCode"]
    assert "victim-7" not in path.lines.text.getvalue()
    lines = path.lines.messages("SUCCESS")
    return status, lines[0]["userId"] if lines else None


def under(authorizer: Any, entry: str = "v2") -> dict[str, Any]:
    """A request of a forger with an authorizer's word in it."""
    event = http_api(user="victim-7") if entry == "v2" else rest(headers={"x-user-id": "victim-7"})
    event.pop("multiValueHeaders", None)
    event["requestContext"]["authorizer"] = authorizer
    return event


NAMING = [
    lambda user: {"principalId": user, "tenant": "t-1", "integrationLatency": 180},
    lambda user: {"sub": user, "principalId": "service"},
    lambda user: {"claims": {"sub": user}},
    lambda user: {"claims": {"sub": user}, "scopes": None},
    lambda user: {"jwt": {"claims": {"sub": user}, "scopes": None}},
    lambda user: {"lambda": {"sub": user}},
]
SILENT: list[Any] = [
    {},
    {"lambda": None},
    {"iam": None},
    {"claims": None, "scopes": None},
    {"jwt": None},
    {"jwt": {"claims": None}},
    {"iam": {"userArn": "arn:aws:iam::1:user/me", "userId": "A"}},
    {"tenant": "t-1"},
    {"principalId": ""},
    {"principalId": None},
    {"sub": 7, "principalId": "me"},
    {"claims": {"sub": "me"}, "lambda": {"sub": "victim-7"}},
    [],
    "me",
    False,
]


@pytest.mark.parametrize("entry", ["v1", "v2"])
@pytest.mark.parametrize("authorizer", SILENT, ids=repr)
def test_an_authorizer_that_names_nobody_is_refused(authorizer: Any, entry: str) -> None:
    """The client's header never stands in."""
    assert named(under(authorizer, entry)) == (400, None)


@pytest.mark.parametrize("entry", ["v1", "v2"])
@pytest.mark.parametrize("naming", NAMING)
def test_an_authorizer_that_names_a_user_is_believed(naming: Any, entry: str) -> None:
    """In the shape of each kind."""
    assert named(under(naming("me-1"), entry)) == (200, PATHS[0].service.key.of("me-1"))


@pytest.mark.parametrize("event", [http_api(), rest(), alb(), alb(multi=True)])
def test_behind_an_authorizer_a_header_is_never_believed(event: dict[str, Any]) -> None:
    """Not even in an event that shows no authorizer."""
    assert named(event, authorized=True) == (400, None)


def test_a_signed_request_is_not_the_headers_user() -> None:
    """A REST API with IAM says who signed; without the claim that is nobody."""
    event = rest()
    event["requestContext"]["identity"] = {"userArn": "arn:aws:iam::1:user/me", "sourceIp": "192.0.2.1"}
    assert named(event) == (400, None)


def _rest(headers: dict[str, str], lists: dict[str, list[str]]) -> dict[str, Any]:
    return rest(headers=headers, multiValueHeaders=lists)


@pytest.mark.parametrize(
    "event",
    [
        _rest({"X-User-ID": "a", "x-user-id": "b"}, {"X-User-ID": ["a"], "x-user-id": ["b"]}),
        _rest({"x-user-id": "b", "X-User-ID": "a"}, {"x-user-id": ["b"], "X-User-ID": ["a"]}),
        _rest({"X-User-ID": "b"}, {"X-User-ID": ["a", "b"]}),
        _rest({"X-User-ID": "b"}, {"X-User-ID": ["a"]}),
        _rest({"x-user-id": "a", "Host": "b"}, {"x-user-id": ["a"], "Host": ["a", "b"]}),
        {**http_api(), "headers": {"x-user-id": "a", "X-User-Id": "b"}},
        {**http_api(), "headers": {"x-user-id": "a", "host": "a,b"}},
        alb(headers={"x-user-id": "a", "X-User-Id": "b"}),
        alb(multi=True, multiValueHeaders={"x-user-id": ["a", "b"]}),
        rest(queryStringParameters={"limit": "3"}, multiValueQueryStringParameters={"limit": ["4"]}),
        rest(queryStringParameters={"limit": "3"}, multiValueQueryStringParameters={"limit": ["4", "3"]}),
    ],
)
def test_two_values_of_one_name_are_refused_alike(event: dict[str, Any]) -> None:
    """Two spellings, twice, or two places that disagree."""
    assert named(event) == (400, None)


@pytest.mark.parametrize(
    "more",
    [
        {"path": "/reads/creators/c-0001", "pathParameters": {"proxy": "creators/c-0001"}},
        {
            "version": "1.0",
            "path": "/beta/creators/c-0001",
            "resource": "/creators/{id}",
            "pathParameters": {"id": "c-0001"},
            "requestContext": {"stage": "beta", "authorizer": None},
        },
        {"version": "1.0", "path": "/beta/creators/c-0001", "requestContext": {"stage": "beta"}},
        {
            "path": "/v1/reads/creators/c-0001",
            "resource": "/reads/{proxy+}",
            "pathParameters": {"proxy": "creators/c-0001"},
        },
        # A route without a parameter, behind a mapping.
        {"path": "/v1/creators/c-0001", "resource": "/creators/c-0001", "pathParameters": None},
        {
            "version": "1.0",
            "path": "/v1/creators/c-0001",
            "resource": "/creators/c-0001",
            "pathParameters": None,
            "requestContext": {"stage": "beta", "resourcePath": "/creators/c-0001"},
        },
        {
            "path": "/creators/c-0001",
            "resource": "/creators/{proxy+}",
            "pathParameters": {"proxy": "c-0001"},
        },
    ],
)
def test_what_the_way_in_put_before_the_path_is_no_part_of_it(more: dict[str, Any]) -> None:
    """A base path and a stage."""
    assert named(rest(**more))[0] == 200


@pytest.mark.parametrize("route", ["GET /creators/{creatorId}", "$default"])
def test_a_stage_behind_a_mapping_is_answered(route: str) -> None:
    """A raw path names the stage where a custom domain's mapping is asked."""
    event = http_api("/beta/creators/c-0001")
    event |= {"routeKey": route} | ({"pathParameters": {"creatorId": "c-0001"}} if "{" in route else {})
    event["requestContext"] |= {"stage": "beta", "domainName": "api.example.com"}
    assert named(event)[0] == 200


def test_a_path_below_a_resource_names_the_user_it_is_set_to_name() -> None:
    """The user's part is looked for in the path that is answered."""
    path = read_path()
    path.service.identity = Identity("x-user-id", "/users/{user}")
    event = rest("/reads/users/me-1/creators/c-0001", resource="/reads/{proxy+}")
    assert path.get({**event, "pathParameters": {"proxy": "creators/c-0001"}})["statusCode"] == 400
    path.body({**event, "pathParameters": {"proxy": "users/me-1/creators/c-0001"}})
    assert path.lines.messages("SUCCESS")[0]["userId"] == path.service.key.of("me-1")


@pytest.mark.parametrize("event", [http_api("/creators%2Fc-0001"), alb(path="/creators%2fc-0001")])
def test_a_slash_that_is_written_as_a_code_divides_no_path(event: dict[str, Any]) -> None:
    """Whatever stands in front and lets paths in by their beginning has not seen it as one."""
    assert named(event)[0] == 404


@pytest.mark.parametrize("user", ["\x1fme-1", "me-1\x1c", "me-1\x85", "me-1\x00", "\tme-1"])
def test_a_control_character_makes_no_id(user: str) -> None:
    """Two subjects of an authorizer are never one user, however they begin or end."""
    assert named(under({"claims": {"sub": user}})) == (400, None)
    assert named(under({"claims": {"sub": " me-1 "}})) == (200, PATHS[0].service.key.of("me-1"))


def test_a_parameter_spelled_in_two_ways_is_given_twice() -> None:
    """A load balancer hands both over as they came."""
    event = alb(queryStringParameters={"limit": "5", "l%69mit": "7"})
    assert named(event) == (400, None)
