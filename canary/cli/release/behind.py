"""The unit's other functions: their aliases follow a release at once, after the new version answered.

Nobody is served by them alone. A canary's read that fails is answered by the mock and counted, so a bad
version of the Prisma function is a failing canary, and the guard takes users off it. The guard's own new
version moves only when its self-test passes. What is gradual is the entry function's shift, which has no such
net below it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from canary.cli import versions
from canary.cli.errors import OpsError
from canary.read import contract, probing

if TYPE_CHECKING:
    from collections.abc import Callable

    from canary.cli.clients import Clients
    from canary.cli.target import Target

QUERY = probing.payload(contract.ABSENT)
"""A record that nobody has: answered only by a version that reaches its database."""


@dataclass(frozen=True)
class Behind:
    """An alias that is not at its function's newest version.

    Attributes:
        revision: Of the alias, so that nobody's newer move is overwritten.
    """

    function: str
    before: str
    after: str
    revision: str


def behind(clients: Clients, target: Target) -> tuple[Behind, ...]:
    """Those of the unit's aliases, the entry function's aside; what reads comes before what watches."""
    found = []
    for function in (target.prisma_function, target.shadow_function, target.guard_function):
        alias = clients.lambda_.get_alias(FunctionName=function, Name=target.alias)
        newest = versions.versions(clients, function)[-1]
        if alias["FunctionVersion"] != newest:
            found.append(Behind(function, alias["FunctionVersion"], newest, alias["RevisionId"]))
    return tuple(found)


def follow(clients: Clients, target: Target, one: Behind, say: Callable[[str], None]) -> None:
    """Ask a new version, then move its alias there, and read that back.

    Raises:
        OpsError: The version does not answer as it should, or somebody else moved the alias meanwhile.
    """
    guard = one.function == target.guard_function
    event: dict[str, Any] = {"selfTest": True} if guard else QUERY
    answer = clients.lambda_.invoke(
        FunctionName=one.function, Qualifier=one.after, Payload=json.dumps(event).encode()
    )
    payload = json.loads(answer["Payload"].read() or b"null")
    fault = _fault(answer, payload, guard=guard)
    if fault:
        raise OpsError(
            f"Version {one.after} of {one.function} {fault}. Its alias stays at version {one.before}, and "
            "nothing after it was moved. Mend it, `pulumi up`, and release again."
        )
    clients.lambda_.update_alias(
        FunctionName=one.function,
        Name=target.alias,
        FunctionVersion=one.after,
        RoutingConfig={"AdditionalVersionWeights": {}},
        RevisionId=one.revision,
    )
    alias = clients.lambda_.get_alias(FunctionName=one.function, Name=target.alias)
    if alias["FunctionVersion"] != one.after:
        raise OpsError(f"{one.function}:{target.alias} was moved to {one.after} and does not show it.")
    say(f"{one.function}:{target.alias} is at version {one.after}.")


def _fault(answer: dict[str, Any], payload: Any, *, guard: bool) -> str:
    if "FunctionError" in answer:
        kind = payload.get("errorType") if isinstance(payload, dict) else None
        return f"fails: {kind or answer['FunctionError']}"
    if not isinstance(payload, dict):
        return "answers no object"
    if not guard:
        status = payload.get("status")
        return "" if status in {"ok", "not-found"} else f"answers status {status!r} to a read"
    result = payload.get("selfTest") or {}
    if result.get("ok"):
        return ""
    failed = [f"{one['what']}: {one['detail']}" for one in result.get("tried", []) if not one["ok"]]
    return f"does not pass its self-test ({'; '.join(failed) or 'no result'})"
