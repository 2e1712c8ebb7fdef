"""RDS PostgreSQL behind RDS Proxy: private, encrypted, in UTC, its password known to nobody."""

from typing import TypedDict

import pulumi
import pulumi_aws as aws

from components.names import Place
from components.permissions import document, trust
from components.prisma_function import DatabaseConnection

PORT = 5432
MAJOR = "17"
"""Of PostgreSQL; RDS applies minor versions by itself."""


class DatabaseArgs(TypedDict):
    """Arguments of `Database`."""

    prefix: str
    account: pulumi.Input[str]
    region: str
    vpc_id: str
    subnet_ids: list[str]
    """At least two zones, none of them use1-az3, where RDS Proxy is not."""
    instance_class: str
    multi_az: bool
    protect: bool
    """Refuses deletion, on AWS and in Pulumi, and keeps a final snapshot."""


class Database(pulumi.ComponentResource):
    """Instance, proxy, and the security groups between functions, proxy and instance."""

    host: pulumi.Output[str]
    """The proxy's endpoint."""
    connect_arn: pulumi.Output[str]
    """Resource of ``rds-db:connect`` for the functions' IAM authentication."""
    client_security_group: pulumi.Output[str]
    """For whoever may connect."""

    def __init__(self, name: str, args: DatabaseArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("canary:index:Database", name, {}, opts)
        self._name, self._args = name, args
        # PostgreSQL wants no hyphens in names that are not quoted.
        self._user = args["prefix"].replace("-", "_")
        clients = self._group("clients", "Functions that read through the proxy")
        proxy_group = self._group("proxy", "The proxy")
        instance_group = self._group("instance", "The instance")
        self._allow("clients-to-proxy", clients, proxy_group)
        self._allow("proxy-to-instance", proxy_group, instance_group)
        instance = self._instance(instance_group)
        proxy = self._proxy(instance, proxy_group)
        self.host = proxy.endpoint
        self.client_security_group = clients.id
        # IAM knows the proxy by the last part of its ARN, prx-...:
        # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.IAMPolicy.html
        resource = proxy.arn.apply(lambda arn: arn.rsplit(":", 1)[-1])
        self.connect_arn = Place(args["region"], args["account"]).arn(
            "rds-db", pulumi.Output.concat("dbuser:", resource, "/", self._user)
        )
        self.register_outputs(
            {
                "host": self.host,
                "connectArn": self.connect_arn,
                "clientSecurityGroup": self.client_security_group,
            }
        )

    @property
    def connection(self) -> DatabaseConnection:
        """How a unit's Prisma functions reach this database."""
        return {
            "host": self.host,
            "port": PORT,
            "name": self._user,
            "user": self._user,
            "tls": "verify-full",
            "connect_arn": self.connect_arn,
            "vpc": {
                "subnet_ids": self._args["subnet_ids"],
                "security_group_ids": [self.client_security_group],
            },
        }

    def _group(self, role: str, description: str) -> aws.ec2.SecurityGroup:
        return aws.ec2.SecurityGroup(
            f"{self._name}-{role}",
            name=f"{self._args['prefix']}-database-{role}",
            description=description,
            vpc_id=self._args["vpc_id"],
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _allow(self, role: str, source: aws.ec2.SecurityGroup, target: aws.ec2.SecurityGroup) -> None:
        child = pulumi.ResourceOptions(parent=self)
        aws.vpc.SecurityGroupIngressRule(
            f"{self._name}-{role}-in",
            security_group_id=target.id,
            referenced_security_group_id=source.id,
            ip_protocol="tcp",
            from_port=PORT,
            to_port=PORT,
            opts=child,
        )
        aws.vpc.SecurityGroupEgressRule(
            f"{self._name}-{role}-out",
            security_group_id=source.id,
            referenced_security_group_id=target.id,
            ip_protocol="tcp",
            from_port=PORT,
            to_port=PORT,
            opts=child,
        )

    def _instance(self, group: aws.ec2.SecurityGroup) -> aws.rds.Instance:
        args, child, prefix = self._args, pulumi.ResourceOptions(parent=self), self._args["prefix"]
        subnets = aws.rds.SubnetGroup(
            f"{self._name}-subnets", name=f"{prefix}-database", subnet_ids=args["subnet_ids"], opts=child
        )
        parameters = aws.rds.ParameterGroup(
            f"{self._name}-parameters",
            name=f"{prefix}-postgres{MAJOR}",
            family=f"postgres{MAJOR}",
            # The driver takes every timestamp for UTC, whatever offset the server sends.
            parameters=[{"name": "timezone", "value": "UTC"}, {"name": "rds.force_ssl", "value": "1"}],
            opts=child,
        )
        return aws.rds.Instance(
            f"{self._name}-instance",
            identifier=f"{prefix}-database",
            engine="postgres",
            engine_version=MAJOR,
            instance_class=args["instance_class"],
            allocated_storage=20,
            max_allocated_storage=200,
            storage_type="gp3",
            storage_encrypted=True,
            db_name=self._user,
            username=self._user,
            manage_master_user_password=True,
            multi_az=args["multi_az"],
            publicly_accessible=False,
            db_subnet_group_name=subnets.name,
            parameter_group_name=parameters.name,
            vpc_security_group_ids=[group.id],
            backup_retention_period=7,
            copy_tags_to_snapshot=True,
            enabled_cloudwatch_logs_exports=["postgresql"],
            deletion_protection=args["protect"],
            skip_final_snapshot=not args["protect"],
            final_snapshot_identifier=f"{prefix}-database-final" if args["protect"] else None,
            opts=pulumi.ResourceOptions(parent=self, protect=args["protect"]),
        )

    def _proxy(self, instance: aws.rds.Instance, group: aws.ec2.SecurityGroup) -> aws.rds.Proxy:
        """It speaks IAM with functions, and with the instance the password that RDS keeps and rotates."""
        args, child, prefix = self._args, pulumi.ResourceOptions(parent=self), self._args["prefix"]
        role = aws.iam.Role(
            f"{self._name}-proxy-role",
            name=f"{prefix}-database-proxy",
            assume_role_policy=trust("rds.amazonaws.com", args["account"]),
            opts=child,
        )
        secret = instance.master_user_secrets[0].secret_arn
        policy = aws.iam.RolePolicy(
            f"{self._name}-proxy-policy",
            role=role.name,
            policy=document([{"actions": ["secretsmanager:GetSecretValue"], "resources": [secret]}]),
            opts=child,
        )
        proxy = aws.rds.Proxy(
            f"{self._name}-proxy",
            name=f"{prefix}-database",
            engine_family="POSTGRESQL",
            role_arn=role.arn,
            vpc_subnet_ids=args["subnet_ids"],
            vpc_security_group_ids=[group.id],
            require_tls=True,
            auths=[{"auth_scheme": "SECRETS", "iam_auth": "REQUIRED", "secret_arn": secret}],
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
        )
        targets = aws.rds.ProxyDefaultTargetGroup(
            f"{self._name}-proxy-pool",
            db_proxy_name=proxy.name,
            connection_pool_config={"max_connections_percent": 80, "connection_borrow_timeout": 3},
            opts=child,
        )
        aws.rds.ProxyTarget(
            f"{self._name}-proxy-target",
            db_proxy_name=proxy.name,
            target_group_name=targets.name,
            db_instance_identifier=instance.identifier,
            opts=child,
        )
        return proxy
