"""The local RDS refuses what RDS refuses, and comes back with what RDS makes of what it was given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from localaws.cloud.clock import Clock
from localaws.cloud.rds.instances import TAKES_S
from localaws.cloud.rds.rds import Rds
from localaws.cloud.rds.surroundings import Surroundings

if TYPE_CHECKING:
    from collections.abc import Callable

VPC, SUBNETS, GROUP = "vpc-1", ["subnet-a", "subnet-b"], "sg-1"
LOGS = "/aws/rds/instance/reads/postgresql"


class World:
    """What RDS reaches into, remembered."""

    def __init__(self) -> None:
        self.at = 0.0
        self.kept: dict[str, str] = {}
        self.lines: list[tuple[str, str, str]] = []

    def subnet(self, identifier: str) -> dict[str, Any] | None:
        zones = {**dict(zip(SUBNETS, ("us-east-1a", "us-east-1b"), strict=True)), "subnet-c": "us-east-1a"}
        known = {"VpcId": VPC, "AvailabilityZone": zones.get(identifier)}
        return known if identifier in zones else None

    def group_vpc(self, identifier: str) -> str | None:
        return {GROUP: VPC, "sg-elsewhere": "vpc-2"}.get(identifier)

    def make(self, name: str, text: str) -> str:
        self.kept[f"arn:{name}"] = text
        return f"arn:{name}"

    def remove(self, arn: str) -> None:
        del self.kept[arn]

    def log(self, group: str, stream: str, line: str) -> None:
        self.lines.append((group, stream, line))


@pytest.fixture
def world() -> World:
    """Everything around RDS."""
    return World()


@pytest.fixture
def rds(world: World, client_of: Callable[..., Any]) -> Any:
    """A client of an RDS that has a subnet group and a parameter group."""
    served = Rds(Clock(1.0, lambda: world.at), Surroundings(world, world, world.log))
    client = client_of("rds", served.handle, parameter_validation=False)
    client.create_db_subnet_group(
        DBSubnetGroupName="reads", DBSubnetGroupDescription="d", SubnetIds=SUBNETS, Tags=[]
    )
    client.create_db_parameter_group(
        DBParameterGroupName="reads", DBParameterGroupFamily="postgres17", Description="d"
    )
    return client


def create(rds: Any, **changed: Any) -> dict[str, Any]:
    """An instance that waits to be made."""
    asked = {
        "DBInstanceIdentifier": "reads",
        "DBInstanceClass": "db.t4g.small",
        "Engine": "postgres",
        "EngineVersion": "17",
        "AllocatedStorage": 20,
        "StorageType": "gp3",
        "MasterUsername": "reads",
        "ManageMasterUserPassword": True,
        "DBSubnetGroupName": "reads",
        "DBParameterGroupName": "reads",
        "VpcSecurityGroupIds": [GROUP],
        "EnableCloudwatchLogsExports": ["postgresql"],
        "DeletionProtection": False,
        **changed,
    }
    made: dict[str, Any] = rds.create_db_instance(
        **{name: value for name, value in asked.items() if value is not None}
    )["DBInstance"]
    return made


def made(rds: Any, world: World, **changed: Any) -> Any:
    """An instance that is available."""
    create(rds, **changed)
    world.at += TAKES_S
    return rds.describe_db_instances(DBInstanceIdentifier="reads")["DBInstances"][0]


def refusal(call: Callable[..., Any], *given: Any, **arguments: Any) -> str:
    """Code and message of a refusal."""
    with pytest.raises(ClientError) as refused:
        call(*given, **arguments)
    error = refused.value.response["Error"]
    return f"{error['Code']}: {error['Message']}"


LAST = {"DBInstanceIdentifier": "reads", "FinalDBSnapshotIdentifier": "last"}
SKIP = {"DBInstanceIdentifier": "reads", "SkipFinalSnapshot": True}


def test_a_protected_instance_is_not_deleted_until_protection_is_off(rds: Any, world: World) -> None:
    """Protection goes at once, without ApplyImmediately."""
    made(rds, world, DeletionProtection=True)
    said = refusal(rds.delete_db_instance, **SKIP)
    assert said.startswith("InvalidParameterCombination: Cannot delete protected DB Instance")
    rds.modify_db_instance(DBInstanceIdentifier="reads", DeletionProtection=False)
    assert rds.delete_db_instance(**SKIP)["DBInstance"]["DBInstanceStatus"] == "deleting"


def test_the_last_snapshot_has_a_name_that_is_free(rds: Any, world: World) -> None:
    """The second instance of a name finds the first one's last snapshot in its way."""
    made(rds, world)
    assert "FinalDBSnapshotIdentifier is required" in refusal(
        rds.delete_db_instance, DBInstanceIdentifier="reads", SkipFinalSnapshot=False
    )
    assert "can not be specified" in refusal(rds.delete_db_instance, **SKIP, FinalDBSnapshotIdentifier="x")
    rds.delete_db_instance(**LAST)
    world.at += TAKES_S
    made(rds, world)
    assert refusal(rds.delete_db_instance, **LAST).startswith("DBSnapshotAlreadyExists")
    rds.delete_db_snapshot(DBSnapshotIdentifier="last")
    rds.delete_db_instance(**LAST)
    assert [one["DBSnapshotIdentifier"] for one in rds.describe_db_snapshots()["DBSnapshots"]] == ["last"]


