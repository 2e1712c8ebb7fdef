"""RDS PostgreSQL behind RDS Proxy: private, encrypted and in UTC. No one knows its password."""

from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from canary.unit.names import Names, role
from components.database.access import DatabaseConnection
from components.database.instance import instance_of
from components.database.secrets_endpoint import HTTPS, secrets_endpoint
from components.database.security_groups import allow, group
from components.functions.versioned_function import VpcArgs
from components.permissions import Statement, document, trust
from components.place import Place
from components.role_propagation import awaiting_role

PORT = 5432


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
    reads_as: NotRequired[str]
    """Default ``reader``, who may only SELECT; ``owner`` until the migrations have made it."""


class _ProxyAuth(TypedDict, total=False):
    default_auth_scheme: str
    auths: list[aws.rds.ProxyAuthArgsDict]


class Database(pulumi.ComponentResource):
    """Instance, proxy, the groups between functions, proxy and instance, and the migrations' way to both."""

    host: pulumi.Output[str]
    """The proxy's endpoint."""
    instance_host: pulumi.Output[str]
    """The instance's own, for migrations: locks and DDL would pin the proxy's connections."""
    secret_arn: pulumi.Output[str]
    """RDS's own secret of the user that owns the tables."""
    secrets_url: pulumi.Output[str]
    """Where that secret can be read from inside the network."""
    connect_arn: pulumi.Output[str]
    """Resource of ``rds-db:connect`` for the functions' IAM authentication."""
    client_security_group: pulumi.Output[str]
    """For whoever may connect to the proxy."""
    migration_security_group: pulumi.Output[str]
    """For whoever may connect to the instance and read the secret."""

    def __init__(self, name: str, args: DatabaseArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("canary:index:Database", name, {}, opts)
        self._name, self._args = name, args
        # Unquoted names in PostgreSQL cannot contain hyphens.
        self._owner = args["prefix"].replace("-", "_")
        self._reader = f"{self._owner}_reader"
        self._user = self._owner if args.get("reads_as") == "owner" else self._reader
        clients = self._group("clients", "Functions that read through the proxy")
        proxy_group = self._group("proxy", "The proxy")
        instance_group = self._group("instance", "The instance")
        migrations = self._group("migrations", "The function that migrates")
        self._allow("clients-to-proxy", clients, proxy_group)
        self._allow("proxy-to-instance", proxy_group, instance_group)
        self._allow("migrations-to-instance", migrations, instance_group)
        instance = instance_of(
            name,
            {
                "prefix": args["prefix"],
                "user": self._owner,
                "subnet_ids": args["subnet_ids"],
                "instance_class": args["instance_class"],
                "multi_az": args["multi_az"],
                "protect": args["protect"],
                "group": instance_group,
            },
            self,
        )
        self.instance_host = instance.address
        self.secret_arn = instance.master_user_secrets[0].secret_arn
        proxy = self._proxy(instance, proxy_group)
        self.secrets_url = self._secrets(migrations)
        self.host = proxy.endpoint
        self.client_security_group = clients.id
        self.migration_security_group = migrations.id
        # IAM identifies the proxy by the last part of its ARN, prx-...:
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
        """Connection settings for a unit's Prisma functions."""
        return {
            "host": self.host,
            "port": PORT,
            "name": self._owner,
            "user": self._user,
            "tls": "verify-full",
            "connect_arn": self.connect_arn,
            "vpc": self._inside(self.client_security_group),
            "proxied": True,
            "migrations": {
                "host": self.instance_host,
                "user": self._owner,
                "reader": self._reader,
                "alone": True,
                "secret_arn": self.secret_arn,
                "secrets_url": self.secrets_url,
                "vpc": self._inside(self.migration_security_group),
            },
        }

    def _as_reader(self, instance: aws.rds.Instance) -> pulumi.Output[str]:
        """Return the resource of the proxy's own ``rds-db:connect``, with the instance's resource id."""
        return Place(self._args["region"], self._args["account"]).arn(
            "rds-db", pulumi.Output.concat("dbuser:", instance.resource_id, "/", self._reader)
        )

    def _inside(self, member_of: pulumi.Output[str]) -> VpcArgs:
        return {"subnet_ids": self._args["subnet_ids"], "security_group_ids": [member_of]}

    def _group(self, part: str, description: str) -> aws.ec2.SecurityGroup:
        args, child = self._args, pulumi.ResourceOptions(parent=self)
        return group(self._name, args["prefix"], part, description, args["vpc_id"], child)

    def _allow(
        self, way: str, source: aws.ec2.SecurityGroup, target: aws.ec2.SecurityGroup, port: int = PORT
    ) -> None:
        allow(f"{self._name}-{way}", source, target, port, pulumi.ResourceOptions(parent=self))

    def _secrets(self, migrations: aws.ec2.SecurityGroup) -> pulumi.Output[str]:
        """Create the Secrets Manager endpoint, for the migrations alone.

        The reads and the proxy need no password from inside the network.
        """
        args, endpoint = self._args, self._group("secrets", "Endpoint of Secrets Manager")
        self._allow("migrations-to-secrets", migrations, endpoint, HTTPS)
        reader = role(Names(args["prefix"]).migrate)
        return secrets_endpoint(
            f"{self._name}-secrets-endpoint",
            {
                "region": args["region"],
                "account": args["account"],
                "vpc_id": args["vpc_id"],
                "subnet_id": args["subnet_ids"][0],
                "group": endpoint,
                "secret_arn": self.secret_arn,
                "reader": Place(args["region"], args["account"]).arn("iam", f"role/{reader}"),
            },
            pulumi.ResourceOptions(parent=self),
        )

    def _proxy(self, instance: aws.rds.Instance, group: aws.ec2.SecurityGroup) -> aws.rds.Proxy:
        """Create the proxy, which authenticates functions by IAM.

        If the functions connect as the reader, the proxy also uses IAM to connect to the instance, because
        the reader has no password. No document says how users with secrets and users with default IAM can be
        mixed in one proxy, so the proxy uses one or the other:
        https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-iam-setup.html
        """
        args, child, prefix = self._args, pulumi.ResourceOptions(parent=self), self._args["prefix"]
        if self._user == self._reader:
            auth: _ProxyAuth = {"default_auth_scheme": "IAM_AUTH"}
            may: Statement = {"actions": ["rds-db:connect"], "resources": [self._as_reader(instance)]}
        else:
            auth = {
                "auths": [{"auth_scheme": "SECRETS", "iam_auth": "REQUIRED", "secret_arn": self.secret_arn}]
            }
            may = {"actions": ["secretsmanager:GetSecretValue"], "resources": [self.secret_arn]}
        role = aws.iam.Role(
            f"{self._name}-proxy-role",
            name=f"{prefix}-database-proxy",
            assume_role_policy=trust("rds.amazonaws.com", args["account"], if_sent=True),
            opts=child,
        )
        policy = aws.iam.RolePolicy(
            f"{self._name}-proxy-policy",
            role=role.name,
            policy=document([may]),
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
            **auth,
            opts=pulumi.ResourceOptions(
                parent=self, depends_on=[policy], hooks=awaiting_role(f"{self._name}-proxy-role")
            ),
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
