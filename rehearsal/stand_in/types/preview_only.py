"""Types that only beta and prod have: the database and its network. They can be previewed, not created."""

from __future__ import annotations

import pulumi_aws as aws

from rehearsal.stand_in.kind import Kind

KINDS = (
    Kind(aws.ec2.SecurityGroup, "aws:ec2/securityGroup:SecurityGroup"),
    Kind(aws.vpc.SecurityGroupIngressRule, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"),
    Kind(aws.vpc.SecurityGroupEgressRule, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"),
    Kind(aws.rds.SubnetGroup, "aws:rds/subnetGroup:SubnetGroup"),
    Kind(aws.rds.ParameterGroup, "aws:rds/parameterGroup:ParameterGroup"),
    Kind(aws.rds.Instance, "aws:rds/instance:Instance"),
    Kind(aws.rds.Proxy, "aws:rds/proxy:Proxy"),
    Kind(aws.rds.ProxyDefaultTargetGroup, "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup"),
    Kind(aws.rds.ProxyTarget, "aws:rds/proxyTarget:ProxyTarget"),
)
