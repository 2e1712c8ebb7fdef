"""A running cloud's EC2 refuses what EC2 refuses, and shows an interface endpoint whole."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from localaws.local_network import network_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from localaws.tests.cloud.live import Live

TO_POSTGRES = {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432}


@pytest.fixture(scope="module")
def network(live: Live) -> dict[str, Any]:
    """A client, a VPC, two subnets."""
    client = live.client("ec2")
    return {"ec2": client, **network_settings(client)}


@pytest.fixture
def group(network: dict[str, Any], request: pytest.FixtureRequest) -> str:
    """A security group of this test's own."""
    made = network["ec2"].create_security_group(
        GroupName=request.node.name, Description="d", VpcId=network["vpcId"]
    )
    return str(made["GroupId"])


def refusal(call: Callable[..., Any], **arguments: Any) -> str:
    """Code of a refusal."""
    with pytest.raises(ClientError) as refused:
        call(**arguments)
    return str(refused.value.response["Error"]["Code"])


def endpoint(network: dict[str, Any], group: str, **more: Any) -> dict[str, Any]:
    """An interface endpoint of Secrets Manager."""
    made: dict[str, Any] = network["ec2"].create_vpc_endpoint(
        **{
            "VpcId": network["vpcId"],
            "ServiceName": "com.amazonaws.us-east-1.secretsmanager",
            "VpcEndpointType": "Interface",
            "SubnetIds": network["subnetIds"][:1],
            "SecurityGroupIds": [group],
            "PrivateDnsEnabled": False,
            **more,
        }
    )["VpcEndpoint"]
    return made


def test_nothing_is_made_in_a_network_that_is_not_there(network: dict[str, Any], group: str) -> None:
    """Neither VPC nor subnet nor group may be invented."""
    ec2 = network["ec2"]
    nowhere = {"GroupName": "x", "Description": "d", "VpcId": "vpc-0be7a00000000000a"}
    assert refusal(ec2.create_security_group, **nowhere) == "InvalidVpcID.NotFound"
    wrong = {
        "InvalidVpcID.NotFound": {"VpcId": "vpc-0be7a00000000000a"},
        "InvalidSubnetId.NotFound": {"SubnetIds": ["subnet-0be7a00000000000a"]},
        "InvalidGroup.NotFound": {"SecurityGroupIds": ["sg-0be7a00000000000a"]},
    }
    for code, changed in wrong.items():
        assert refusal(lambda c=changed: endpoint(network, group, **c)) == code
    rule = {**TO_POSTGRES, "UserIdGroupPairs": [{"GroupId": "sg-0be7a00000000000a"}]}
    assert (
        refusal(ec2.authorize_security_group_ingress, GroupId=group, IpPermissions=[rule])
        == "InvalidGroup.NotFound"
    )


@pytest.mark.parametrize("way", ["ingress", "egress"])
def test_a_rule_is_made_once(network: dict[str, Any], group: str, way: str) -> None:
    """The second time it is there already, in either direction."""
    authorize = getattr(network["ec2"], f"authorize_security_group_{way}")
    rule = {**TO_POSTGRES, "UserIdGroupPairs": [{"GroupId": group}]}
    authorize(GroupId=group, IpPermissions=[rule])
    assert refusal(authorize, GroupId=group, IpPermissions=[rule]) == "InvalidPermission.Duplicate"


def test_a_group_in_use_is_not_deleted(network: dict[str, Any], group: str) -> None:
    """An endpoint, a database's proxy or another group's rule keeps it; itself does not."""
    ec2, delete = network["ec2"], network["ec2"].delete_security_group
    made = endpoint(network, group)
    assert refusal(delete, GroupId=group) == "DependencyViolation"
    ec2.delete_vpc_endpoints(VpcEndpointIds=[made["VpcEndpointId"]])
    other = ec2.create_security_group(GroupName="other", Description="d", VpcId=network["vpcId"])["GroupId"]
    for member in (other, group):
        rule = {**TO_POSTGRES, "UserIdGroupPairs": [{"GroupId": group}]}
        ec2.authorize_security_group_ingress(GroupId=member, IpPermissions=[rule])
    assert refusal(delete, GroupId=group) == "DependencyViolation"
    delete(GroupId=other)
    delete(GroupId=group)


def test_a_database_keeps_its_groups_and_a_proxy_too(live: Live, network: dict[str, Any], group: str) -> None:
    """RDS has network interfaces in them."""
    live.client("rds").create_db_proxy(
        DBProxyName="keeps",
        EngineFamily="POSTGRESQL",
        RoleArn="arn:aws:iam::000000000000:role/proxy-of-reads",
        VpcSubnetIds=network["subnetIds"],
        VpcSecurityGroupIds=[group],
        Auth=[],
    )
    assert refusal(network["ec2"].delete_security_group, GroupId=group) == "DependencyViolation"


def test_an_endpoint_shows_its_groups_its_policy_and_its_names(network: dict[str, Any], group: str) -> None:
    """The region's name first; an open policy where none was given, which is then changed."""
    ec2 = network["ec2"]
    made = endpoint(network, group)
    identifier = made["VpcEndpointId"]
    assert [one["GroupId"] for one in made["Groups"]] == [group]
    assert json.loads(made["PolicyDocument"])["Statement"][0]["Principal"] == "*"
    names = [one["DnsName"] for one in made["DnsEntries"]]
    assert names[0].startswith(f"{identifier}-local000.secretsmanager.us-east-1")
    assert "-us-east-1a." in names[1]
    policy = json.dumps(
        {"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "<&>"}]}
    )
    ec2.modify_vpc_endpoint(VpcEndpointId=identifier, PolicyDocument=policy, RemoveSecurityGroupIds=[group])
    shown = ec2.describe_vpc_endpoints(VpcEndpointIds=[identifier])["VpcEndpoints"][0]
    assert (shown["PolicyDocument"], shown["Groups"]) == (policy, [])
    gone = {"VpcEndpointIds": ["vpce-0be7a00000000000a"]}
    assert refusal(ec2.describe_vpc_endpoints, **gone) == "InvalidVpcEndpointId.NotFound"
