"""What others write, in any spelling that means the same, and values of any kind where one is expected."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import kinds
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rules.dashboards import shown_metrics

from tests.fuzzing import fuzz
from tests.policy.building import arn, resource, tagged
from tests.policy.harness import Json, Pack, copied
from tests.policy.mutation.changes import Path, document, named, option, put
from tests.policy.small_stack import small_stack
from tests.policy.test_unknowns import SIDES, paths

if TYPE_CHECKING:
    from tests.policy.mutation.changes import Change

PACK = Pack()
MARKED = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": "[secret]"}
"""A redacted secret that is marked as one."""
ODD: st.SearchStrategy[Any] = st.sampled_from(
    ["[secret]", MARKED, None, True, 0.0, -1.5, "", "{", "[[[", "arn:aws:", [], [None], {}, {"": {}}, "*"]
)
HUNDREDS = ("100", "100.0", "1e2", "1E+2", "( 100 )")


def _stopped(rule: str, *changes: Change, also: tuple[Json, ...] = ()) -> str:
    resources = [*copied(small_stack()), *also]
    for change in changes:
        change(resources)
    return " ".join(one.message for one in PACK.judge(resources) if one.rule == rule)


@given(st.permutations(["pct::50", "by::$userId", 'seed::"x"']), st.sampled_from([" ", "  ", "\n"]))
@fuzz(100)
def test_a_split_is_its_percentage_in_any_order(operands: list[str], gap: str) -> None:
    """Half of the users are half of the users, wherever AppConfig's rule says so."""
    rule = f"({gap.join(['split', *operands])})"
    ramp = document("ramp-baseline", "values", "ramp", value={"_variants": [{"rule": rule}]})

    assert "at most 1 % of the users, not 50 %" in _stopped("canary-first-step-small", ramp)


def _formula(text: str, threshold: float) -> str:
    resources = copied(small_stack())
    queries = named(resources, "canary-errors")["inputs"]["metricQueries"]
    index = next(i for i, query in enumerate(queries) if query.get("expression"))
    change = put("canary-errors", f"metricQueries.{index}.expression", text)
    limit = put("canary-errors", "threshold", threshold)
    return _stopped("rollback-alarm-sensitive", change, limit)


@pytest.mark.parametrize("floor", ["n < 20, 0, {}", "n <= 20, 0, {}", "20 > n, 0, {}", "n >= 20, {}, 0"])
@pytest.mark.parametrize("hundred", HUNDREDS)
def test_a_floor_and_a_percentage_count_however_they_are_written(floor: str, hundred: str) -> None:
    """Each is 1.5 % or more with at least twenty requests; as a fraction, the same number is 150 %."""
    for rate in (f"{hundred} * e / n", f"e / n * {hundred}", f"(e * {hundred}) / n"):
        assert _formula(f"IF({floor.format(rate)})", 1.5) == ""
    fraction = _formula(f"IF({floor.format('e / n').replace('20', '100')})", 1.5)
    assert "(threshold 0.02)" in fraction
    assert "have a floor" not in fraction


@pytest.mark.parametrize(
    "ignored",
    [
        ["*"],
        ["functionVersion", "routingConfig.additionalVersionWeights"],
        ["functionVersion", 'routingConfig["additionalVersionWeights"]'],
        ["function_version", "routing_config.*"],
    ],
)
def test_an_alias_is_left_alone_by_any_path_that_covers_it(ignored: list[str]) -> None:
    """Everything, a property, or all that a property holds."""
    assert _stopped("lambda-alias-left-to-codedeploy", option("reader-live", "ignoreChanges", ignored)) == ""


@pytest.mark.parametrize(
    "ignored", [[], ["functionVersion"], ["functionVersion", "routingConfig.additionalVersionWeights.2"]]
)
def test_an_alias_is_not_left_alone_by_a_part(ignored: list[str]) -> None:
    """One version's weight is not the routing."""
    said = _stopped("lambda-alias-left-to-codedeploy", option("reader-live", "ignoreChanges", ignored))

    assert "routingConfig: CodeDeploy moves it" in said


def _socket(*routes: tuple[str, str]) -> tuple[Json, ...]:
    api = resource(kinds.HTTP_API, "chat", tagged(protocolType="WEBSOCKET"), outputs={"id": "c1"})
    return (
        api,
        *(
            resource(
                kinds.HTTP_ROUTE,
                f"chat-{key}",
                {"routeKey": key, "authorizationType": asks, "authorizerId": "z1"},
                made_from={"apiId": [api]},
            )
            for key, asks in routes
        ),
    )


@pytest.mark.parametrize(("asks", "open_route"), [("CUSTOM", False), ("NONE", True)])
def test_a_websocket_asks_once(asks: str, *, open_route: bool) -> None:
    """`$connect` lets callers in; the other routes can carry no authorizer."""
    routes = _socket(("$connect", asks), ("$disconnect", "NONE"), ("$default", "NONE"), ("send", "NONE"))

    said = _stopped("entry-authorised", also=routes)

    assert ("'$connect'" in said) is open_route
    assert said.count(" must ") == int(open_route)


