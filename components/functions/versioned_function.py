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
"""What the provider takes for no reserved concurrency."""


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
    """One that AWS supports: python3.13 or nodejs24.x."""
    code: str
    """Path of the zip that `make setup` builds; its content decides whether a version is published."""
    environment: Mapping[str, pulumi.Input[str]]
    """Nothing secret: it stands in plain text in the function's configuration."""
    statements: list[Statement]
    """What the function may do besides its log and its traces."""
    timeout_s: int
    """Seconds, the work after the response included: overrunning it kills the sandbox."""
    memory_mb: int
    """Its share of a CPU goes with it."""
    log_retention_days: int
    reserved_concurrency: NotRequired[int | None]
    """Default none: what is reserved is taken from what the account has left."""
    vpc: NotRequired[VpcArgs | None]
    """Default none: outside any VPC, which needs no NAT to reach AWS."""
    retain: NotRequired[bool]
    """Default false. True keeps the log group when the function is destroyed."""


class VersionedFunction(pulumi.ComponentResource):
    """Role, log group, function with published versions, and the alias ``live``."""

    function_name: pulumi.Output[str]
    """The function's name."""
    arn: pulumi.Output[str]
    """The unqualified ARN; only for permissions that name the function itself."""
    alias_name: pulumi.Output[str]
    """``live``."""
    alias_arn: pulumi.Output[str]
    """What callers use."""
    alias_invoke_arn: pulumi.Output[str]
    """What API Gateway uses."""

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
            # CodeDeploy moves the alias. Nothing else about it may change: the provider sends version and
            # routing with every update, and would send what state remembers.
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
    """The function; it waits for its permissions, without which its first invocations would fail."""
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
    """What every function needs for itself.

    X-Ray's actions, and EC2's as Lambda uses them, take no resource but ``*``:
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
