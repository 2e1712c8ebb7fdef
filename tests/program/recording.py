"""Runs a Pulumi program without an engine, and records every registration that the engine would receive.

`MockResourceArgs` hides resource options, so the registrations themselves are recorded.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi.runtime import mocks, rpc

if TYPE_CHECKING:
    from collections.abc import Callable

ACCOUNT, REGION, STACK, PROJECT = "123456789012", "us-east-1", "test", "huntaze-read-migration"

ARNS = {
    "aws:lambda/function:Function": f"lambda:{REGION}:{ACCOUNT}:function:{{name}}",
    "aws:lambda/alias:Alias": f"lambda:{REGION}:{ACCOUNT}:function:{{function}}:{{name}}",
    "aws:appconfig/application:Application": f"appconfig:{REGION}:{ACCOUNT}:application/{{name}}",
    "aws:appconfig/deploymentStrategy:DeploymentStrategy": (
        f"appconfig:{REGION}:{ACCOUNT}:deploymentstrategy/{{name}}"
    ),
    "aws:cloudwatch/logGroup:LogGroup": f"logs:{REGION}:{ACCOUNT}:log-group:{{name}}",
    "aws:cloudwatch/metricAlarm:MetricAlarm": f"cloudwatch:{REGION}:{ACCOUNT}:alarm:{{name}}",
    "aws:iam/role:Role": f"iam::{ACCOUNT}:role/{{name}}",
    "aws:kms/key:Key": f"kms:{REGION}:{ACCOUNT}:key/{{name}}",
    "aws:rds/proxy:Proxy": f"rds:{REGION}:{ACCOUNT}:db-proxy:prx-{{name}}",
}
"""Form of the ARNs of each type that matters: those in policies."""


@dataclass(frozen=True)
class Recorded:
    """One registration.

    Attributes:
        token: Resource type.
        inputs: Inputs as sent, resolved.
        sources: URNs that each input's value was made from.
    """

    token: str
    name: str
    urn: str
    parent: str
    custom: bool
    inputs: dict[str, Any]
    sources: dict[str, frozenset[str]]
    depends_on: frozenset[str]
    ignore_changes: tuple[str, ...]
    protect: bool
    retain_on_delete: bool
    provider: str

    @property
    def kind(self) -> str:
        """Last part of the token: ``Function``."""
        return self.token.rsplit(":", 1)[-1]


@dataclass
class Program:
    """Everything that a program registered and exported."""

    resources: list[Recorded] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    outputs: dict[str, Any] = field(default_factory=dict)

    def of(self, token: str) -> list[Recorded]:
        """Return the resources of one type, such as ``aws:lambda/function:Function``."""
        return [resource for resource in self.resources if resource.token == token]

    def named(self, token: str, physical: str, key: str = "name") -> Recorded:
        """Return the only resource of a type with that physical name."""
        (found,) = [resource for resource in self.of(token) if resource.inputs.get(key) == physical]
        return found

    def components(self) -> list[Recorded]:
        """Return the component resources."""
        return [resource for resource in self.resources if not resource.custom]


class _Mocks(mocks.Mocks):
    def __init__(self, program: Program) -> None:
        self._program = program

    def call(self, args: mocks.MockCallArgs) -> dict[str, Any]:  # type: ignore[override]
        self._program.calls.append(args.token)
        return {"accountId": ACCOUNT, "arn": f"arn:aws:iam::{ACCOUNT}:user/test", "userId": "test", "id": "x"}

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        if not args.custom:
            return "", {}
        return f"{args.name}-id", {**_computed(args), **args.inputs}


def _computed(args: mocks.MockResourceArgs) -> dict[str, Any]:
    """Return what the service would add, enough for every output that the program reads."""
    name = args.inputs.get("name") or args.inputs.get("identifier") or args.name
    service = args.typ.split(":")[1].split("/")[0]
    form = ARNS.get(args.typ, f"{service}:{REGION}:{ACCOUNT}:{{name}}")
    arn = "arn:aws:" + form.format(name=name, function=args.inputs.get("functionName"))
    return {
        "arn": arn,
        "invokeArn": f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{arn}/invocations",
        "version": "1",
        "versionNumber": 1,
        "environmentId": f"{args.name}-env",
        "configurationProfileId": f"{args.name}-profile",
        "apiEndpoint": "https://api.example",
        "executionArn": f"arn:aws:execute-api:{REGION}:{ACCOUNT}:api",
        "endpoint": "proxy.example",
        "address": "instance.example",
        "dnsEntries": [{"dnsName": "vpce-1.secretsmanager.example"}, {"dnsName": "vpce-1-a.zone.example"}],
        "resourceId": "db-ABCDEFGHIJKL",
        "masterUserSecrets": [{"secretArn": f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:rds!{name}"}],
    }


def _in_clear(sent: Any) -> dict[str, Any]:
    """Return the inputs in clear text; the provider's SDK marks some as secrets, flag documents included."""
    return {key: rpc.unwrap_rpc_secret(value) for key, value in rpc.deserialize_properties(sent).items()}


class _Monitor(mocks.MockMonitor):
    def __init__(self, program: Program) -> None:
        super().__init__(_Mocks(program))
        self._program = program

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the protocol's name
        answer = super().RegisterResource(request)  # type: ignore[no-untyped-call]
        if request.type == "pulumi:pulumi:Stack":
            return answer
        self._program.resources.append(
            Recorded(
                token=request.type,
                name=request.name,
                urn=answer.urn,
                parent=request.parent,
                custom=request.custom,
                inputs=_in_clear(request.object),
                sources={key: frozenset(found.urns) for key, found in request.propertyDependencies.items()},
                depends_on=frozenset(request.dependencies),
                ignore_changes=tuple(request.ignoreChanges),
                protect=request.protect,
                retain_on_delete=request.retainOnDelete,
                provider=request.provider,
            )
        )
        return answer


def record(build: Callable[[], Any], project: str = PROJECT) -> Program:
    """Run a program to its end and return what it registered.

    Args:
        build: The program. Outputs in the mapping that it returns are resolved into ``Program.outputs``.
        project: Project whose configuration the program reads.
    """
    _need_loop()
    program = Program()
    mocks.set_mocks(_Mocks(program), project=project, stack=STACK, preview=False, monitor=_Monitor(program))

    # Without this wrapper the program's end is not awaited, and a failure inside `apply` is swallowed.
    @pulumi.runtime.test  # type: ignore[untyped-decorator]
    def run() -> Any:
        built = build()
        return pulumi.Output.from_input(built or {}).apply(program.outputs.update)

    run()
    return program


def _need_loop() -> None:
    """Give the thread an event loop: Pulumi needs one, and tests with their own loop remove it."""
    try:
        asyncio.get_event_loop_policy().get_event_loop()
    except RuntimeError:
        asyncio.set_event_loop(asyncio.new_event_loop())
