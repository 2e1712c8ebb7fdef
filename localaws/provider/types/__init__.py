"""The resource types, one table for each service: what replaces a resource, and the calls behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localaws.provider.types import (
    apigatewayv2,
    apigatewayv2_authorizer,
    appconfig,
    cloudwatch,
    codedeploy,
    ec2,
    iam,
    kms,
    lambda_,
    logs,
    rds,
    rds_parameter_group,
    rds_proxy,
    scheduler,
    secretsmanager,
    sns,
    ssm,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localaws.provider.model import ResourceType

_TABLES = (
    apigatewayv2,
    apigatewayv2_authorizer,
    appconfig,
    cloudwatch,
    codedeploy,
    ec2,
    iam,
    kms,
    lambda_,
    logs,
    rds,
    rds_parameter_group,
    rds_proxy,
    scheduler,
    secretsmanager,
    sns,
    ssm,
)

TYPES: Mapping[str, ResourceType] = {kind.token: kind for table in _TABLES for kind in table.TYPES}
"""Every resource type that the stand-in knows, by its token."""
