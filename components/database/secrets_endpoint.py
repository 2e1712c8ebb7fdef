"""Access to Secrets Manager from a network without any, for one secret and one role.

The endpoint has its own DNS names. It does not take over the service's public name, which everyone else in
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
    """One zone is enough: the others reach it too, no user waits for it, and each is billed by the hour."""
    group: aws.ec2.SecurityGroup
    secret_arn: pulumi.Input[str]
    reader: pulumi.Input[str]
    """ARN of the role that may read the secret through the endpoint."""


def secrets_endpoint(
    name: str, args: SecretsEndpointArgs, opts: pulumi.ResourceOptions
) -> pulumi.Output[str]:
    """Create the endpoint and return its URL."""
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
    # The first name is regional, the others are zonal:
    # https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html#interface-endpoint-dns-hostnames
    return pulumi.Output.concat("https://", endpoint.dns_entries[0].dns_name)


def _policy(args: SecretsEndpointArgs) -> pulumi.Output[str]:
    """Allow one role to read one secret.

    At an interface endpoint the account principal stands for all of its roles. The condition names the one.
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
