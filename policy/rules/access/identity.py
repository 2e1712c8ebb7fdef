"""A function believes whom its way in has asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graph import Outcome, Resource, Stack, Undecided
from kinds import ALIAS, FUNCTION, FUNCTION_URL, HTTP_INTEGRATION, HTTP_ROUTE, REST_INTEGRATION, REST_METHOD
from parts import ENTRIES
from pulumi_policy import Severity
from rule import NotApplicableError, Settings, StackRule, texts, well_architected
from values import UNKNOWN, shown

from rules.access.entry import KEYS, PREFLIGHT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

VARIABLE = "USER_NAMED_BY"
"""Says who names a function's users: ``authorizer``, or ``header`` for whoever writes the header."""
BY_AUTHORIZER = "authorizer"
SAME_METHOD = ("restApi", "resourceId", "httpMethod")
"""What a REST API's method and its integration share."""


def _named(stack: Stack, settings: Settings) -> Iterable[Outcome]:
    told = [one for one in stack.of_type(FUNCTION) if _told(one) is not None]
    if not told:
        raise NotApplicableError(f"no function is told who names its users ({VARIABLE})")
    for function in told:
        asking = {
            way: way.get(KEYS[way.type]) if way.type in KEYS else None for way in _ways(stack, function)
        }
        asking = {way: given for way, given in asking.items() if not _meant_for_all(way, settings)}
        if asking:
            yield from _judged(function, asking)


def _told(function: Resource) -> object:
    return function.get("environment", "variables", VARIABLE)


def _judged(function: Resource, asking: dict[Resource, object]) -> Iterator[Outcome]:
    told = _told(function)
    asked = [way for way, given in asking.items() if given is not UNKNOWN and given not in (None, "NONE")]
    unknown = [way for way, given in asking.items() if given is UNKNOWN]
    if told is UNKNOWN:
        yield Undecided(function, f"environment.variables.{VARIABLE}")
    elif asked and told != BY_AUTHORIZER:
        yield function.must(
            f"be told {VARIABLE}={BY_AUTHORIZER}, not {shown(told)}: '{asked[0].name}' has an authorizer",
            "Else a request that shows no authorizer is answered in whatever name its header claims.",
        )
    elif unknown and not asked:
        yield Undecided(unknown[0], KEYS[unknown[0].type])
    elif not asked and told == BY_AUTHORIZER:
        yield function.must(
            f"not be told {VARIABLE}={BY_AUTHORIZER}: no way in has an authorizer",
            "Put one on its routes; until then every read is refused.",
        )


def _meant_for_all(way: Resource, settings: Settings) -> bool:
    route = way.get("routeKey")
    preflight = way.get("httpMethod") == PREFLIGHT or str(route).startswith(f"{PREFLIGHT} ")
    return preflight or route in settings["publicRoutes"]


def _ways(stack: Stack, function: Resource) -> Iterator[Resource]:
    """Routes, methods, URLs and target groups that lead to a function or one of its aliases."""
    for token, prop in {**ENTRIES, FUNCTION_URL: "functionName"}.items():
        for way in stack.of_type(token):
            aliases = stack.linked(way, prop, ALIAS)
            functions = [f for alias in aliases for f in stack.linked(alias, "functionName", FUNCTION)]
            if function in functions or function in stack.linked(way, prop, FUNCTION):
                yield from _in_front(stack, way)


def _in_front(stack: Stack, way: Resource) -> Iterable[Resource]:
    """What asks in front of an integration; anything else asks itself, or cannot ask."""
    if way.type == HTTP_INTEGRATION:
        return [route for route in stack.of_type(HTTP_ROUTE) if _leads(route, way)]
    if way.type == REST_INTEGRATION:
        methods = stack.of_type(REST_METHOD)
        return way.sources("httpMethod", REST_METHOD) or [one for one in methods if _belong(one, way)]
    return [way]


def _leads(route: Resource, integration: Resource) -> bool:
    if integration in route.sources("target", HTTP_INTEGRATION):
        return True
    own = integration.get("id")
    return isinstance(own, str) and route.get("target") == f"integrations/{own}"


def _belong(method: Resource, integration: Resource) -> bool:
    return all(_same(method, integration, prop) for prop in SAME_METHOD)


def _same(one: Resource, other: Resource, prop: str) -> bool:
    if UNKNOWN in (one.get(prop), other.get(prop)):
        return bool(set(one.made_from.get(prop, ())) & set(other.made_from.get(prop, ())))
    return bool(one.get(prop) == other.get(prop))


RULES = [
    StackRule(
        name="users-named-by-authorizer",
        description="A function behind an authorizer is told so, and believes no header about its users.",
        why="A request that reaches it past the authorizer would be answered in whatever name it claims.",
        severity=Severity.HIGH,
        framework=well_architected("Security"),
        remediation="Set USER_NAMED_BY=authorizer where routes have an authorizer, and only there.",
        url="https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control.html",
        settings=(texts("publicRoutes", "Route keys that name no user.", ["GET /health"]),),
        check=_named,
    )
]