def test_what_an_instance_uses_stays_until_it_is_gone(rds: Any, world: World) -> None:
    """Deleting takes its time, and the groups are in use until its end."""
    made(rds, world)
    drop = (
        (rds.delete_db_subnet_group, {"DBSubnetGroupName": "reads"}, "InvalidDBSubnetGroupStateFault"),
        (rds.delete_db_parameter_group, {"DBParameterGroupName": "reads"}, "InvalidDBParameterGroupState"),
    )
    rds.delete_db_instance(**SKIP)
    for call, arguments, code in drop:
        assert refusal(call, **arguments).startswith(f"{code}: ")
    world.at += TAKES_S
    assert refusal(rds.delete_db_instance, **SKIP).startswith("DBInstanceNotFound")
    for call, arguments, _ in drop:
        call(**arguments)


def test_rds_leaves_its_log_group_and_takes_its_secret_away(rds: Any, world: World) -> None:
    """The secret is RDS's own; nothing of RDS removes the log group."""
    instance = made(rds, world)
    secret = instance["MasterUserSecret"]["SecretArn"]
    assert secret in world.kept
    assert {group for group, _, _ in world.lines} == {LOGS}
    world.lines.clear()
    rds.delete_db_instance(**SKIP)
    world.at += TAKES_S
    assert rds.describe_db_instances()["DBInstances"] == []
    assert world.kept == {}
    assert {group for group, _, _ in world.lines} == {LOGS}, "written to the very end"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"EngineVersion": "17.99x"}, "InvalidParameterCombination: Cannot find version 17.99x"),
        ({"EngineVersion": "16"}, "with DBParameterGroupFamily postgres17 can't be used for this instance"),
        ({"DBParameterGroupName": "none"}, "DBParameterGroupNotFound"),
        ({"DBSubnetGroupName": "none"}, "DBSubnetGroupNotFoundFault"),
        ({"VpcSecurityGroupIds": ["sg-none"]}, "InvalidParameterValue: Invalid security group"),
        ({"VpcSecurityGroupIds": ["sg-elsewhere"]}, "are in different VPCs"),
        ({"ManageMasterUserPassword": None}, "MasterUserPassword must be provided"),
        ({"MasterUserPassword": "secret12"}, "can't specify MasterUserPassword"),
        ({"MaxAllocatedStorage": 20}, "Max storage size must be greater than storage size"),
        ({"DBInstanceClass": None}, "Missing required parameter"),
        ({"Engine": "mysql"}, "does not run here"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_an_instance_that_cannot_be_is_refused(rds: Any, changed: dict[str, Any], said: str) -> None:
    """Each with its reason."""
    assert said in refusal(create, rds, **changed)


def test_names_are_taken_once(rds: Any, world: World) -> None:
    """Whatever the letters' case, which RDS does not keep."""
    made(rds, world)
    assert refusal(create, rds, DBInstanceIdentifier="Reads").startswith("DBInstanceAlreadyExists")
    assert refusal(
        rds.create_db_subnet_group,
        DBSubnetGroupName="READS",
        DBSubnetGroupDescription="d",
        SubnetIds=SUBNETS,
    ).startswith("DBSubnetGroupAlreadyExists")
    assert refusal(
        rds.create_db_parameter_group,
        DBParameterGroupName="reads",
        DBParameterGroupFamily="postgres17",
        Description="d",
    ).startswith("DBParameterGroupAlreadyExists")


@pytest.mark.parametrize("family", ["postgres9", "postgres017", "postgres99", "postgres", "mysql8.0", ""])
def test_a_family_that_rds_does_not_have_is_refused(rds: Any, family: str) -> None:
    """Old ones and misspelt ones alike."""
    assert "is not a valid parameter group family" in refusal(
        rds.create_db_parameter_group,
        DBParameterGroupName="other",
        DBParameterGroupFamily=family,
        Description="d",
    )


def parameter(rds: Any, group: str, name: str) -> tuple[str, str, str]:
    """Value, source and apply method, as RDS tells them."""
    found = rds.describe_db_parameters(DBParameterGroupName=group)["Parameters"]
    one = next(item for item in found if item["ParameterName"] == name)
    return one["ParameterValue"], one["Source"], one["ApplyMethod"]


def test_a_static_parameter_is_not_applied_at_once(rds: Any) -> None:
    """And a request with one of them changes nothing."""
    asked = [
        {"ParameterName": "log_statement", "ParameterValue": "ddl", "ApplyMethod": "immediate"},
        {"ParameterName": "max_connections", "ParameterValue": "50", "ApplyMethod": "immediate"},
    ]
    said = refusal(rds.modify_db_parameter_group, DBParameterGroupName="reads", Parameters=asked)
    assert said == "InvalidParameterCombination: cannot use immediate apply method for static parameter"
    assert rds.describe_db_parameters(DBParameterGroupName="reads", Source="user")["Parameters"] == []


@pytest.mark.parametrize("family", ["postgres13", "postgres17"])
def test_what_equals_the_familys_default_comes_back_as_the_familys(rds: Any, family: str) -> None:
    """Whatever method was asked for: a program that asks for ``immediate`` differs for ever."""
    rds.create_db_parameter_group(DBParameterGroupName="one", DBParameterGroupFamily=family, Description="d")
    rds.modify_db_parameter_group(
        DBParameterGroupName="one",
        Parameters=[
            {"ParameterName": "timezone", "ParameterValue": "UTC", "ApplyMethod": "immediate"},
            {"ParameterName": "rds.force_ssl", "ParameterValue": "1", "ApplyMethod": "pending-reboot"},
        ],
    )
    assert parameter(rds, "one", "timezone") == ("UTC", "system", "pending-reboot")
    source = "system" if family == "postgres17" else "user"
    assert parameter(rds, "one", "rds.force_ssl") == ("1", source, "pending-reboot")


def test_a_major_version_alone_leads_to_a_minor_one(rds: Any, world: World) -> None:
    """Which the program did not name; windows come in lower case, gp3 with its baseline."""
    instance = made(rds, world, PreferredMaintenanceWindow="Sun:05:00-Sun:05:30")
    assert instance["EngineVersion"].startswith("17.")
    assert instance["PreferredMaintenanceWindow"] == "sun:05:00-sun:05:30"
    assert (instance["Iops"], instance["StorageThroughput"]) == (3000, 125)


def test_some_changes_wait_for_the_maintenance_window(rds: Any, world: World) -> None:
    """Which never comes here: the old value is told until ApplyImmediately asks for it."""
    made(rds, world)
    asked = {"DBInstanceIdentifier": "reads", "DBInstanceClass": "db.r7g.large", "BackupRetentionPeriod": 3}
    waits = rds.modify_db_instance(**asked)["DBInstance"]
    assert (waits["DBInstanceClass"], waits["BackupRetentionPeriod"]) == ("db.t4g.small", 3)
    assert waits["PendingModifiedValues"] == {"DBInstanceClass": "db.r7g.large"}
    assert (
        rds.modify_db_instance(**asked, ApplyImmediately=True)["DBInstance"]["DBInstanceClass"]
        == "db.r7g.large"
    )


def test_a_subnet_group_covers_two_zones_of_one_vpc(rds: Any) -> None:
    """Neither one zone nor a subnet that is not there."""
    asked = {"DBSubnetGroupName": "other", "DBSubnetGroupDescription": "d"}
    said = refusal(rds.create_db_subnet_group, **asked, SubnetIds=["subnet-a", "subnet-c"])
    assert said.startswith("DBSubnetGroupDoesNotCoverEnoughAZs")
    said = refusal(rds.create_db_subnet_group, **asked, SubnetIds=["subnet-a", "subnet-none"])
    assert said.startswith("InvalidSubnet")


def test_a_proxy_takes_one_instance_that_is_available(rds: Any, world: World) -> None:
    """Neither one that is being made nor a second, and none before it is made itself."""
    asked = {
        "DBProxyName": "reads",
        "EngineFamily": "POSTGRESQL",
        "RoleArn": "arn:aws:iam::000000000000:role/proxy-of-reads",
        "VpcSubnetIds": SUBNETS,
        "VpcSecurityGroupIds": [GROUP],
        "Auth": [],
    }
    rds.create_db_proxy(**asked)
    assert refusal(rds.delete_db_proxy, DBProxyName="reads").startswith("InvalidDBProxyStateFault")
    create(rds)
    target = {"DBProxyName": "reads", "TargetGroupName": "default", "DBInstanceIdentifiers": ["reads"]}
    assert "CREATING" in refusal(rds.register_db_proxy_targets, **target)
    world.at += TAKES_S
    rds.register_db_proxy_targets(**target)
    assert refusal(rds.register_db_proxy_targets, **target).startswith("DBProxyTargetAlreadyRegisteredFault")
    assert refusal(rds.create_db_proxy, **asked).startswith("DBProxyAlreadyExistsFault")
    group = rds.describe_db_proxy_target_groups(DBProxyName="reads")["TargetGroups"][0]
    assert group["ConnectionPoolConfig"]["MaxIdleConnectionsPercent"] == 50
    rds.delete_db_proxy(DBProxyName="reads")
    world.at += TAKES_S
    assert refusal(rds.describe_db_proxies, DBProxyName="reads").startswith("DBProxyNotFoundFault")


def test_tags_follow_their_resource(rds: Any) -> None:
    """Added, removed, listed; none for what is not there."""
    arn = rds.describe_db_parameter_groups()["DBParameterGroups"][0]["DBParameterGroupArn"]
    rds.add_tags_to_resource(ResourceName=arn, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    rds.remove_tags_from_resource(ResourceName=arn, TagKeys=["a"])
    assert rds.list_tags_for_resource(ResourceName=arn)["TagList"] == [{"Key": "b", "Value": "2"}]
    assert refusal(rds.list_tags_for_resource, ResourceName=f"{arn}x").startswith("InvalidParameterValue")


def test_an_operation_that_does_not_run_here_is_refused_by_name(rds: Any) -> None:
    """Not answered with nothing."""
    assert "RDS's 'DescribeEvents' does not run here" in refusal(rds.describe_events)
