"""Whichever way users come in, the function is told who names them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import kinds
import pytest
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE as UNKNOWN

from tests.policy.building import resource
from tests.policy.harness import Pack, copied
from tests.policy.mutation.changes import gone, named, put
from tests.policy.small_stack import small_stack

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.policy.harness import Json

PACK = Pack()
RULE = "users-named-by-authorizer"


def _rest(alias: Json, asks: str | None) -> list[Json]:
    """Method and integration share a resource whose id is not known yet."""
    above = resource("aws:apigateway/resource:Resource", "things", {"pathPart": "things"})
    both = {"restApi": "r1", "resourceId": UNKNOWN, "httpMethod": "GET"}
    made = {"resourceId": [above]}
    method = resource(kinds.REST_METHOD, "read", {**both, "authorization": asks}, made_from=made)
    call = {**both, "type": "AWS_PROXY", "uri": UNKNOWN}
    integration = resource(kinds.REST_INTEGRATION, "call", call, made_from={**made, "uri": [alias]})
    return [above, method, integration]


def _http(alias: Json, asks: str | None) -> list[Json]:
    """The program writes the target itself."""
    integration = resource(
        kinds.HTTP_INTEGRATION,
        "call",
        {"integrationType": "AWS_PROXY", "integrationUri": UNKNOWN},
        outputs={"id": "i2"},
        made_from={"integrationUri": [alias]},
    )
    route = {"routeKey": "$default", "target": "integrations/i2", "authorizationType": asks}
    return [integration, resource(kinds.HTTP_ROUTE, "read", route)]


def _url(alias: Json, asks: str | None) -> list[Json]:
    """A URL of the alias."""
    url = {"functionName": UNKNOWN, "qualifier": "live", "authorizationType": asks}
    return [resource(kinds.FUNCTION_URL, "read", url, made_from={"functionName": [alias]})]


def _balancer(alias: Json, _: str | None) -> list[Json]:
    """A target group, in front of which no authorizer can stand."""
    target = {"targetGroupArn": "tg", "targetId": UNKNOWN}
    return [resource(kinds.TARGET_ATTACHMENT, "read", target, made_from={"targetId": [alias]})]


def _said(way: Callable[[Json, str | None], list[Json]], asks: str | None, told: Any) -> str:
    resources = copied(small_stack())
    gone("route")(resources)
    gone("integration")(resources)
    if told != "authorizer":
        put("reader", "environment.variables.USER_NAMED_BY", told)(resources)
    resources += way(named(resources, "reader-live"), asks)
    return " ".join(one.message for one in PACK.judge(resources) if one.rule == RULE)


@pytest.mark.parametrize(("way", "asks"), [(_rest, "CUSTOM"), (_http, "JWT"), (_url, "AWS_IAM")])
def test_an_authorizer_on_any_way_is_told(way: Any, asks: str) -> None:
    """Who is asked is believed, and nothing else."""
    assert "must be told USER_NAMED_BY=authorizer, not 'header': 'read' has" in _said(way, asks, "header")
    assert _said(way, asks, "authorizer") == ""


@pytest.mark.parametrize("way", [_rest, _http, _url, _balancer])
def test_without_an_authorizer_none_is_waited_for(way: Any) -> None:
    """Every read would be refused."""
    assert "must not be told USER_NAMED_BY=authorizer: no way in has" in _said(way, "NONE", "authorizer")
    assert _said(way, "NONE", "header") == ""
