"""A Lambda function with published versions behind the alias ``live``, which CodeDeploy moves."""

from collections.abc import Mapping
from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from canary.unit.names import ALIAS, log_group, role
from components.permissions import Statement, document, trust

TRACING = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
NETWORK = ["ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface"]
UNRESERVED = -1
"""The provider's value for no reserved concurrency."""


class VpcArgs(TypedDict):
    """Where a function's network interfaces are."""

    subnet_ids: pulumi.Input[list[str]]
    security_group_ids: list[pulumi.Input[str]]
    """At least one: Lambda takes no subnets without."""


class VersionedFunctionArgs(TypedDict):
    """Arguments of `VersionedFunction`."""

    function_name: str
    """Physical name."""
    handler: str
    runtime: str
    """Identifier of a runtime that AWS supports: python3.13 or nodejs24.x."""
    code: str
    """Path of the zip that `make setup` builds. New content publishes a new version."""
    environment: Mapping[str, pulumi.Input[str]]
    """Must hold no secret: the function's configuration shows it in plain text."""
    statements: list[Statement]
    """Permissions of the function besides its log and its traces."""
    timeout_s: int
    """Seconds, including the work after the response. Overrunning it kills the execution environment."""
    memory_mb: int
    """Lambda assigns CPU in proportion to it."""
    log_retention_days: int
    reserved_concurrency: NotRequired[int | None]
    """If omitted, nothing is reserved. A reservation comes out of the account's remaining concurrency."""
    vpc: NotRequired[VpcArgs | None]
    """If omitted, the function is outside any VPC and needs no NAT gateway to reach AWS."""
    retain: NotRequired[bool]
    """Default false. True keeps the log group when the function is destroyed."""


class VersionedFunction(pulumi.ComponentResource):
    """A function with published versions, its role and log group, and the alias ``live``."""

    function_name: pulumi.Output[str]
    """Name of the function."""
    arn: pulumi.Output[str]
    """Unqualified ARN; use it only in permissions that name the function itself."""
    alias_name: pulumi.Output[str]
    """Name of the alias, ``live``."""
    alias_arn: pulumi.Output[str]
    """ARN of the alias; callers use this one."""
    alias_invoke_arn: pulumi.Output[str]
    """Invocation ARN of the alias, for API Gateway."""

    def __init__(
        self, name: str, args: VersionedFunctionArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("canary:index:VersionedFunction", name, {}, opts)
        log = aws.cloudwatch.LogGroup(
            f"{name}-log",
            name=log_group(args["function_name"]),
            retention_in_days=args["log_retention_days"],
            opts=pulumi.ResourceOptions(parent=self, retain_on_delete=args.get("retain", False)),
        )
        execution, policy = self._role(name, args, log)
        function = _function(
            name, args, log, execution, pulumi.ResourceOptions(parent=self, depends_on=[policy])
        )
        alias = aws.lambda_.Alias(
            f"{name}-alias",
            name=ALIAS,
            function_name=function.name,
            function_version=function.version,
            # CodeDeploy moves the alias. Change nothing else about it: the provider sends version and routing
            # with every update, and would send the values that the state remembers.
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["functionVersion", "routingConfig"]),
        )
        self.function_name = function.name
        self.arn = function.arn
        self.alias_name = alias.name
        self.alias_arn = alias.arn
        self.alias_invoke_arn = alias.invoke_arn
        self.register_outputs(
            {
                "functionName": self.function_name,
                "arn": self.arn,
                "aliasName": self.alias_name,
                "aliasArn": self.alias_arn,
                "aliasInvokeArn": self.alias_invoke_arn,
            }
        )

    def _role(
        self, name: str, args: VersionedFunctionArgs, log: aws.cloudwatch.LogGroup
    ) -> tuple[aws.iam.Role, aws.iam.RolePolicy]:
        child = pulumi.ResourceOptions(parent=self)
        execution = aws.iam.Role(
            f"{name}-role",
            name=role(args["function_name"]),
            assume_role_policy=trust("lambda.amazonaws.com", None),
            opts=child,
        )
        own = _own_statements(log, in_vpc=args.get("vpc") is not None)
        policy = aws.iam.RolePolicy(
            f"{name}-policy", role=execution.name, policy=document([*args["statements"], *own]), opts=child
        )
        return execution, policy


def _function(
    name: str,
    args: VersionedFunctionArgs,
    log: aws.cloudwatch.LogGroup,
    execution: aws.iam.Role,
    opts: pulumi.ResourceOptions,
) -> aws.lambda_.Function:
    """Create the function once its permissions exist; without them its first invocations would fail."""
    vpc, reserved = args.get("vpc"), args.get("reserved_concurrency")
    return aws.lambda_.Function(
        f"{name}-function",
        name=args["function_name"],
        role=execution.arn,
        runtime=args["runtime"],
        handler=args["handler"],
        architectures=["x86_64"],
        code=pulumi.FileArchive(args["code"]),
        publish=True,
        timeout=args["timeout_s"],
        memory_size=args["memory_mb"],
        reserved_concurrent_executions=UNRESERVED if reserved is None else reserved,
        environment={"variables": dict(args["environment"])},
        tracing_config={"mode": "Active"},
        logging_config={"log_format": "Text", "log_group": log.name},
        vpc_config=None if vpc is None else _vpc_config(vpc),
        opts=opts,
    )


def _vpc_config(vpc: VpcArgs) -> aws.lambda_.FunctionVpcConfigArgsDict:
    return {"subnet_ids": vpc["subnet_ids"], "security_group_ids": vpc["security_group_ids"]}


def _own_statements(log: aws.cloudwatch.LogGroup, *, in_vpc: bool) -> list[Statement]:
    """Permissions that every function needs for its log, its traces and its network interfaces.

    X-Ray's actions, and EC2's as Lambda uses them, accept no resource but ``*``:
    https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html,
    https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions.
    """
    statements: list[Statement] = [
        {
            "actions": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "resources": [pulumi.Output.concat(log.arn, ":*")],
        },
        {"actions": TRACING, "resources": ["*"]},
    ]
    if in_vpc:
        statements.append({"actions": NETWORK, "resources": ["*"]})
    return statements
