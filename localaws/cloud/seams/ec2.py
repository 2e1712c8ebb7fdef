"""Correct MiniStack's EC2, which keeps security groups and endpoints, so that it refuses what AWS refuses.

What MiniStack lacks is added to its own functions. A security group in use cannot be deleted, a rule cannot
be created twice, and nothing can be created in a network that does not exist
(https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html). An interface endpoint has
security groups, a policy and DNS names of its own
(https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html).
"""

# ruff: noqa: SLF001 - a seam is the code that touches MiniStack's internals
from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from ministack.services import ec2, lambda_svc

from localaws.cloud.account import REGION

if TYPE_CHECKING:
    from collections.abc import Callable

    from localaws.cloud.seams.seams import Seams

    Answer = tuple[int, dict[str, str], bytes]
    Action = Callable[[dict[str, Any]], Answer]

OPEN_POLICY = {"Statement": [{"Action": "*", "Effect": "Allow", "Principal": "*", "Resource": "*"}]}
"""Policy of an endpoint that was created without a policy."""
ZONE_OF_ENDPOINTS = "Z7HUB22UULQXV"
"""Hosted zone of the DNS names of interface endpoints in us-east-1."""


class Network:
    """Subnets, security groups and endpoints, in the only account and region of a rehearsal.

    Args:
        seams: Runs calls to MiniStack in that account and region.
    """

    def __init__(self, seams: Seams) -> None:
        self._seams = seams
        self.used_elsewhere: Callable[[str], bool] = lambda _: False
        """Returns whether a service outside MiniStack has a network interface in the security group."""
        self._wrap("CreateSecurityGroup", self._in_a_vpc)
        self._wrap("DeleteSecurityGroup", self._unused)
        self._wrap("AuthorizeSecurityGroupIngress", _new_rule("IpPermissions"))
        self._wrap("AuthorizeSecurityGroupEgress", _new_rule("IpPermissionsEgress"))
        self._wrap("CreateVpcEndpoint", _in_the_network)
        self._wrap("DescribeVpcEndpoints", _known_endpoints)
        self._endpoints()

    def subnet(self, identifier: str) -> dict[str, Any] | None:
        """Return a subnet with its ``VpcId`` and ``AvailabilityZone``; ``None`` if it does not exist."""
        found: dict[str, Any] | None = self._seams.scoped(ec2._subnets.get, identifier)
        return found

    def group_vpc(self, identifier: str) -> str | None:
        """Return the VPC of a security group; ``None`` if the group does not exist."""
        group = self._seams.scoped(ec2._security_groups.get, identifier)
        return None if group is None else str(group["VpcId"])

    @staticmethod
    def _wrap(action: str, refused: Callable[[dict[str, Any]], Answer | None]) -> None:
        """Let `refused` check the parameters of an action before MiniStack carries it out."""
        do: Action = ec2._ACTION_MAP[action]
        ec2._ACTION_MAP[action] = lambda params: refused(params) or do(params)

    @staticmethod
    def _in_a_vpc(params: dict[str, Any]) -> Answer | None:
        return _unknown_vpc(ec2._p(params, "VpcId"))

    def _unused(self, params: dict[str, Any]) -> Answer | None:
        """Refuse to delete a security group that is in use.

        https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html
        """
        group = ec2._p(params, "GroupId")
        if self.used_elsewhere(group) or _in_ministack(group):
            return _error("DependencyViolation", f"resource {group} has a dependent object")
        return None

    @staticmethod
    def _endpoints() -> None:
        make: Action = ec2._ACTION_MAP["CreateVpcEndpoint"]
        modify: Action = ec2._ACTION_MAP["ModifyVpcEndpoint"]
        shown = ec2._vpce_fields_xml

        def making(params: dict[str, Any]) -> Answer:
            before = set(ec2._vpc_endpoints)
            answer = make(params)
            for identifier in set(ec2._vpc_endpoints) - before:
                _complete(ec2._vpc_endpoints[identifier], params)
                answer = ec2._xml(
                    200,
                    "CreateVpcEndpointResponse",
                    shown_whole(ec2._vpc_endpoints[identifier], "vpcEndpoint"),
                )
            return answer

        def modifying(params: dict[str, Any]) -> Answer:
            answer = modify(params)
            endpoint = ec2._vpc_endpoints.get(ec2._p(params, "VpcEndpointId"))
            if endpoint is not None:
                added = ec2._parse_member_list(params, "AddSecurityGroupId")
                removed = ec2._parse_member_list(params, "RemoveSecurityGroupId")
                endpoint["Groups"] = [one for one in [*endpoint["Groups"], *added] if one not in removed]
            return answer

        def shown_whole(endpoint: dict[str, Any], tag: str = "item") -> str:
            text: str = shown(endpoint, tag=tag)
            return f"{text[: text.rindex('</')]}{_rest(endpoint)}</{tag}>"

        ec2._vpce_fields_xml = shown_whole
        ec2._ACTION_MAP |= {"CreateVpcEndpoint": making, "ModifyVpcEndpoint": modifying}


def _error(code: str, message: str) -> Answer:
    refusal: Answer = ec2._error(code, message, 400)
    return refusal


