"""EC2: security groups, their rules and interface endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localaws.provider.cloud import PARTITION, answer
from localaws.provider.model import Change, Lifecycle, ResourceType, keys
from localaws.provider.policy_text import given_back, kept
from localaws.provider.types.shape import pairs, request, response, retag

if TYPE_CHECKING:
    from collections.abc import Callable

    from localaws.provider.cloud import Cloud
    from localaws.provider.wire import Properties


def _tags(kind: str, properties: Properties) -> dict[str, Any]:
    """Return the tag argument, or nothing without tags: the API rejects an empty list of tags."""
    given = properties.get("tagsAll")
    return {"TagSpecifications": [{"ResourceType": kind, "Tags": pairs(given)}]} if given else {}


def _retag(cloud: Cloud, change: Change) -> None:
    client, where = cloud.client("ec2"), [change.identifier]
    retag(
        change.old,
        change.new,
        lambda tags: client.create_tags(Resources=where, Tags=pairs(tags)),
        lambda gone: client.delete_tags(Resources=where, Tags=[{"Key": key} for key in gone]),
    )


def _create_group(cloud: Cloud, properties: Properties) -> str:
    """Create a security group without the egress rule that EC2 adds; the real provider removes that rule too.

    https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/security_group
    """
    client = cloud.client("ec2")
    asked = request(properties, "description vpcId", GroupName="name")
    made = client.create_security_group(
        **{"Description" if key == "description" else key: value for key, value in asked.items()},
        **_tags("security-group", properties),
    )
    identifier = str(made["GroupId"])
    outward = client.describe_security_groups(GroupIds=[identifier])["SecurityGroups"][0][
        "IpPermissionsEgress"
    ]
    if outward:
        client.revoke_security_group_egress(GroupId=identifier, IpPermissions=outward)
    return identifier


def _read_group(cloud: Cloud, identifier: str, _known: Properties) -> Properties | None:
    found = answer(cloud.client("ec2").describe_security_groups, GroupIds=[identifier])
    if found is None:
        return None
    group = found["SecurityGroups"][0]
    return {
        "name": group["GroupName"],
        "arn": cloud.arn("ec2", f"security-group/{identifier}"),
        "ownerId": group["OwnerId"],
        **response(group, "description vpcId"),
        "ingress": [_inline(rule, identifier) for rule in group["IpPermissions"]],
        "egress": [_inline(rule, identifier) for rule in group["IpPermissionsEgress"]],
    }


def _inline(rule: dict[str, Any], group: str) -> Properties:
    """Return a rule as the group itself lists it, including rules that are resources of their own."""
    groups = [pair["GroupId"] for pair in rule.get("UserIdGroupPairs", [])]
    return {
        "protocol": rule["IpProtocol"],
        "fromPort": rule.get("FromPort", 0),
        "toPort": rule.get("ToPort", 0),
        "cidrBlocks": [one["CidrIp"] for one in rule.get("IpRanges", [])],
        "ipv6CidrBlocks": [one["CidrIpv6"] for one in rule.get("Ipv6Ranges", [])],
        "prefixListIds": [one["PrefixListId"] for one in rule.get("PrefixListIds", [])],
        "securityGroups": [one for one in groups if one != group],
        "self": group in groups,
        "description": "",
    }


def _delete_group(cloud: Cloud, identifier: str, _state: Properties) -> None:
    cloud.client("ec2").delete_security_group(GroupId=identifier)


_SOURCE = "cidrIpv4 cidrIpv6 description fromPort ipProtocol prefixListId referencedSecurityGroupId toPort"


def _permission(properties: Properties) -> dict[str, Any]:
    description = request(properties, "description")
    result = request(properties, "ipProtocol fromPort toPort")
    sources = {
        "IpRanges": ("CidrIp", "cidrIpv4"),
        "Ipv6Ranges": ("CidrIpv6", "cidrIpv6"),
        "PrefixListIds": ("PrefixListId", "prefixListId"),
        "UserIdGroupPairs": ("GroupId", "referencedSecurityGroupId"),
    }
    for name, (key, source) in sources.items():
        if properties.get(source) is not None:
            result[name] = [{key: properties[source], **description}]
    return result


def _authorize(way: str) -> Callable[[Cloud, Properties], str]:
    def create(cloud: Cloud, properties: Properties) -> str:
        made = getattr(cloud.client("ec2"), f"authorize_security_group_{way}")(
            GroupId=properties["securityGroupId"],
            IpPermissions=[_permission(properties)],
            **_tags("security-group-rule", properties),
        )
        return str(made["SecurityGroupRules"][0]["SecurityGroupRuleId"])

    return create


def _read_rule(cloud: Cloud, identifier: str, _known: Properties) -> Properties | None:
    found = cloud.client("ec2").describe_security_group_rules(SecurityGroupRuleIds=[identifier])
    if not found["SecurityGroupRules"]:
        return None
    rule = found["SecurityGroupRules"][0]
    return {
        **response(rule, "cidrIpv4 cidrIpv6 description fromPort ipProtocol prefixListId toPort"),
        "arn": cloud.arn("ec2", f"security-group-rule/{identifier}"),
        "securityGroupId": rule["GroupId"],
        "securityGroupRuleId": identifier,
        "referencedSecurityGroupId": rule.get("ReferencedGroupInfo", {}).get("GroupId"),
    }


def _update_rule(cloud: Cloud, change: Change) -> None:
    if change.keys & keys(_SOURCE):
        rule = request(
            change.new,
            "cidrIpv4 cidrIpv6 description fromPort ipProtocol prefixListId toPort",
            ReferencedGroupId="referencedSecurityGroupId",
        )
        cloud.client("ec2").modify_security_group_rules(
            GroupId=change.new["securityGroupId"],
            SecurityGroupRules=[{"SecurityGroupRuleId": change.identifier, "SecurityGroupRule": rule}],
        )
    _retag(cloud, change)


def _revoke(way: str) -> Callable[[Cloud, str, Properties], None]:
    def delete(cloud: Cloud, identifier: str, state: Properties) -> None:
        getattr(cloud.client("ec2"), f"revoke_security_group_{way}")(
            GroupId=state["securityGroupId"], SecurityGroupRuleIds=[identifier]
        )

    return delete


def _create_endpoint(cloud: Cloud, properties: Properties) -> str:
    made = cloud.client("ec2").create_vpc_endpoint(
        **request(
            properties,
            "vpcId serviceName vpcEndpointType subnetIds securityGroupIds routeTableIds privateDnsEnabled",
            PolicyDocument="policy",
        ),
        **_tags("vpc-endpoint", properties),
    )
    return str(made["VpcEndpoint"]["VpcEndpointId"])


def _read_endpoint(cloud: Cloud, identifier: str, known: Properties) -> Properties | None:
    found = answer(cloud.client("ec2").describe_vpc_endpoints, VpcEndpointIds=[identifier])
    if found is None:
        return None
    endpoint = found["VpcEndpoints"][0]
    names = endpoint.get("DnsEntries", [])
    return {
        **response(
            endpoint,
            "vpcId serviceName vpcEndpointType state subnetIds routeTableIds privateDnsEnabled ownerId "
            "requesterManaged ipAddressType serviceRegion",
        ),
        "policy": kept(known.get("policy"), given_back(endpoint["PolicyDocument"])),
        "arn": f"arn:{PARTITION}:ec2:{cloud.region}:{endpoint['OwnerId']}:vpc-endpoint/{identifier}",
        "securityGroupIds": [group["GroupId"] for group in endpoint.get("Groups", [])],
        "dnsEntries": [{"dnsName": one["DnsName"], "hostedZoneId": one["HostedZoneId"]} for one in names],
        "dnsOptions": {"dnsRecordIpType": endpoint.get("DnsOptions", {}).get("DnsRecordIpType")},
        "networkInterfaceIds": endpoint.get("NetworkInterfaceIds", []),
        "cidrBlocks": [],
        "prefixListId": "",
    }


def _update_endpoint(cloud: Cloud, change: Change) -> None:
    asked: dict[str, Any] = {}
    if "policy" in change.keys:
        asked |= request(change.new, "", PolicyDocument="policy")
    if "privateDnsEnabled" in change.keys:
        asked["PrivateDnsEnabled"] = bool(change.new.get("privateDnsEnabled"))
    for name, word in {"subnetIds": "SubnetIds", "securityGroupIds": "SecurityGroupIds"}.items():
        before, after = (set(side.get(name) or []) for side in (change.state, change.new))
        if name in change.keys:
            asked |= {f"Add{word}": sorted(after - before), f"Remove{word}": sorted(before - after)}
    if asked:
        cloud.client("ec2").modify_vpc_endpoint(VpcEndpointId=change.identifier, **asked)
    _retag(cloud, change)


def _delete_endpoint(cloud: Cloud, identifier: str, _state: Properties) -> None:
    cloud.client("ec2").delete_vpc_endpoints(VpcEndpointIds=[identifier])


def _rule(token: str, way: str) -> ResourceType:
    return ResourceType(
        token,
        Lifecycle(_authorize(way), _read_rule, _revoke(way), _update_rule),
        replace=keys("securityGroupId"),
    )


TYPES = (
    ResourceType(
        "aws:ec2/securityGroup:SecurityGroup",
        Lifecycle(_create_group, _read_group, _delete_group, _retag),
        replace=keys("name namePrefix vpcId description"),
        defaults={"description": "Managed by Pulumi", "revokeRulesOnDelete": False},
        computed=keys("ingress egress vpcId"),
        autoname="name",
    ),
    _rule("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "ingress"),
    _rule("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "egress"),
    ResourceType(
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        Lifecycle(_create_endpoint, _read_endpoint, _delete_endpoint, _update_endpoint),
        replace=keys(
            "vpcId serviceName vpcEndpointType serviceRegion serviceNetworkArn resourceConfigurationArn"
        ),
        defaults={"vpcEndpointType": "Gateway"},
        computed=keys(
            "policy privateDnsEnabled routeTableIds securityGroupIds subnetIds ipAddressType dnsOptions "
            "serviceRegion subnetConfigurations"
        ),
        unordered=keys("subnetIds securityGroupIds routeTableIds"),
        policies=keys("policy"),
    ),
)