def test_an_http_api_asks_on_its_default_route_too() -> None:
    """The same key on an API that is no WebSocket lets everyone in."""
    api = resource(kinds.HTTP_API, "shop", tagged(protocolType="HTTP"))
    route = resource(
        kinds.HTTP_ROUTE,
        "shop-default",
        {"routeKey": "$default", "authorizationType": "NONE"},
        made_from={"apiId": [api]},
    )

    assert "open to everybody '$default'" in _stopped("entry-authorised", also=(api, route))


@pytest.mark.parametrize("source", [("replicateSourceDb", "main"), ("replicationSourceIdentifier", "arn:x")])
def test_a_read_replica_needs_no_backups(source: tuple[str, str]) -> None:
    """Its data is its source's, and RDS refuses a final snapshot of it; deletion protection it can have."""
    replica = tagged(
        deletionProtection=False, skipFinalSnapshot=True, backupRetentionPeriod=0.0, multiAz=False
    )
    replica[source[0]] = source[1]
    copy = resource(kinds.DATABASE, "replica", replica, options={"protect": True})

    said = _stopped("rds-prod-protected", also=(copy,))

    assert "deletionProtection" in said
    assert said.count(" must ") == 1


def test_a_clusters_password_is_kept_by_rds_too() -> None:
    """Aurora spells it masterPassword."""
    cluster = resource(
        kinds.CLUSTER, "aurora", tagged(storageEncrypted=True, masterPassword="correct-horse-battery")
    )

    said = _stopped("rds-private-encrypted", also=(cluster,))

    assert "instead of masterPassword" in said
    assert "correct-horse" not in said


@pytest.mark.parametrize("by_value", [True, False])
def test_a_function_at_the_edge_is_asked_for_neither_traces_nor_a_log_group(*, by_value: bool) -> None:
    """Lambda@Edge has no X-Ray and logs elsewhere; a function that users reach by an alias is asked."""
    function = resource(kinds.FUNCTION, "rewrite", tagged(name="rewrite", runtime="python3.13"))
    function["properties"]["arn"] = arn("lambda", "function:rewrite")
    edge = resource(
        kinds.EDGE,
        "cdn",
        {
            "defaultCacheBehavior": {
                "lambdaFunctionAssociations": [{"lambdaArn": arn("lambda", "function:rewrite:3")}]
            }
        },
        made_from={} if by_value else {"defaultCacheBehavior": [function]},
    )
    for rule in ("lambda-tracing-active", "lambda-log-retention"):
        assert _stopped(rule, also=(function, edge)) == ""
        assert "'rewrite'" in _stopped(rule, also=(function,))


def test_a_dashboard_may_leave_out_what_the_line_above_says() -> None:
    """`...` stands for all fields that are not given, `.` for one."""
    metrics = [["Shop", "Errors", "F", "reader", "Path", "old"], ["...", "new"], ["...", {"stat": "p95"}]]
    body = json.dumps(
        {"widgets": [{"properties": {"metrics": [*metrics, [".", "Requests", ".", ".", ".", "."]]}}]}
    )

    old, new, again, requests = shown_metrics(body)

    assert old == ("Shop", "Errors", (("F", "reader"), ("Path", "old")))
    assert new == again == ("Shop", "Errors", (("F", "reader"), ("Path", "new")))
    assert requests == ("Shop", "Requests", (("F", "reader"), ("Path", "new")))


SOMEWHERE: list[tuple[str, Path]] = [
    (one["name"], path) for one in small_stack() for path in paths(one["inputs"])
]


@given(st.sampled_from(SOMEWHERE), ODD)
@fuzz(1_000)
def test_a_value_of_any_kind_ends_no_analysis(where: tuple[str, Path], value: Any) -> None:
    """A rule decides or says what it leaves open; the engine is never answered by an exception."""
    resources = copied(small_stack())
    changed = named(resources, where[0])
    for side in SIDES:
        holder = changed[side]
        for step in where[1][:-1]:
            holder = holder[step]
        holder[where[1][-1]] = value

    said = PACK.about(changed) + PACK.about_stack(resources)

    assert [one.message for one in said if "can't run policy" in one.message] == []


@pytest.mark.parametrize("secret", ["[secret]", MARKED])
@pytest.mark.parametrize("prop", ["tagsAll", "environment", "environment.variables"])
def test_a_secret_that_cannot_be_read_is_left_open(secret: Any, prop: str) -> None:
    """An exported state redacts secrets: the report names what could not be judged for want of them."""
    said = _stopped("not-enforced", put("reader", prop, secret))

    assert f"reader ({'tags' if prop == 'tagsAll' else 'environment.variables'})" in said