def _unknown_vpc(identifier: str) -> Answer | None:
    if identifier and identifier not in ec2._vpcs:
        return _error("InvalidVpcID.NotFound", f"The vpc ID '{identifier}' does not exist")
    return None


def _unknown_group(identifier: str) -> Answer | None:
    if identifier not in ec2._security_groups:
        return _error("InvalidGroup.NotFound", f"The security group '{identifier}' does not exist")
    return None


def _in_ministack(group: str) -> bool:
    """Return whether a function, an endpoint or a rule of another group uses the group.

    Here a function's network interfaces are removed together with the function. On AWS they stay up to 20
    minutes longer: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
    """
    functions = (
        (version.get("config") or {}).get("VpcConfig") or {}
        for record in lambda_svc._functions.values()
        for version in (record, *record.get("versions", {}).values())
    )
    rules = (
        pair.get("GroupId")
        for other, record in ec2._security_groups.items()
        if other != group
        for rule in (*record["IpPermissions"], *record["IpPermissionsEgress"])
        for pair in rule["UserIdGroupPairs"]
    )
    return (
        any(group in (config.get("SecurityGroupIds") or []) for config in functions)
        or any(group in endpoint.get("Groups", []) for endpoint in ec2._vpc_endpoints.values())
        or group in set(rules)
    )


def _new_rule(where: str) -> Callable[[dict[str, Any]], Answer | None]:
    """Build a check that refuses rules that exist already or that name a group that does not exist.

    Args:
        where: Member of the group's record that holds the rules.
    """

    def refused(params: dict[str, Any]) -> Answer | None:
        group = ec2._security_groups.get(ec2._p(params, "GroupId"))
        rules = ec2._parse_ip_permissions(params, "IpPermissions")
        if group is None:
            return None
        for rule in rules:
            for pair in rule["UserIdGroupPairs"]:
                if (unknown := _unknown_group(pair.get("GroupId", ""))) is not None:
                    return unknown
            if any(ec2._rules_match(rule, known) for known in group[where]):
                return _error("InvalidPermission.Duplicate", "the specified rule already exists")
        return None

    return refused


def _in_the_network(params: dict[str, Any]) -> Answer | None:
    vpc = ec2._p(params, "VpcId")
    if (unknown := _unknown_vpc(vpc)) is not None:
        return unknown
    for subnet in ec2._parse_member_list(params, "SubnetId"):
        if subnet not in ec2._subnets or ec2._subnets[subnet]["VpcId"] != vpc:
            return _error("InvalidSubnetId.NotFound", f"The subnet ID '{subnet}' does not exist in {vpc}")
    for group in ec2._parse_member_list(params, "SecurityGroupId"):
        if (unknown := _unknown_group(group)) is not None:
            return unknown
    return None


def _known_endpoints(params: dict[str, Any]) -> Answer | None:
    asked = ec2._parse_member_list(params, "VpcEndpointId")
    unknown = [one for one in asked if one not in ec2._vpc_endpoints]
    if not unknown:
        return None
    return _error("InvalidVpcEndpointId.NotFound", f"The Vpc Endpoint Id '{unknown[0]}' does not exist")


def _complete(endpoint: dict[str, Any], params: dict[str, Any]) -> None:
    """Add to an endpoint what MiniStack does not keep: security groups, policy and DNS names.

    https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html: the first name
    is the one of the region, the others are those of the availability zones.
    """
    service = endpoint["ServiceName"].rpartition(".")[2]
    unique = f"{endpoint['VpcEndpointId']}-local000"
    zones = sorted({ec2._subnets[one]["AvailabilityZone"] for one in endpoint["SubnetIds"]})
    endpoint |= {
        "Groups": ec2._parse_member_list(params, "SecurityGroupId"),
        "PolicyDocument": ec2._p(params, "PolicyDocument") or json.dumps(OPEN_POLICY),
        "PrivateDnsEnabled": ec2._p(params, "PrivateDnsEnabled").lower() == "true",
        "DnsNames": [
            f"{unique}{where}.{service}.{REGION}.vpce.amazonaws.com"
            for where in ("", *(f"-{z}" for z in zones))
        ],
    }


def _rest(endpoint: dict[str, Any]) -> str:
    if "Groups" not in endpoint:
        return ""
    names = "".join(
        f"<item><dnsName>{name}</dnsName><hostedZoneId>{ZONE_OF_ENDPOINTS}</hostedZoneId></item>"
        for name in endpoint["DnsNames"]
    )
    groups = "".join(
        f"<item><groupId>{one}</groupId><groupName>{escape(ec2._security_groups[one]['GroupName'])}</groupName></item>"
        for one in endpoint["Groups"]
    )
    return (
        f"<policyDocument>{escape(endpoint['PolicyDocument'])}</policyDocument>"
        f"<privateDnsEnabled>{str(endpoint['PrivateDnsEnabled']).lower()}</privateDnsEnabled>"
        f"<ipAddressType>ipv4</ipAddressType><dnsOptions><dnsRecordIpType>ipv4</dnsRecordIpType></dnsOptions>"
        f"<requesterManaged>false</requesterManaged><serviceRegion>{REGION}</serviceRegion>"
        f"<dnsEntrySet>{names}</dnsEntrySet><groupSet>{groups}</groupSet>"
    )
