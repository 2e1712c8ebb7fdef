"""A way to Secrets Manager out of a network that has none, for one secret and one role.

The endpoint has names of its own and does not take over the service's public one, which everybody else in
the VPC uses: a NAT gateway or another endpoint may be there too.
https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
"""

from __future__ import annotations

from typing import TypedDict

import pulumi
import pulumi_aws as aws

HTTPS = 443


class SecretsEndpointArgs(TypedDict):
    """Arguments of `secrets_endpoint`."""

    region: str
    account: pulumi.Input[str]
    vpc_id: str
    subnet_id: str
    """One zone: the others reach it too, each zone is paid for by the hour, and no user waits for it."""
    group: aws.ec2.SecurityGroup
    secret_arn: pulumi.Input[str]
    reader: pulumi.Input[str]
    """ARN of the role that may read it through here."""


def secrets_endpoint(
    name: str, args: SecretsEndpointArgs, opts: pulumi.ResourceOptions
) -> pulumi.Output[str]:
    """Make the endpoint; returns its URL."""
    endpoint = aws.ec2.VpcEndpoint(
        name,
        vpc_id=args["vpc_id"],
        service_name=f"com.amazonaws.{args['region']}.secretsmanager",
        vpc_endpoint_type="Interface",
        subnet_ids=[args["subnet_id"]],
        security_group_ids=[args["group"].id],
        private_dns_enabled=False,
        policy=_policy(args),
        opts=opts,
    )
    # The first name is the region's, the others are the zones':
    # https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html#interface-endpoint-dns-hostnames
    return pulumi.Output.concat("https://", endpoint.dns_entries[0].dns_name)


def _policy(args: SecretsEndpointArgs) -> pulumi.Output[str]:
    """At an interface endpoint the account stands for all of its roles, and the condition names the one.

    https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
    """
    return pulumi.Output.json_dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": pulumi.Output.concat("arn:aws:iam::", args["account"], ":root")},
                    "Action": "secretsmanager:GetSecretValue",
                    "Resource": args["secret_arn"],
                    "Condition": {"ArnEquals": {"aws:PrincipalArn": args["reader"]}},
                }
            ],
        }
    )
